#include "formats/sentencepiece.h"

#include <gtest/gtest.h>

#include <cstring>
#include <fstream>

#include "formats/protobuf.h"

namespace swivel::sentencepiece {
namespace {

std::string varint(uint64_t value) {
  std::string out;
  for (; value >= 0x80; value >>= 7) out += static_cast<char>(value | 0x80);
  return out += static_cast<char>(value);
}

std::string number(uint32_t field, uint64_t value) { return varint(field << 3) + varint(value); }

std::string bytes(uint32_t field, std::string_view text) {
  return varint(field << 3 | 2) + varint(text.size()) + std::string(text);
}

std::string real(uint32_t field, float value) {
  std::string out = varint(field << 3 | 5);
  return out.append(reinterpret_cast<const char*>(&value), 4);
}

std::string refusal(std::string_view message) {
  const std::vector<char> exact(message.begin(), message.end());  // exactly sized for ASan
  auto model = read({exact.data(), exact.size()}, "tokenizer.model");
  return model ? "accepted" : model.error().message;
}

const std::string kPiece = bytes(1, bytes(1, "a"));

TEST(Sentencepiece, ReadsPiecesAndBothSpecs) {
  const std::string message =
      bytes(1, bytes(1, "<unk>") + number(3, 2)) +
      bytes(1, bytes(1, "\xe2\x96\x81t") + real(2, -1.5f)) +
      bytes(1, bytes(1, "<0x0A>") + number(3, 6)) +
      bytes(2, number(3, 2) + number(35, 1) + number(40, 0) + number(41, 3) + number(42, 4) +
                   number(43, -1ull) + bytes(44, "?") + number(24, 1) + bytes(1, "ignored")) +
      bytes(3, bytes(1, "nmt_nfkc") + bytes(2, std::string("\0\1", 2)) + number(3, 0) +
                   number(4, 0) + number(5, 0) + bytes(6, "ignored")) +
      bytes(4, "ignored") + real(200, 1.0f) + varint(201 << 3 | 1) + "12345678";
  auto model = read(message, "tokenizer.model");
  ASSERT_TRUE(model) << model.error().message;
  ASSERT_EQ(model->pieces.size(), 3u);
  EXPECT_EQ(model->pieces[0].type, PieceType::unknown);
  EXPECT_EQ(model->pieces[1].text, "\xe2\x96\x81t");
  EXPECT_EQ(model->pieces[1].score, -1.5f);
  EXPECT_EQ(model->pieces[1].type, PieceType::normal);
  EXPECT_EQ(model->pieces[2].type, PieceType::byte);
  EXPECT_EQ(model->trainer.model_type, ModelType::bpe);
  EXPECT_TRUE(model->trainer.byte_fallback);
  EXPECT_TRUE(model->trainer.treat_whitespace_as_suffix);
  EXPECT_EQ(model->trainer.bos_id, 3);
  EXPECT_EQ(model->trainer.eos_id, 4);
  EXPECT_EQ(model->trainer.pad_id, -1);
  EXPECT_EQ(model->trainer.unk_surface, "?");
  EXPECT_EQ(model->normalizer.name, "nmt_nfkc");
  EXPECT_EQ(model->normalizer.precompiled_charsmap, std::string("\0\1", 2));
  EXPECT_FALSE(model->normalizer.add_dummy_prefix);
  EXPECT_FALSE(model->normalizer.remove_extra_whitespaces);
  EXPECT_FALSE(model->normalizer.escape_whitespaces);
}

TEST(Sentencepiece, TakesTheSchemasDefaults) {
  auto model = read(kPiece, "tokenizer.model");
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_EQ(model->trainer.model_type, ModelType::unigram);
  EXPECT_EQ(model->trainer.eos_id, 2);
  EXPECT_TRUE(model->normalizer.add_dummy_prefix);
  EXPECT_FALSE(model->trainer.byte_fallback);
}

TEST(Sentencepiece, RefusesMalformedMessages) {
  EXPECT_EQ(refusal(""), "tokenizer.model: expected a SentencePiece model, found no pieces");
  EXPECT_EQ(refusal(kPiece.substr(0, 3)),
            "tokenizer.model: byte 2: 3 bytes are expected, 1 are left");
  EXPECT_EQ(refusal(bytes(1, std::string("\x0a\xff", 2))),
            "tokenizer.model: piece 0: byte 2: 1 bytes are expected, 0 are left");
  EXPECT_EQ(refusal("\x0a" + varint(-1ull)),
            "tokenizer.model: byte 11: 18446744073709551615 bytes are expected, 0 are left");
  EXPECT_EQ(refusal(std::string(11, '\xff')),
            "tokenizer.model: byte 0: a number of more than 64 bits");
  EXPECT_EQ(refusal(std::string("\0\0", 2)),
            "tokenizer.model: byte 0: the field number 0 is not allowed");
  EXPECT_EQ(refusal("\x0b"), "tokenizer.model: byte 0: the wire type 3 is not allowed");
  EXPECT_EQ(refusal("\x0f"), "tokenizer.model: byte 0: the wire type 7 is not allowed");
  EXPECT_EQ(refusal(number(1, 7)),
            "tokenizer.model: piece 0: field 1: expected a string, found a number");
  EXPECT_EQ(refusal(bytes(1, number(2, 7))),
            "tokenizer.model: piece 0: field 2: expected 4 bytes, found a number");
  EXPECT_EQ(refusal(bytes(1, number(3, 7))),
            "tokenizer.model: piece 0: field 3: the value 7 is unknown");
  EXPECT_EQ(refusal(bytes(1, bytes(1, "\xff"))),
            "tokenizer.model: piece 0: the piece is not UTF-8");
  EXPECT_EQ(refusal(bytes(2, bytes(40, "x"))),
            "tokenizer.model: trainer_spec: field 40: expected a number, found a string");
  EXPECT_EQ(refusal(bytes(2, number(3, 5))),
            "tokenizer.model: trainer_spec: field 3: the value 5 is unknown");
  EXPECT_EQ(refusal(real(3, 1)),
            "tokenizer.model: normalizer_spec: field 3: expected a string, found 4 bytes");
}

TEST(Sentencepiece, ReadsEveryTruncationWithinItsBytes) {
  const std::string message =
      kPiece + bytes(2, number(3, 2) + bytes(44, "?")) + bytes(3, bytes(1, "identity"));
  for (size_t size = 0; size < message.size(); ++size)
    refusal(std::string_view(message).substr(0, size));
  EXPECT_EQ(refusal(message), "accepted");
}

// A model that sentencepiece 0.2.3 trained; the expectations are what its Python package says.
TEST(Sentencepiece, ReadsAModelThatSentencepieceTrained) {
  auto model = open(SWIVEL_SOURCE_DIR "/tests/fuzz/corpus/sentencepiece/bpe.model");
  ASSERT_TRUE(model) << model.error().message;
  EXPECT_EQ(model->trainer.model_type, ModelType::bpe);
  EXPECT_TRUE(model->trainer.byte_fallback);
  EXPECT_EQ(model->trainer.pad_id, 3);
  EXPECT_EQ(model->normalizer.name, "identity");
  EXPECT_FALSE(model->normalizer.remove_extra_whitespaces);
  ASSERT_EQ(model->pieces.size(), 330u);
  EXPECT_EQ(model->pieces[0].text, "<unk>");
  EXPECT_EQ(model->pieces[0].type, PieceType::unknown);
  EXPECT_EQ(model->pieces[2].type, PieceType::control);
  EXPECT_EQ(model->pieces[4].text, "<|user|>");
  EXPECT_EQ(model->pieces[4].type, PieceType::user_defined);
  EXPECT_EQ(model->pieces[5].type, PieceType::byte);
  EXPECT_EQ(model->pieces[261].type, PieceType::normal);
}

}  // namespace
}  // namespace swivel::sentencepiece
