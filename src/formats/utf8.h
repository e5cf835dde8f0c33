// The one question that the readers and writers of this folder have about UTF-8: where the next
// well-formed character ends. Everything else about text is text/'s.
#pragma once

#include <cstddef>
#include <string_view>

namespace swivel::formats {

// The length in bytes (1 to 4) of the well-formed UTF-8 character at the start of `text`, or 0 if
// there is none: an ill-formed or truncated sequence, an overlong form, a surrogate, or a value
// above U+10FFFF (Unicode 15, table 3-7). REQUIRES: text is not empty.
size_t utf8_character_length(std::string_view text);

// The offset of the first byte that is not part of a well-formed character; npos if there is none.
size_t find_ill_formed_utf8(std::string_view text);

}  // namespace swivel::formats
