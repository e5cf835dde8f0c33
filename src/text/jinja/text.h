// Values as text: str(), repr() and the repr of numbers, as Python writes them.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "text/jinja/value.h"

namespace swivel::jinja {

// Appends str(value): a string itself, undefined nothing, else its repr.
Status append_text(Interpreter& in, std::string& text, const Value& value);
Result<std::string> to_text(Interpreter& in, const Value& value);
Status append_repr(Interpreter& in, std::string& text, const Value& value);
std::string repr_of_string(std::string_view text);
std::string repr_of_real(double value);  // "1.0", "1e-05", "inf"

}  // namespace swivel::jinja
