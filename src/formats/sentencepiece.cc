#include "formats/sentencepiece.h"

#include "base/mapped_file.h"
#include "formats/protobuf.h"
#include "formats/utf8.h"

// Field numbers are those of sentencepiece_model.proto.
namespace swivel::sentencepiece {
namespace {

using formats::ProtobufField;
using formats::ProtobufReader;
using Wire = ProtobufField::Wire;

constexpr size_t kMaxBytes = size_t{256} << 20;  // the largest published model has 4 MB

std::string_view name_of(Wire wire) {
  switch (wire) {
    case Wire::varint:
      return "a number";
    case Wire::fixed64:
      return "8 bytes";
    case Wire::bytes:
      return "a string";
    case Wire::fixed32:
      return "4 bytes";
  }
  return "";
}

Status expect(const ProtobufField& field, Wire wire) {
  if (field.wire == wire) return {};
  return fail(ErrorCode::bad_input, "field {}: expected {}, found {}", field.number, name_of(wire),
              name_of(field.wire));
}

Status read(const ProtobufField& field, bool& out) {
  TRY(expect(field, Wire::varint));
  out = field.value != 0;
  return {};
}

Status read(const ProtobufField& field, int32_t& out) {
  TRY(expect(field, Wire::varint));
  out = static_cast<int32_t>(field.value);
  return {};
}

Status read(const ProtobufField& field, float& out) {
  TRY(expect(field, Wire::fixed32));
  out = field.as_float();
  return {};
}

Status read(const ProtobufField& field, std::string& out) {
  TRY(expect(field, Wire::bytes));
  out = field.bytes;
  return {};
}

// An enumerator from 1 to `last`.
template <class Enum>
Status read_enum(const ProtobufField& field, Enum last, Enum& out) {
  TRY(expect(field, Wire::varint));
  if (field.value < 1 || field.value > static_cast<uint64_t>(last))
    return fail(ErrorCode::bad_input, "field {}: the value {} is unknown", field.number,
                field.value);
  out = static_cast<Enum>(field.value);
  return {};
}

// Calls read_field(field) -> Status for each field of the message.
template <class ReadField>
Status for_each_field(std::string_view message, ReadField read_field) {
  ProtobufReader reader(message);
  while (const auto field = TRY(reader.next())) TRY(read_field(*field));
  return {};
}

Status read_piece(std::string_view message, Piece& piece) {
  TRY(for_each_field(message, [&](const ProtobufField& field) -> Status {
    switch (field.number) {
      case 1:
        return read(field, piece.text);
      case 2:
        return read(field, piece.score);
      case 3:
        return read_enum(field, PieceType::byte, piece.type);
      default:
        return {};
    }
  }));
  if (formats::find_ill_formed_utf8(piece.text) != std::string_view::npos)
    return fail(ErrorCode::bad_input, "the piece is not UTF-8");
  return {};
}

Status read_trainer(std::string_view message, TrainerSpec& trainer) {
  return for_each_field(message, [&](const ProtobufField& field) -> Status {
    switch (field.number) {
      case 3:
        return read_enum(field, ModelType::character, trainer.model_type);
      case 24:
        return read(field, trainer.treat_whitespace_as_suffix);
      case 35:
        return read(field, trainer.byte_fallback);
      case 40:
        return read(field, trainer.unk_id);
      case 41:
        return read(field, trainer.bos_id);
      case 42:
        return read(field, trainer.eos_id);
      case 43:
        return read(field, trainer.pad_id);
      case 44:
        return read(field, trainer.unk_surface);
      default:
        return {};
    }
  });
}

Status read_normalizer(std::string_view message, NormalizerSpec& normalizer) {
  return for_each_field(message, [&](const ProtobufField& field) -> Status {
    switch (field.number) {
      case 1:
        return read(field, normalizer.name);
      case 2:
        return read(field, normalizer.precompiled_charsmap);
      case 3:
        return read(field, normalizer.add_dummy_prefix);
      case 4:
        return read(field, normalizer.remove_extra_whitespaces);
      case 5:
        return read(field, normalizer.escape_whitespaces);
      default:
        return {};
    }
  });
}

// `place` names the part for messages.
Status placed(Status status, std::string_view place) {
  if (status) return status;
  return in(place, std::move(status).error());
}

Status read_model_field(const ProtobufField& field, Model& model) {
  switch (field.number) {
    case 1: {
      const std::string place = fmt::format("piece {}", model.pieces.size());
      TRY(placed(expect(field, Wire::bytes), place));
      return placed(read_piece(field.bytes, model.pieces.emplace_back()), place);
    }
    case 2:
      TRY(placed(expect(field, Wire::bytes), "trainer_spec"));
      return placed(read_trainer(field.bytes, model.trainer), "trainer_spec");
    case 3:
      TRY(placed(expect(field, Wire::bytes), "normalizer_spec"));
      return placed(read_normalizer(field.bytes, model.normalizer), "normalizer_spec");
    default:
      return {};
  }
}

}  // namespace

Result<Model> read(std::string_view bytes, std::string_view name) {
  Model model;
  TRY(placed(for_each_field(
                 bytes, [&](const ProtobufField& field) { return read_model_field(field, model); }),
             name));
  if (model.pieces.empty())
    return fail(ErrorCode::bad_input, "{}: expected a SentencePiece model, found no pieces", name);
  return model;
}

Result<Model> open(const std::filesystem::path& path) {
  return read(TRY(read_file(path, kMaxBytes)), path.string());
}

}  // namespace swivel::sentencepiece
