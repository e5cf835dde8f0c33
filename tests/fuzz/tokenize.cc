// Any bytes through two small tokenizers: encoding, decoding and decoding as a stream must agree.
// The first byte chooses the tokenizer and how control tokens are taken.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/check.h"
#include "text/stream_decoder.h"
#include "text/tokenizer.h"
#include "text/utf8.h"

namespace {

using swivel::Tokenizer;

constexpr std::string_view kByteLevel = R"json({
  "added_tokens": [
    {"id": 260, "content": "<s>", "special": true, "rstrip": true},
    {"id": 261, "content": "\n\n", "special": false, "normalized": false},
    {"id": 256, "content": "ab", "special": false, "single_word": true, "lstrip": true}],
  "normalizer": {"type": "NFC"},
  "pre_tokenizer": {"type": "Sequence", "pretokenizers": [
    {"type": "Split", "pattern": {"Regex": "\\s+|\\p{N}{1,3}(?=(?:\\p{N}{3})*\\b)"},
     "behavior": "MergedWithNext", "invert": false},
    {"type": "ByteLevel", "add_prefix_space": false, "use_regex": true}]},
  "post_processor": null, "decoder": {"type": "ByteLevel"},
  "model": {"type": "BPE", "vocab": VOCAB, "merges": ["a b", "Ġ a", "a a", "aa aa"]}})json";

constexpr std::string_view kByteFallback = R"json({
  "added_tokens": [{"id": 1, "content": "<s>", "special": true}],
  "normalizer": {"type": "Sequence", "normalizers": [
    {"type": "Prepend", "prepend": "▁"},
    {"type": "Replace", "pattern": {"String": " "}, "content": "▁"}]},
  "pre_tokenizer": null, "post_processor": null,
  "decoder": {"type": "Sequence", "decoders": [
    {"type": "Replace", "pattern": {"String": "▁"}, "content": " "}, {"type": "ByteFallback"},
    {"type": "Fuse"}, {"type": "Strip", "content": " ", "start": 1, "stop": 0}]},
  "model": {"type": "BPE", "unk_token": "<unk>", "fuse_unk": true, "byte_fallback": true,
    "vocab": VOCAB, "merges": ["▁ a", "a b", "▁ ▁"]}})json";

std::string with_vocabulary(std::string_view source, const std::string& vocabulary) {
  std::string text(source);
  text.replace(text.find("VOCAB"), 5, vocabulary);
  return text;
}

Tokenizer load(const std::string& source) {
  auto tokenizer = Tokenizer::from_json(source, "", "tokenizer.json");
  CHECK(tokenizer.has_value());
  return std::move(*tokenizer);
}

Tokenizer byte_level() {
  std::string vocabulary = "{";
  int id = 0;
  // The alphabet: printable Latin-1 as it is, the other bytes from U+0100 on.
  for (char32_t c = 0x21; c < 0x144; ++c) {
    const bool itself = c <= 0x7E || (c >= 0xA1 && c <= 0xAC) || (c >= 0xAE && c < 0x100);
    if (!itself && c < 0x100) continue;
    std::string character;
    swivel::text::append_utf8(character, c);
    if (c == '"' || c == '\\') character = "\\" + character;
    vocabulary += "\"" + character + "\": " + std::to_string(id++) + ",";
  }
  return load(
      with_vocabulary(kByteLevel, vocabulary + R"("ab":256,"Ġa":257,"aa":258,"aaaa":259})"));
}

Tokenizer byte_fallback() {
  std::string vocabulary = R"({"<unk>":0,"<s>":1,"▁":2,"a":3,"b":4,"▁a":5,"ab":6,"▁▁":7)";
  constexpr char kDigits[] = "0123456789ABCDEF";
  for (int byte = 0; byte < 256; ++byte)
    vocabulary += std::string(",\"<0x") + kDigits[byte / 16] + kDigits[byte % 16] +
                  ">\":" + std::to_string(8 + byte);
  return load(with_vocabulary(kByteFallback, vocabulary + "}"));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static const Tokenizer tokenizers[] = {byte_level(), byte_fallback()};
  if (size == 0) return 0;
  const Tokenizer& tokenizer = tokenizers[data[0] & 1];
  const auto specials = data[0] & 2 ? Tokenizer::Specials::parse : Tokenizer::Specials::as_text;
  const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
  const auto ids = tokenizer.encode(text, specials, Tokenizer::Affixes::none);
  for (const auto skip : {Tokenizer::SkipSpecials::no, Tokenizer::SkipSpecials::yes}) {
    const std::string whole = tokenizer.decode(ids, skip);
    CHECK(swivel::text::is_utf8(whole));
    swivel::StreamDecoder stream(tokenizer, skip);
    std::string pieces;
    for (const int32_t id : ids) {
      CHECK(tokenizer.has_id(id));
      const std::string piece = stream.push(id);
      CHECK(swivel::text::is_utf8(piece));
      pieces += piece;
    }
    CHECK(pieces + stream.finish() == whole);
  }
  return 0;
}
