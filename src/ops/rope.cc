#include "ops/rope.h"

#include <cmath>

#include "base/check.h"
#include "ops/parallel.h"

namespace swivel::ops {

void rope_angles(const Run& run, Tensor angles, std::span<const int32_t> positions,
                 const Rope& rope) {
  const int64_t pairs = rope.rotary_dim / 2;
  const auto n = static_cast<int64_t>(positions.size());
  CHECK(static_cast<int64_t>(rope.inv_freq.size()) == pairs && rope.rotary_dim % 2 == 0);
  CHECK(angles.rows() == n && angles.cols() == rope.rotary_dim);
  // A sine costs some twenty times what an element of other ops costs.
  for_rows(run, n, 20 * pairs, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      float* row = angles.row(i);
      for (int64_t p = 0; p < pairs; ++p) {
        const float angle = static_cast<float>(positions[static_cast<size_t>(i)]) *
                            rope.inv_freq[static_cast<size_t>(p)];
        row[p] = std::cos(angle) * rope.attention_factor;
        row[pairs + p] = std::sin(angle) * rope.attention_factor;
      }
    }
  });
}

void rope(const Run& run, Tensor x, const Tensor& angles, const Rope& rope, int head_dim) {
  const int64_t pairs = rope.rotary_dim / 2;
  CHECK(head_dim > 0 && x.cols() % head_dim == 0 && rope.rotary_dim <= head_dim);
  CHECK(angles.rows() == x.rows() && angles.cols() == rope.rotary_dim);
  const auto turn = rope.pairing == RopePairing::half_split ? run.kernels.rope_half_split
                                                            : run.kernels.rope_adjacent;
  for_rows(run, x.rows(), x.cols(), [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const float* angle = angles.row(i);
      for (float* head = x.row(i); head < x.row(i) + x.cols(); head += head_dim)
        turn(head, pairs, angle, angle + pairs);
    }
  });
}

}  // namespace swivel::ops
