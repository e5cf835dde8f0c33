// A stable sort with a comparison that may fail.
#pragma once

#include <utility>
#include <vector>

#include "base/result.h"

namespace swivel::jinja {

// `less(a, b)`: Result<bool>.
template <class T, class Less>
Result<std::vector<T>> sorted(std::vector<T> items, const Less& less) {
  if (items.size() < 2) return items;
  auto middle = items.begin() + static_cast<ptrdiff_t>(items.size() / 2);
  std::vector<T> left = TRY(sorted(std::vector<T>(items.begin(), middle), less));
  std::vector<T> right = TRY(sorted(std::vector<T>(middle, items.end()), less));
  size_t l = 0, r = 0;
  for (T& item : items) {
    bool from_right = l == left.size() || (r < right.size() && TRY(less(right[r], left[l])));
    item = from_right ? std::move(right[r++]) : std::move(left[l++]);
  }
  return items;
}

}  // namespace swivel::jinja
