// The protobuf wire format: one message as a sequence of fields. Knows no schema.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"

namespace swivel::formats {

struct ProtobufField {
  enum class Wire { varint, fixed64, bytes, fixed32 };
  uint32_t number = 0;
  Wire wire = Wire::varint;
  uint64_t value = 0;      // varint, fixed64 and fixed32: the bits
  std::string_view bytes;  // of a string, bytes or message; borrowed

  float as_float() const;  // REQUIRES: fixed32
};

class ProtobufReader {
 public:
  explicit ProtobufReader(std::string_view message) : message_(message) {}

  // The next field, or empty at the end. ERRORS: bad_input with the offset in this message:
  // truncated, an overlong varint, field number 0, or a wire type other than the four.
  Result<std::optional<ProtobufField>> next();

 private:
  Result<uint64_t> varint();
  Result<std::string_view> take(uint64_t count);
  Result<uint64_t> fixed(size_t size);

  std::string_view message_;
  size_t at_ = 0;
};

}  // namespace swivel::formats
