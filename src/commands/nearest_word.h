// The word somebody probably meant.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace swivel {

// The one of `words` nearest to `word`, the first among equals; nothing if it takes more edits than
// a third of the longer word's length, or more than one for short words.
std::optional<std::string> nearest_word(std::string_view word,
                                        const std::vector<std::string>& words);

// "; did you mean 'run'?" or "".
std::string did_you_mean(std::string_view word, const std::vector<std::string>& words);

}  // namespace swivel
