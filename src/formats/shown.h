// Names that come from outside, as they may stand in a message.
#pragma once

#include <string>
#include <string_view>

namespace swivel::formats {

// The text itself where it is short and printable ASCII, else quoted, escaped and cut, so that a
// file cannot write control sequences to a terminal or pages to a log.
std::string shown(std::string_view outside);

}  // namespace swivel::formats
