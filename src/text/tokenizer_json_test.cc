// What tokenizer.json may ask for and what is refused, on vocabularies of a few tokens.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "text/tokenizer.h"

namespace swivel {
namespace {

using Ids = std::vector<int32_t>;

struct Parts {
  std::string model =
      R"({"type":"BPE","vocab":{"a":0,"b":1,"c":2,"ab":3,"abc":4,"?":5},"merges":["a b","ab c"]})";
  std::string added = "[]";
  std::string normalizer = "null";
  std::string pre_tokenizer = "null";
  std::string post_processor = "null";
  std::string decoder = R"({"type":"Fuse"})";
  std::string extra;
  std::string config;
};

Result<Tokenizer> make(const Parts& p) {
  return Tokenizer::from_json(
      R"({"version":"1.0","truncation":null,"padding":null,"added_tokens":)" + p.added +
          R"(,"normalizer":)" + p.normalizer + R"(,"pre_tokenizer":)" + p.pre_tokenizer +
          R"(,"post_processor":)" + p.post_processor + R"(,"decoder":)" + p.decoder +
          R"(,"model":)" + p.model + p.extra + "}",
      p.config, "t.json");
}

Ids ids(const Result<Tokenizer>& tokenizer, std::string_view text) {
  EXPECT_TRUE(tokenizer) << tokenizer.error().message;
  return tokenizer->encode(text, Tokenizer::Specials::parse, Tokenizer::Affixes::none);
}

std::string error(const Parts& parts) {
  const auto tokenizer = make(parts);
  return tokenizer ? "no error" : tokenizer.error().message;
}

TEST(TokenizerJson, TheLowestRankMergesFirst) {
  Parts parts;
  EXPECT_EQ(ids(make(parts), "abcab"), (Ids{4, 3}));
  parts.model = R"({"vocab":{"a":0,"b":1,"c":2,"ab":3,"bc":4},"merges":[["b","c"],["a","b"]]})";
  EXPECT_EQ(ids(make(parts), "abc"), (Ids{0, 4}));
}

TEST(TokenizerJson, TheLeftmostOfEqualPairsMergesFirst) {
  Parts parts;
  parts.model = R"({"vocab":{"a":0,"aa":1},"merges":["a a"]})";
  EXPECT_EQ(ids(make(parts), "aaa"), (Ids{1, 0}));
  EXPECT_EQ(ids(make(parts), std::string(101, 'a')).size(), 51u);
}

TEST(TokenizerJson, WhatIsUnknownDisappearsWithoutAnUnknownToken) {
  EXPECT_EQ(ids(make({}), "xaxbx"), Ids{3});
}

TEST(TokenizerJson, UnknownCharactersBecomeTheUnknownToken) {
  Parts parts;
  parts.model = R"({"vocab":{"a":0,"?":5},"merges":[],"unk_token":"?"})";
  EXPECT_EQ(ids(make(parts), "axya"), (Ids{0, 5, 5, 0}));
  parts.model = R"({"vocab":{"a":0,"?":5},"merges":[],"unk_token":"?","fuse_unk":true})";
  EXPECT_EQ(ids(make(parts), "axya"), (Ids{0, 5, 0}));
}

TEST(TokenizerJson, AddedTokensTakeWhiteSpaceAndWholeWords) {
  Parts parts;
  parts.added = R"([
    {"id":6,"content":"<l>","lstrip":true,"rstrip":false,"single_word":false,"normalized":false,"special":true},
    {"id":7,"content":"d","lstrip":false,"rstrip":true,"single_word":true,"normalized":false,"special":false}])";
  EXPECT_EQ(ids(make(parts), "a  <l>d \n b db d"), (Ids{0, 6, 7, 1, 1, 7}));
}

TEST(TokenizerJson, TheConfigurationNamesTokens) {
  Parts parts;
  parts.config = R"({"bos_token":{"content":"<s>"},"eos_token":"ab","pad_token":null,
    "add_bos_token":true,"added_tokens_decoder":{"9":{"content":"<n>","special":true}}})";
  const auto tokenizer = make(parts);
  ASSERT_TRUE(tokenizer) << tokenizer.error().message;
  EXPECT_EQ(tokenizer->id_of("<n>"), 9);
  EXPECT_EQ(tokenizer->bos(), 10);
  EXPECT_EQ(tokenizer->eos(), 3);
  EXPECT_EQ(tokenizer->end_ids(), Ids{3});
  EXPECT_TRUE(tokenizer->is_special(3));
  EXPECT_FALSE(tokenizer->pad());
  // tokenizer.json alone decides what goes around a text.
  EXPECT_FALSE(tokenizer->adds_bos());
}

