// Where in a text an offset is, for messages.
#pragma once

#include <cstddef>
#include <string_view>

namespace swivel::formats {

struct TextPosition {
  size_t line = 1;    // from 1; lines end with \n
  size_t column = 1;  // from 1, in characters
};

// An offset past the end is the end.
TextPosition position_of(std::string_view text, size_t offset);

}  // namespace swivel::formats
