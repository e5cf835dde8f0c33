// What stands between the quotes of a string in a tag, and line ends.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace swivel::jinja {

// Replaces escapes as Python's unicode_escape does: \n \t \\ \' \" \a \b \f \v \r \ooo \xHH \uHHHH
// \UHHHHHHHH and a backslash before a line end; an unknown escape stays as it is. bad_input for a
// cut-off escape, a surrogate or \N.
Result<std::string> unescape(std::string_view text);

// \r\n and \r become \n.
std::string normal_line_ends(std::string_view text);

}  // namespace swivel::jinja
