// Loops over a row of logits, written so that a compiler vectorises them and that the result does
// not depend on the machine's libm. A NaN counts as minus infinity everywhere.
#pragma once

#include <cstdint>
#include <span>

namespace swivel {

// The largest value; -infinity for an empty row or one of NaNs only.
float largest_of(std::span<const float> logits);

// The first index of the largest value. REQUIRES: largest_of(logits) > -infinity.
int32_t index_of_largest(std::span<const float> logits);

// out[i] = exp((logits[i] - largest) * scale), 0 below exp(-87). Relative error below 1e-6.
// REQUIRES: scale >= 0, out.size() == logits.size(), no logit above `largest`.
void exponentials(std::span<const float> logits, float largest, float scale, std::span<float> out);

// The sum of those, in double, in an order that depends on the length only.
double sum_of_exponentials(std::span<const float> logits, float largest, float scale);

// log(sum(exp(logits))). REQUIRES: largest is largest_of(logits) and finite.
double log_sum_exp(std::span<const float> logits, float largest);

}  // namespace swivel
