// How far two words are apart: what "did you mean" is decided by.
#pragma once

#include <string_view>

namespace swivel {

// The number of insertions, deletions, replacements and swaps of neighbours that turn one word into
// the other (optimal string alignment), in bytes. Time and memory are the product of the lengths;
// callers bound them.
int edit_distance(std::string_view a, std::string_view b);

}  // namespace swivel
