#include "formats/protobuf.h"

#include <cstring>

#include "base/check.h"

namespace swivel::formats {

float ProtobufField::as_float() const {
  CHECK(wire == Wire::fixed32);
  const auto bits = static_cast<uint32_t>(value);
  float number;
  std::memcpy(&number, &bits, sizeof number);
  return number;
}

Result<std::optional<ProtobufField>> ProtobufReader::next() {
  if (at_ == message_.size()) return std::optional<ProtobufField>();
  const size_t begin = at_;
  const uint64_t key = TRY(varint());
  ProtobufField field;
  if (key >> 3 == 0 || key >> 3 > UINT32_MAX)
    return fail(ErrorCode::bad_input, "byte {}: the field number {} is not allowed", begin,
                key >> 3);
  field.number = static_cast<uint32_t>(key >> 3);
  switch (key & 7) {
    case 0:
      field.wire = ProtobufField::Wire::varint;
      field.value = TRY(varint());
      break;
    case 1:
      field.wire = ProtobufField::Wire::fixed64;
      field.value = TRY(fixed(8));
      break;
    case 2:
      field.wire = ProtobufField::Wire::bytes;
      field.bytes = TRY(take(TRY(varint())));
      break;
    case 5:
      field.wire = ProtobufField::Wire::fixed32;
      field.value = TRY(fixed(4));
      break;
    default:
      return fail(ErrorCode::bad_input, "byte {}: the wire type {} is not allowed", begin, key & 7);
  }
  return std::optional(field);
}

Result<uint64_t> ProtobufReader::varint() {
  const size_t begin = at_;
  uint64_t value = 0;
  for (int shift = 0; shift < 64; shift += 7) {
    const auto byte = static_cast<uint8_t>(TRY(take(1))[0]);
    if (shift == 63 && byte > 1) break;
    value |= uint64_t{byte & 0x7fu} << shift;
    if (byte < 0x80) return value;
  }
  return fail(ErrorCode::bad_input, "byte {}: a number of more than 64 bits", begin);
}

Result<std::string_view> ProtobufReader::take(uint64_t count) {
  if (count > message_.size() - at_)
    return fail(ErrorCode::bad_input, "byte {}: {} bytes are expected, {} are left", at_, count,
                message_.size() - at_);
  const std::string_view taken = message_.substr(at_, count);
  at_ += count;
  return taken;
}

Result<uint64_t> ProtobufReader::fixed(size_t size) {
  const std::string_view bytes = TRY(take(size));
  uint64_t value = 0;
  for (size_t i = size; i-- > 0;) value = value << 8 | static_cast<uint8_t>(bytes[i]);
  return value;
}

}  // namespace swivel::formats
