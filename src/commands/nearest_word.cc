#include "commands/nearest_word.h"

#include <algorithm>

#include <fmt/format.h>

namespace swivel {

int edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<int>> cost(a.size() + 1, std::vector<int>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i) cost[i][0] = static_cast<int>(i);
  for (size_t j = 0; j <= b.size(); ++j) cost[0][j] = static_cast<int>(j);
  for (size_t i = 1; i <= a.size(); ++i)
    for (size_t j = 1; j <= b.size(); ++j) {
      const int replaced = cost[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
    }
  return cost[a.size()][b.size()];
}

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
