#include "net/nearest_name.h"

#include <algorithm>
#include <utility>

#include "base/edit_distance.h"

namespace swivel::net {
namespace {

constexpr size_t kMaxLength = 256;  // the distance is quadratic in the length

std::string lower(std::string_view text) {
  std::string result(text.substr(0, kMaxLength));
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  return result;
}

}  // namespace

std::vector<std::string> nearest_names(std::string_view wanted,
                                       const std::vector<std::string>& names, size_t at_most) {
  const std::string target = lower(wanted);
  std::vector<std::pair<size_t, std::string>> near;
  for (const std::string& name : names) {
    const std::string candidate = lower(name);
    const bool contains = target.size() >= 3 && candidate.find(target) != std::string::npos;
    const auto far = static_cast<size_t>(edit_distance(target, candidate));
    if (contains || far <= std::max<size_t>(2, target.size() / 3)) near.emplace_back(far, name);
  }
  std::sort(near.begin(), near.end());
  std::vector<std::string> result;
  for (const auto& [far, name] : near)
    if (result.size() < at_most) result.push_back(name);
  return result;
}

}  // namespace swivel::net
