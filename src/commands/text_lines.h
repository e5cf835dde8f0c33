// Input that holds many texts: one a line, one JSON string or array a line, or NUL between them.
#pragma once

#include <string_view>

namespace swivel {

// Takes the next text off the front of `rest`: up to the separator, which goes too. A separator at
// the very end has no empty text after it. REQUIRES: !rest.empty()
std::string_view take_text(std::string_view& rest, char separator);

}  // namespace swivel
