// The arithmetic of `swivel verify`: how far two engines' logits for the same tokens are apart, and
// whether a different greedy choice is more than a near-tie. No files, no models.
#pragma once

#include <cstdint>
#include <span>

namespace swivel {

// What two logits closer than this are: a choice that rounding may turn. See docs/verified.md.
struct Tolerance {
  double mean_kl = 0;   // nats
  double near_tie = 0;  // logits
};

inline constexpr Tolerance kFloatTolerance = {1e-3, 0.05};
inline constexpr Tolerance kQuantisedTolerance = {1e-2, 0.25};

struct Comparison {
  int64_t positions = 0;
  int64_t same_choice = 0;
  int64_t near_ties = 0;  // another choice, but one of the reference's two best within near_tie
  int64_t different = 0;  // another choice, and no near-tie
  double mean_kl = 0;     // of reference to ours, over the positions, in nats
  double max_kl = 0;
  double max_difference = 0;  // largest |ours - reference| of a logit

  bool equal(const Tolerance& tolerance) const {
    return positions > 0 && different == 0 && mean_kl <= tolerance.mean_kl;
  }
};

// The Kullback-Leibler divergence sum p ln(p / q) of softmax(reference) = p to softmax(ours) = q.
// NaN anywhere gives NaN, which no tolerance accepts. REQUIRES: equal sizes, not empty.
double kl_divergence(std::span<const float> reference, std::span<const float> ours);

// Takes one more position into `sum`. The mean is right after each call.
void add_position(Comparison& sum, std::span<const float> reference, std::span<const float> ours,
                  const Tolerance& tolerance);

}  // namespace swivel
