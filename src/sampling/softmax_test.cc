#include "sampling/softmax.h"

#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include <gtest/gtest.h>

namespace swivel {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

std::vector<float> random_logits(size_t size, uint32_t seed) {
  std::mt19937 random(seed);
  std::normal_distribution<float> normal(0, 4);
  std::vector<float> logits(size);
  for (float& logit : logits) logit = normal(random);
  return logits;
}

TEST(Exponentials, AreWithinAMillionthOfTheTruth) {
  std::vector<float> x, y;
  for (float value = -86.9f; value <= 0; value += 0.0137f) x.push_back(value);
  x.push_back(0);
  y.resize(x.size());
  exponentials(x, 0, 1, y);
  for (size_t i = 0; i < x.size(); ++i)
    EXPECT_NEAR(y[i] / std::exp(static_cast<double>(x[i])), 1.0, 1e-6) << x[i];
  EXPECT_EQ(y.back(), 1.0f);
}

TEST(Exponentials, OfWhatIsFarBelowOrNoNumberAreZero) {
  const std::vector<float> x = {-88, -1e30f, -kInfinity, NAN};
  std::vector<float> y(x.size(), 5);
  exponentials(x, 0, 1, y);
  for (const float value : y) EXPECT_EQ(value, 0);
}

TEST(LargestOf, IgnoresNaNsAtAnyLengthAndPlace) {
  for (size_t size = 1; size <= 70; ++size)
    for (size_t place = 0; place < size; ++place) {
      std::vector<float> x(size, NAN);
      x[place] = -3;
      EXPECT_EQ(largest_of(x), -3);
      EXPECT_EQ(index_of_largest(x), static_cast<int32_t>(place));
    }
  EXPECT_EQ(largest_of({}), -kInfinity);
  EXPECT_EQ(largest_of(std::vector<float>{NAN}), -kInfinity);
}

TEST(IndexOfLargest, IsTheFirstAmongEquals) {
  EXPECT_EQ(index_of_largest(std::vector<float>{1, 3, 3, 2}), 1);
}

TEST(LogSumExp, EqualsTheSumInDoubleAtEveryLength) {
  for (const size_t size : {1, 7, 8, 511, 512, 513, 4000, 152064}) {
    const auto logits = random_logits(size, static_cast<uint32_t>(size));
    double sum = 0;
    for (const float logit : logits) sum += std::exp(static_cast<double>(logit));
    EXPECT_NEAR(log_sum_exp(logits, largest_of(logits)), std::log(sum), 1e-6) << size;
  }
}

}  // namespace
}  // namespace swivel
