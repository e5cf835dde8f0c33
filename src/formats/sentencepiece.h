// tokenizer.model: SentencePiece's ModelProto, read from the protobuf wire format by a reader of
// our own. What the pieces mean is the business of text/. Unknown fields are skipped.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace swivel::sentencepiece {

// The numbers are SentencePiece's.
enum class PieceType : int32_t {
  normal = 1,
  unknown = 2,
  control = 3,
  user_defined = 4,
  unused = 5,
  byte = 6,
};

enum class ModelType : int32_t { unigram = 1, bpe = 2, word = 3, character = 4 };

struct Piece {
  std::string text;
  float score = 0;
  PieceType type = PieceType::normal;
};

// Defaults are those of sentencepiece_model.proto; -1 is an id that does not exist.
struct TrainerSpec {
  ModelType model_type = ModelType::unigram;
  bool byte_fallback = false;
  bool treat_whitespace_as_suffix = false;
  int32_t unk_id = 0;
  int32_t bos_id = 1;
  int32_t eos_id = 2;
  int32_t pad_id = -1;
  std::string unk_surface = " \xe2\x81\x87 ";  // " ⁇ ", what the unknown piece decodes to
};

struct NormalizerSpec {
  std::string name;
  std::string precompiled_charsmap;  // bytes; empty for none
  bool add_dummy_prefix = true;
  bool remove_extra_whitespaces = true;
  bool escape_whitespaces = true;
};

struct Model {
  std::vector<Piece> pieces;  // the index is the token's id
  TrainerSpec trainer;
  NormalizerSpec normalizer;
};

// ERRORS: bad_input for a malformed or truncated message or one without pieces; not_found if the
// file is not there. Files above 256 MiB are refused.
Result<Model> open(const std::filesystem::path& path);
Result<Model> read(std::string_view bytes, std::string_view name);

}  // namespace swivel::sentencepiece
