#include "sampling/select.h"

#include <algorithm>
#include <functional>
#include <limits>

#include "base/check.h"
#include "sampling/softmax.h"

namespace swivel {
namespace {

// Small enough that a few blocks hold few values besides the wanted ones, large enough that 152 k
// logits give 2.4 k maxima.
constexpr size_t kBlock = 64;

float kth_of(std::vector<float>& values, int64_t k) {
  // A NaN would break the order that nth_element relies on.
  for (float& value : values)
    if (!(value == value)) value = -std::numeric_limits<float>::infinity();
  std::nth_element(values.begin(), values.begin() + (k - 1), values.end(), std::greater<float>());
  return values[k - 1];
}

}  // namespace

float kth_largest(std::span<const float> logits, int64_t k) {
  CHECK(k >= 1 && k <= static_cast<int64_t>(logits.size()));
  std::vector<float> maxima;
  for (size_t begin = 0; begin < logits.size(); begin += kBlock)
    maxima.push_back(largest_of(logits.subspan(begin, std::min(kBlock, logits.size() - begin))));
  std::vector<float> candidates;
  if (k > static_cast<int64_t>(maxima.size())) {
    candidates.assign(logits.begin(), logits.end());
    return kth_of(candidates, k);
  }
  // At least k values reach the k-th largest block maximum, so the answer is not below it.
  std::vector<float> copy = maxima;
  const float bound = kth_of(copy, k);
  if (bound == -std::numeric_limits<float>::infinity()) {
    candidates.assign(logits.begin(), logits.end());
    return kth_of(candidates, k);
  }
  for (size_t b = 0; b < maxima.size(); ++b) {
    if (maxima[b] < bound) continue;
    const size_t end = std::min((b + 1) * kBlock, logits.size());
    for (size_t i = b * kBlock; i < end; ++i)
      if (logits[i] >= bound) candidates.push_back(logits[i]);
  }
  return kth_of(candidates, k);
}

void indices_not_below(std::span<const float> logits, float threshold, std::vector<int32_t>& ids) {
  for (size_t begin = 0; begin < logits.size(); begin += kBlock) {
    const auto block = logits.subspan(begin, std::min(kBlock, logits.size() - begin));
    if (largest_of(block) < threshold) continue;
    for (size_t i = 0; i < block.size(); ++i)
      if (block[i] >= threshold) ids.push_back(static_cast<int32_t>(begin + i));
  }
}

std::vector<int32_t> largest_indices(std::span<const float> logits, int64_t k) {
  k = std::min<int64_t>(k, static_cast<int64_t>(logits.size()));
  std::vector<int32_t> ids;
  if (k == 0) return ids;
  indices_not_below(logits, kth_largest(logits, k), ids);
  std::sort(ids.begin(), ids.end(), [&](int32_t a, int32_t b) {
    return logits[a] != logits[b] ? logits[a] > logits[b] : a < b;
  });
  if (static_cast<int64_t>(ids.size()) > k) ids.resize(k);
  return ids;
}

}  // namespace swivel
