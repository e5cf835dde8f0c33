#include "commands/verify_compare.h"

#include <cmath>
#include <limits>
#include <vector>

#include <gtest/gtest.h>

namespace swivel {
namespace {

using Row = std::vector<float>;

TEST(KlDivergence, IsZeroForEqualDistributionsAndIgnoresAConstant) {
  EXPECT_EQ(kl_divergence(Row{1, 2, 3}, Row{1, 2, 3}), 0);
  EXPECT_NEAR(kl_divergence(Row{1, 2, 3}, Row{101, 102, 103}), 0, 1e-9);
}

TEST(KlDivergence, EqualsTheFormulaOnTwoOutcomes) {
  // p = (3/4, 1/4), q = (1/2, 1/2): 3/4 ln(3/2) + 1/4 ln(1/2).
  const double expected = 0.75 * std::log(1.5) + 0.25 * std::log(0.5);
  EXPECT_NEAR(kl_divergence(Row{std::log(3.f), 0}, Row{0, 0}), expected, 1e-7);
}

TEST(Comparison, TellsANearTieFromADifference) {
  const Tolerance tolerance = {1.0, 0.1};
  Comparison sum;
  add_position(sum, Row{1, 0}, Row{1, 0}, tolerance);
  add_position(sum, Row{1, 0.95f, 0}, Row{0.95f, 1, 0}, tolerance);
  EXPECT_EQ(sum.same_choice, 1);
  EXPECT_EQ(sum.near_ties, 1);
  EXPECT_TRUE(sum.equal(tolerance));
  add_position(sum, Row{1, 0.5f, 0}, Row{0.5f, 1, 0}, tolerance);
  EXPECT_EQ(sum.different, 1);
  EXPECT_FALSE(sum.equal(tolerance));
}

TEST(Comparison, AThirdBestChoiceIsNoNearTie) {
  Comparison sum;
  add_position(sum, Row{1, 0.99f, 0.98f}, Row{0, 0, 1}, {10, 0.1});
  EXPECT_EQ(sum.different, 1);
}

TEST(Comparison, RefusesNotANumber) {
  Comparison sum;
  add_position(sum, Row{1, 2}, Row{std::numeric_limits<float>::quiet_NaN(), 2}, kFloatTolerance);
  EXPECT_FALSE(sum.equal(kFloatTolerance));
}

TEST(Comparison, KeepsTheMeanAndTheLargest) {
  Comparison sum;
  add_position(sum, Row{0, 0}, Row{0, 0}, kFloatTolerance);
  add_position(sum, Row{std::log(3.f), 0}, Row{0, 0}, kFloatTolerance);
  EXPECT_NEAR(sum.mean_kl, sum.max_kl / 2, 1e-12);
  EXPECT_NEAR(sum.max_difference, std::log(3.f), 1e-6);
}

TEST(Comparison, NoPositionsAreNotEqual) { EXPECT_FALSE(Comparison{}.equal(kFloatTolerance)); }

}  // namespace
}  // namespace swivel
