// Rotary position embedding (Su et al. 2021). The angles of a batch are computed once and serve all
// layers that share a Rope.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "ops/run.h"
#include "tensor/tensor.h"

namespace swivel::ops {

enum class RopePairing {
  half_split,  // element i turns with element i + rotary_dim / 2
  adjacent,    // element 2 i turns with element 2 i + 1
};

struct Rope {
  RopePairing pairing = RopePairing::half_split;
  int rotary_dim = 0;           // the first rotary_dim elements of a head turn, the others stay
  std::vector<float> inv_freq;  // [rotary_dim / 2], scaling already applied
  float attention_factor = 1;   // multiplies cosine and sine

  bool operator==(const Rope&) const = default;
};

// angles [n, rotary_dim]: for each position its rotary_dim / 2 cosines, then as many sines.
void rope_angles(const Run& run, Tensor angles, std::span<const int32_t> positions,
                 const Rope& rope);

// Turns every head of x [n, heads * head_dim] in place.
void rope(const Run& run, Tensor x, const Tensor& angles, const Rope& rope, int head_dim);

}  // namespace swivel::ops
