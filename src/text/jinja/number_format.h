// Numbers in a field, as Python's % operator and str.format write them.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "text/jinja/value.h"

namespace swivel::jinja {

struct FieldFormat {
  char32_t fill = ' ';
  char align = 0;          // '<', '>', '^', '=' or 0: the type's own
  char sign = '-';         // '-', '+' or ' '
  char group = 0;          // ',' or '_' between groups of digits
  bool alternate = false;  // #
  int64_t width = 0;
  int64_t precision = -1;
  char type = 0;
};

// The number as digits with its sign, padded. `format.type`: d b o x X c n e E f F g G %, or 0.
Result<std::string> format_integer(Interpreter& in, int64_t value, const FieldFormat& format);
Result<std::string> format_real(Interpreter& in, double value, const FieldFormat& format);
// Text in a field; `otherwise`: how it aligns by default.
Result<std::string> pad(Interpreter& in, std::string_view text, const FieldFormat& format,
                        char otherwise);

}  // namespace swivel::jinja
