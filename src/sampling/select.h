// Finding the largest of many without sorting them.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace swivel {

// The k-th largest value (k = 1: the largest). REQUIRES: 1 <= k <= logits.size(). NaNs are
// smallest.
float kth_largest(std::span<const float> logits, int64_t k);

// Appends to `ids`, ascending, every index whose value is not below `threshold`.
void indices_not_below(std::span<const float> logits, float threshold, std::vector<int32_t>& ids);

// The k largest, most probable first, the smaller index first among equals; at most k.
std::vector<int32_t> largest_indices(std::span<const float> logits, int64_t k);

}  // namespace swivel
