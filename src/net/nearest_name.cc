#include "net/nearest_name.h"

#include <algorithm>
#include <utility>

namespace swivel::net {
namespace {

constexpr size_t kMaxLength = 256;  // the distance is quadratic in the length

std::string lower(std::string_view text) {
  std::string result(text.substr(0, kMaxLength));
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  return result;
}

// Insertions, deletions and substitutions.
size_t distance(std::string_view a, std::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    size_t diagonal = std::exchange(row[0], i);
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, substituted});
    }
  }
  return row[b.size()];
}

}  // namespace

std::vector<std::string> nearest_names(std::string_view wanted,
                                       const std::vector<std::string>& names, size_t at_most) {
  const std::string target = lower(wanted);
  std::vector<std::pair<size_t, std::string>> near;
  for (const std::string& name : names) {
    const std::string candidate = lower(name);
    const bool contains = target.size() >= 3 && candidate.find(target) != std::string::npos;
    const size_t far = distance(target, candidate);
    if (contains || far <= std::max<size_t>(2, target.size() / 3)) near.emplace_back(far, name);
  }
  std::sort(near.begin(), near.end());
  std::vector<std::string> result;
  for (const auto& [far, name] : near)
    if (result.size() < at_most) result.push_back(name);
  return result;
}

}  // namespace swivel::net
