// How far a number in a tag reaches.
#pragma once

#include <cstddef>
#include <string_view>

namespace swivel::jinja {

// The bytes of the float, or the integer, that stands at `start`; 0 where there is none.
// REQUIRES: start < text.size().
size_t real_length(std::string_view text, size_t start);
size_t integer_length(std::string_view text, size_t start);

}  // namespace swivel::jinja
