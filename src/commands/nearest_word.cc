#include "commands/nearest_word.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/edit_distance.h"

namespace swivel {

std::optional<std::string> nearest_word(std::string_view word,
                                        const std::vector<std::string>& words) {
  // Nobody mistypes a hundred letters; the table of costs stays small.
  if (word.size() > 100) return {};
  std::optional<std::string> nearest;
  int best = 0;
  for (const std::string& candidate : words) {
    const int limit =
        std::max<int>(1, static_cast<int>(std::max(word.size(), candidate.size())) / 3);
    const int distance = edit_distance(word, candidate);
    if (distance > limit || (nearest && distance >= best)) continue;
    nearest = candidate;
    best = distance;
  }
  return nearest;
}

std::string did_you_mean(std::string_view word, const std::vector<std::string>& words) {
  const auto nearest = nearest_word(word, words);
  return nearest ? fmt::format("; did you mean '{}'?", *nearest) : "";
}

}  // namespace swivel
