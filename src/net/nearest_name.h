// The names that somebody who typed `wanted` may have meant, nearest first: by edit distance
// without regard to case, those too far away left out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace swivel::net {

std::vector<std::string> nearest_names(std::string_view wanted,
                                       const std::vector<std::string>& names, size_t at_most);

}  // namespace swivel::net