TEST(TokenizerJson, WithoutADecoderTokensAreJoinedBySpaces) {
  Parts parts;
  parts.decoder = "null";
  EXPECT_EQ(make(parts)->decode(Ids{0, 4}), "a abc");
}

TEST(TokenizerJson, WhatIsUnknownIsRefusedByName) {
  Parts parts;
  parts.normalizer = R"({"type":"Sequence","normalizers":[{"type":"NFC"},{"type":"Nmt"}]})";
  EXPECT_EQ(error(parts),
            "t.json: normalizer.normalizers[1]: the normalizer \"Nmt\" is not supported");
  parts = {};
  parts.pre_tokenizer = R"({"type":"UnicodeScripts"})";
  EXPECT_EQ(error(parts),
            "t.json: pre_tokenizer: the pre-tokenizer \"UnicodeScripts\" is not supported");
  parts = {};
  parts.decoder = R"({"type":"WordPiece"})";
  EXPECT_EQ(error(parts), "t.json: decoder: the decoder \"WordPiece\" is not supported");
  parts = {};
  parts.model = R"({"type":"Unigram","vocab":[]})";
  EXPECT_EQ(error(parts), "t.json: model: the model \"Unigram\" is not supported");
  parts = {};
  parts.extra = R"(,"surprise":1)";
  EXPECT_EQ(error(parts), "t.json: the setting \"surprise\" is not known");
  parts = {};
  parts.pre_tokenizer = R"({"type":"Digits","individual_digits":true,"x":1})";
  EXPECT_EQ(error(parts), "t.json: pre_tokenizer: the setting \"x\" is not known");
}

TEST(TokenizerJson, ContradictionsAreNamed) {
  Parts parts;
  parts.model = R"({"vocab":{"a":0,"b":1},"merges":["a b"]})";
  EXPECT_EQ(error(parts), "t.json: model.merges[0]: \"ab\" is not in the vocabulary");
  parts.model = R"({"vocab":{"a":0},"merges":["a"]})";
  EXPECT_EQ(error(parts), "t.json: model.merges[0] must be two tokens, found \"a\"");
  parts.model = R"({"vocab":{"a":0,"b":0},"merges":[]})";
  EXPECT_EQ(error(parts), "t.json: id 0 is both \"a\" and \"b\"");
  parts.model = R"({"vocab":{"a":123456789},"merges":[]})";
  EXPECT_THAT(error(parts), testing::HasSubstr("has id 123456789; ids run from 0 to"));
  parts.model = R"({"vocab":{"a":12345678},"merges":[]})";
  EXPECT_EQ(error(parts), "t.json: an id of 12345678 is too high for 1 tokens");
  parts.model = R"({"vocab":{"a":0},"merges":[],"dropout":0.1})";
  EXPECT_EQ(error(parts),
            "t.json: model.dropout must be null; random merges are for training, found 0.1");
  parts.model = R"({"vocab":{"a":0},"merges":[],"unk_token":"<unk>"})";
  EXPECT_EQ(error(parts),
            "t.json: model.unk_token must be a token of the vocabulary, found \"<unk>\"");
  parts = {};
  parts.added = R"([{"id":3,"content":"zz","special":true}])";
  EXPECT_EQ(error(parts), "t.json: added token \"zz\" has id 3, which is taken");
  parts = {};
  parts.post_processor =
      R"({"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"x"}},{"Sequence":{"id":"A"}}],
          "special_tokens":{"x":{"id":"x","ids":[77],"tokens":["x"]}}})";
  EXPECT_EQ(error(parts), "t.json: post_processor adds token 77, which does not exist");
  parts = {};
  parts.decoder = R"({"type":"Sequence","decoders":[{"type":"Fuse"},{"type":"ByteFallback"}]})";
  EXPECT_EQ(error(parts),
            "t.json: decoder 2 of 2 works on the whole text; only Fuse and Strip at its start are "
            "supported there");
}

TEST(TokenizerJson, NestingIsBounded) {
  Parts parts;
  std::string nested = R"({"type":"NFC"})";
  for (int i = 0; i < 20; ++i) nested = R"({"type":"Sequence","normalizers":[)" + nested + "]}";
  parts.normalizer = nested;
  EXPECT_THAT(error(parts), testing::HasSubstr("nested too deeply"));
}

}  // namespace
}  // namespace swivel
