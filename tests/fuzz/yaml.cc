// yaml::front_matter and yaml::parse on any bytes.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "formats/yaml.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto card = swivel::yaml::front_matter(text, "fuzz")) CHECK(card->is_object());
  if (const auto value = swivel::yaml::parse(text, "fuzz"))
    CHECK(swivel::json::parse(swivel::json::write(*value), "fuzz").has_value());
  return 0;
}
