// The algorithms of Python's str methods that filters share with them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace swivel::jinja {

class Interpreter;

enum class Side { left, right, both };
std::string_view strip_space(std::string_view text, Side side);
// Strips code points that occur in `characters`.
std::string_view strip_characters(std::string_view text, std::string_view characters, Side side);

// Without a separator at runs of white space. `most`: how many cuts; negative: all.
std::vector<std::string> split(std::string_view text, const std::optional<std::string>& separator,
                               int64_t most);
std::vector<std::string> split_right(std::string_view text,
                                     const std::optional<std::string>& separator, int64_t most);
enum class LineEnds { dropped, kept };
std::vector<std::string> split_lines(std::string_view text, LineEnds ends);

// `most`: how many are replaced; negative: all.
Result<std::string> replace(Interpreter& in, std::string_view text, std::string_view old,
                            std::string_view with, int64_t most);

}  // namespace swivel::jinja
