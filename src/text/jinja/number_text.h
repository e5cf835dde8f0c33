// Text → numbers as Python's int() and float() read it: space around it, a sign, single '_' between
// digits.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace swivel::jinja {

struct IntegerText {
  enum class Kind { integer, too_large, none };
  Kind kind = Kind::none;
  int64_t value = 0;
};

// `base` 2 to 36, or 0: as a prefix says. A prefix that fits the base may stand in front.
IntegerText read_integer(std::string_view text, int64_t base);
// "1.5", "1e5", "inf", "nan".
std::optional<double> read_real(std::string_view text);

}  // namespace swivel::jinja
