#include "text/tokenizer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <iterator>
#include <random>
#include <sstream>

#include "formats/gguf.h"
#include "formats/json.h"
#include "text/stream_decoder.h"
#include "text/utf8.h"

namespace swivel {
namespace {

using Specials = Tokenizer::Specials;
using Affixes = Tokenizer::Affixes;
using Skip = Tokenizer::SkipSpecials;
using Ids = std::vector<int32_t>;

std::filesystem::path data(const std::string& name) {
  return std::filesystem::path(SWIVEL_SOURCE_DIR) / "tests" / "tokenizers" / name;
}

Tokenizer open(const std::string& name) {
  auto tokenizer = Tokenizer::from_huggingface(data(name));
  if (!tokenizer) throw std::runtime_error(tokenizer.error().message);
  return std::move(*tokenizer);
}

struct Case {
  std::string text;
  Ids ids;
  std::optional<std::string> decoded;
  std::optional<std::string> without_special;
};

// What the reference packages gave (scripts/make_tokenizer_goldens.py).
std::vector<Case> expected(const std::string& name) {
  const auto file = json::parse_file((data(name) / "expected.json").string());
  if (!file) throw std::runtime_error(file.error().message);
  const auto optional = [](const json::Value& value, std::string_view key) {
    const json::Value* found = value.find(key);
    return found ? std::optional(found->as_string()) : std::nullopt;
  };
  std::vector<Case> cases;
  for (const json::Value& value : file->as_array()) {
    Case& one = cases.emplace_back();
    one.text = value.find("text")->as_string();
    for (const json::Value& id : value.find("ids")->as_array())
      one.ids.push_back(static_cast<int32_t>(id.as_integer()));
    one.decoded = optional(value, "decoded");
    one.without_special = optional(value, "without_special");
  }
  return cases;
}

std::string stream(const Tokenizer& tokenizer, const Ids& ids, Skip skip) {
  StreamDecoder decoder(tokenizer, skip);
  std::string text;
  for (const int32_t id : ids) text += decoder.push(id);
  return text + decoder.finish();
}

class Golden : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(All, Golden,
                         testing::Values("byte_level", "byte_fallback", "sentencepiece"),
                         [](const auto& info) { return std::string(info.param); });

TEST_P(Golden, IdsAreThoseOfTheReference) {
  const Tokenizer tokenizer = open(GetParam());
  for (const Case& one : expected(GetParam()))
    EXPECT_EQ(tokenizer.encode(one.text, Specials::parse, Affixes::none), one.ids)
        << testing::PrintToString(one.text);
}

TEST_P(Golden, TextsAreThoseOfTheReference) {
  const Tokenizer tokenizer = open(GetParam());
  for (const Case& one : expected(GetParam())) {
    if (!one.decoded) continue;
    EXPECT_EQ(tokenizer.decode(one.ids), *one.decoded);
    EXPECT_EQ(tokenizer.decode(one.ids, Skip::yes), *one.without_special);
  }
}

TEST_P(Golden, AStreamGivesWhatDecodingAtOnceGives) {
  const Tokenizer tokenizer = open(GetParam());
  std::mt19937 random(1);
  for (int i = 0; i < 500; ++i) {
    Ids ids(random() % 20);
    for (int32_t& id : ids) id = static_cast<int32_t>(random() % tokenizer.vocab_size());
    for (const Skip skip : {Skip::yes, Skip::no})
      EXPECT_EQ(stream(tokenizer, ids, skip), tokenizer.decode(ids, skip));
  }
}

TEST_P(Golden, EveryPieceOfAStreamIsWholeCharacters) {
  const Tokenizer tokenizer = open(GetParam());
  StreamDecoder decoder(tokenizer);
  for (const Case& one : expected(GetParam()))
    for (const int32_t id : one.ids) {
      const std::string piece = decoder.push(id);
      EXPECT_TRUE(text::is_utf8(piece)) << testing::PrintToString(piece);
    }
}

TEST(Tokenizer, TextIsTokenizedAndBack) {
  const Tokenizer tokenizer = open("byte_level");
  for (const Case& one : expected("byte_level")) {
    const Ids ids = tokenizer.encode(one.text, Specials::as_text, Affixes::none);
    const Ids again = tokenizer.encode(tokenizer.decode(ids), Specials::as_text, Affixes::none);
    EXPECT_EQ(again, ids);
  }
}

TEST(Tokenizer, ControlTokensInTextAreTextWhereTheCallerSaysSo) {
  const Tokenizer tokenizer = open("byte_level");
  const int32_t x = *tokenizer.id_of("<|x|>");
  EXPECT_TRUE(tokenizer.is_special(x));
  EXPECT_EQ(tokenizer.encode("<|x|>", Specials::parse, Affixes::none), Ids{x});
  const Ids as_text = tokenizer.encode("<|x|>", Specials::as_text, Affixes::none);
  EXPECT_THAT(as_text, testing::Not(testing::Contains(x)));
  EXPECT_EQ(tokenizer.decode(as_text), "<|x|>");
  // A token that is not for control is found either way.
  const int32_t tool = *tokenizer.id_of("<tool>");
  EXPECT_FALSE(tokenizer.is_special(tool));
  EXPECT_EQ(tokenizer.encode("<tool>", Specials::as_text, Affixes::none), Ids{tool});
}

TEST(Tokenizer, AffixesAreThoseOfTheModel) {
  const Tokenizer tokenizer = open("byte_level");
  const Ids ids = tokenizer.encode("a", Specials::parse, Affixes::as_model);
  EXPECT_EQ(ids, (Ids{*tokenizer.bos(), *tokenizer.id_of("a")}));
  EXPECT_TRUE(tokenizer.adds_bos());
  EXPECT_EQ(tokenizer.end_ids(), Ids{*tokenizer.id_of("<|end|>")});
  EXPECT_FALSE(tokenizer.pad());
}

TEST(Tokenizer, InvalidUtf8CountsAsReplacementCharacters) {
  const Tokenizer tokenizer = open("byte_level");
  const auto encode = [&](std::string_view text) {
    return tokenizer.encode(text, Specials::parse, Affixes::none);
  };
  EXPECT_EQ(encode("a\xE4\xBD z\xFF"), encode("a\xEF\xBF\xBD z\xEF\xBF\xBD"));
}

TEST(Tokenizer, IdsOutsideTheVocabularyAddNothing) {
  const Tokenizer tokenizer = open("byte_level");
  const int32_t a = *tokenizer.id_of("a");
  EXPECT_EQ(tokenizer.decode(Ids{-1, a, tokenizer.vocab_size(), INT32_MAX, INT32_MIN}), "a");
  EXPECT_EQ(tokenizer.token_text(-1), "");
  EXPECT_EQ(tokenizer.token_bytes(tokenizer.vocab_size()), "");
}

TEST(Tokenizer, TokenBytesAreWhatATokenAddsInTheMiddle) {
  const Tokenizer byte_level = open("byte_level");
  EXPECT_EQ(byte_level.token_text(*byte_level.id_of("Ġ")), "Ġ");
  EXPECT_EQ(byte_level.token_bytes(*byte_level.id_of("Ġ")), " ");
  const Tokenizer fallback = open("byte_fallback");
  EXPECT_EQ(fallback.token_bytes(*fallback.id_of("<0xE4>")), "\xE4");
  EXPECT_EQ(fallback.token_bytes(*fallback.id_of("▁")), " ");
}

TEST(StreamDecoder, HoldsBackUnfinishedCharacters) {
  const Tokenizer tokenizer = open("byte_fallback");
  const auto id = [&](const char* text) { return *tokenizer.id_of(text); };
  StreamDecoder decoder(tokenizer);
  EXPECT_EQ(decoder.push(id("▁")), "");  // the space of the first token
  EXPECT_EQ(decoder.push(id("a")), "a");
  EXPECT_EQ(decoder.push(id("<0xC3>")), "");
  EXPECT_EQ(decoder.push(id("<0xA9>")), "");
  EXPECT_EQ(decoder.push(id("▁")), "\xC3\xA9 ");
  EXPECT_EQ(decoder.push(id("<0xC3>")), "");
  EXPECT_EQ(decoder.finish(), "\xEF\xBF\xBD");
  EXPECT_EQ(decoder.push(id("▁")), "");
}

TEST(Tokenizer, ALongStretchWithoutACutTakesNoQuadraticTime) {
  for (const char* name : {"byte_level", "byte_fallback", "sentencepiece"}) {
    const Tokenizer tokenizer = open(name);
    for (const char* unit : {"a", " ", "\n", "\xE2\x96\x81", "ab", "\xE4\xBD\xA0", "<"}) {
      std::string text;
      while (text.size() < 200'000) text += unit;
      const auto start = std::chrono::steady_clock::now();
      tokenizer.encode(text, Specials::parse, Affixes::none);
      EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(20)) << name << unit;
    }
  }
}

// llama.cpp's test vocabularies, where they are present.
class PublishedVocabulary : public testing::TestWithParam<const char*> {};
INSTANTIATE_TEST_SUITE_P(All, PublishedVocabulary,
                         testing::Values("gpt-2", "falcon", "deepseek-llm", "llama-spm"),
                         [](const auto& info) {
                           std::string name = info.param;
                           std::erase(name, '-');
                           return name;
                         });

TEST_P(PublishedVocabulary, IdsAreThoseOfLlamaCpp) {
  const std::string path =
      SWIVEL_SOURCE_DIR "/../shared/vocab/ggml-vocab-" + std::string(GetParam()) + ".gguf";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not there";
  const auto file = gguf::File::open(path);
  ASSERT_TRUE(file) << file.error().message;
  const auto tokenizer = Tokenizer::from_gguf(*file);
  ASSERT_TRUE(tokenizer) << tokenizer.error().message;
  std::ifstream out(path + ".out");
  std::stringstream in;
  in << std::ifstream(path + ".inp").rdbuf();
  const std::string texts = in.str();
  const std::string_view separator = "\n__ggml_vocab_test__\n";
  int cases = 0;
  std::string line;
  for (size_t at = 0; at < texts.size() && std::getline(out, line); ++cases) {
    const size_t end = std::min(texts.find(separator, at), texts.size());
    std::istringstream numbers(line);
    const Ids wanted{std::istream_iterator<int32_t>(numbers), {}};
    const std::string text = texts.substr(at, end - at);
    EXPECT_EQ(tokenizer->encode(text, Specials::parse, Affixes::none), wanted)
        << testing::PrintToString(text);
    EXPECT_EQ(tokenizer->decode(wanted), text);
    at = end + separator.size();
  }
  EXPECT_GE(cases, 40);
}

}  // namespace
}  // namespace swivel
