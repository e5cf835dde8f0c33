// toml::parse on any bytes; positions of what it accepts lie in the text.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "formats/toml.h"

namespace {

namespace toml = swivel::toml;

void check_positions(const toml::Value& value, int lines) {
  CHECK(value.at().line >= 0 && value.at().line <= lines);
  if (value.is_array())
    for (const toml::Value& element : value.as_array()) check_positions(element, lines);
  if (!value.is_table()) return;
  for (const toml::Member& member : value.as_table()) {
    CHECK(member.at.line >= 1 && member.at.line <= lines);
    CHECK(value.find(member.key) == &member);
    check_positions(member.value, lines);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto value = toml::parse(text, "fuzz");
  // TOML ends a line at \n only; toml++ counts others too, so this is an upper bound.
  const auto is_break = [](unsigned char c) { return c < 0x20 || c >= 0x80; };
  if (value) check_positions(*value, 1 + std::count_if(text.begin(), text.end(), is_break));
  return 0;
}
