// json::parse on any bytes; what it accepts is written, read back and must be the same value.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "formats/json.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace json = swivel::json;
  const auto value = json::parse({reinterpret_cast<const char*>(data), size}, "fuzz");
  if (!value) return 0;
  for (const json::Style style : {json::Style::compact, json::Style::indented}) {
    const auto again = json::parse(json::write(*value, style), "fuzz");
    CHECK(again.has_value());
    CHECK(*again == *value);
  }
  return 0;
}
