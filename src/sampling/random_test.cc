#include "sampling/random.h"

#include <vector>

#include <gtest/gtest.h>

namespace swivel {
namespace {

using Words = std::array<uint32_t, 4>;

// The known answers that the authors publish with Random123 (kat_vectors, philox4x32 10).
TEST(Philox, GivesThePublishedAnswers) {
  EXPECT_EQ(philox({0, 0, 0, 0}, {0, 0}), (Words{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}));
  constexpr uint32_t kOnes = 0xffffffff;
  EXPECT_EQ(philox({kOnes, kOnes, kOnes, kOnes}, {kOnes, kOnes}),
            (Words{0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}));
  EXPECT_EQ(philox({0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344}, {0xa4093822, 0x299f31d0}),
            (Words{0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}));
}

TEST(UniformAt, FillsTheUnitIntervalEvenly) {
  constexpr int kDraws = 100000;
  std::vector<int> bins(20);
  for (int i = 0; i < kDraws; ++i) {
    const double u = uniform_at(7, i);
    ASSERT_GE(u, 0.0);
    ASSERT_LT(u, 1.0);
    ++bins[static_cast<size_t>(u * 20)];
  }
  double chi_square = 0;
  const double expected = kDraws / 20.0;
  for (const int count : bins) chi_square += (count - expected) * (count - expected) / expected;
  EXPECT_LT(chi_square, 43.8);  // 19 degrees of freedom, p = 0.001
}

TEST(UniformAt, DependsOnAllBitsOfSeedAndPosition) {
  EXPECT_NE(uniform_at(1, 0), uniform_at(2, 0));
  EXPECT_NE(uniform_at(1, 0), uniform_at(1 + (uint64_t{1} << 40), 0));
  EXPECT_NE(uniform_at(1, 5), uniform_at(1, 5 + (uint64_t{1} << 40)));
  EXPECT_EQ(uniform_at(1, 5), uniform_at(1, 5));
}

}  // namespace
}  // namespace swivel
