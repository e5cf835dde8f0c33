#include "sampling/select.h"

#include <algorithm>
#include <limits>
#include <random>

#include <gtest/gtest.h>

namespace swivel {
namespace {

// Few distinct values, so that equals of the k-th are common.
std::vector<float> coarse_logits(size_t size, uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<float> logits(size);
  for (float& logit : logits) logit = static_cast<float>(static_cast<int>(random() % 41) - 20) / 4;
  return logits;
}

TEST(KthLargest, EqualsASortForEveryKindOfSize) {
  for (const size_t size : {1, 2, 63, 64, 65, 128, 1000, 5000}) {
    const auto logits = coarse_logits(size, static_cast<uint32_t>(size));
    std::vector<float> sorted = logits;
    std::sort(sorted.rbegin(), sorted.rend());
    for (const size_t k : {size_t{1}, size_t{2}, size_t{20}, size / 64 + 1, size / 2, size})
      if (k >= 1 && k <= size) {
        EXPECT_EQ(kth_largest(logits, k), sorted[k - 1]) << size << ' ' << k;
      }
  }
}

TEST(KthLargest, PutsNaNsAndMinusInfinityLast) {
  std::vector<float> logits(200, -std::numeric_limits<float>::infinity());
  logits[3] = std::numeric_limits<float>::quiet_NaN();
  logits[150] = 2;
  EXPECT_EQ(kth_largest(logits, 1), 2);
  EXPECT_EQ(kth_largest(logits, 2), -std::numeric_limits<float>::infinity());
}

TEST(IndicesNotBelow, AreAllOfThemInOrder) {
  const auto logits = coarse_logits(1000, 5);
  std::vector<int32_t> ids, expected;
  for (int32_t i = 0; i < 1000; ++i)
    if (logits[i] >= 3.5f) expected.push_back(i);
  indices_not_below(logits, 3.5f, ids);
  EXPECT_EQ(ids, expected);
}

TEST(LargestIndices, PutTheSmallerIndexFirstAmongEquals) {
  const std::vector<float> logits = {1, 5, 2, 5, 2, 0};
  EXPECT_EQ(largest_indices(logits, 3), (std::vector<int32_t>{1, 3, 2}));
  EXPECT_EQ(largest_indices(logits, 0), (std::vector<int32_t>{}));
  EXPECT_EQ(largest_indices(logits, 99), (std::vector<int32_t>{1, 3, 2, 4, 0, 5}));
}

}  // namespace
}  // namespace swivel
