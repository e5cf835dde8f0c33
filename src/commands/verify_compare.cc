#include "commands/verify_compare.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "base/check.h"

namespace swivel {
namespace {

struct TwoBest {
  size_t best = 0;
  size_t second = 0;
};

TwoBest two_best(std::span<const float> logits) {
  TwoBest found;
  found.best = std::max_element(logits.begin(), logits.end()) - logits.begin();
  float largest = -std::numeric_limits<float>::infinity();
  found.second = found.best;
  for (size_t i = 0; i < logits.size(); ++i) {
    if (i == found.best || logits[i] <= largest) continue;
    largest = logits[i];
    found.second = i;
  }
  return found;
}

double log_sum_exp(std::span<const float> logits) {
  const double largest = *std::max_element(logits.begin(), logits.end());
  double sum = 0;
  for (float logit : logits) sum += std::exp(logit - largest);
  return largest + std::log(sum);
}

}  // namespace

double kl_divergence(std::span<const float> reference, std::span<const float> ours) {
  CHECK(reference.size() == ours.size() && !reference.empty());
  const double reference_total = log_sum_exp(reference);
  const double our_total = log_sum_exp(ours);
  double divergence = 0;
  for (size_t i = 0; i < reference.size(); ++i) {
    const double log_p = reference[i] - reference_total;
    const double log_q = ours[i] - our_total;
    divergence += std::exp(log_p) * (log_p - log_q);
  }
  // Rounding may leave a tiny negative sum. A NaN stays one.
  return divergence < 0 ? 0 : divergence;
}

void add_position(Comparison& sum, std::span<const float> reference, std::span<const float> ours,
                  const Tolerance& tolerance) {
  const double divergence = kl_divergence(reference, ours);
  const double before = static_cast<double>(sum.positions);
  sum.positions += 1;
  sum.mean_kl = (sum.mean_kl * before + divergence) / static_cast<double>(sum.positions);
  sum.max_kl = divergence <= sum.max_kl ? sum.max_kl : divergence;
  for (size_t i = 0; i < ours.size(); ++i) {
    const double difference = std::abs(static_cast<double>(ours[i]) - reference[i]);
    sum.max_difference = difference <= sum.max_difference ? sum.max_difference : difference;
  }

  const TwoBest theirs = two_best(reference);
  const size_t choice = two_best(ours).best;
  const bool tie = reference[theirs.best] - reference[theirs.second] < tolerance.near_tie;
  if (choice == theirs.best)
    ++sum.same_choice;
  else if (choice == theirs.second && tie)
    ++sum.near_ties;
  else
    ++sum.different;
}

}  // namespace swivel
