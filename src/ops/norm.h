// Normalisation of rows.
#pragma once

#include <span>

#include "ops/run.h"
#include "tensor/tensor.h"

namespace swivel::ops {

struct Norm {
  enum class Kind {
    rms,  // weight * x / sqrt(mean(x^2) + eps)
  };
  Kind kind = Kind::rms;
  float eps = 1e-6F;

  bool operator==(const Norm&) const = default;
};

// Normalises each group of weight.size() consecutive elements: a whole row, or one head of it for
// q and k norms. out may be x. REQUIRES: x.cols() is a multiple of weight.size().
void norm(const Run& run, Tensor out, const Tensor& x, std::span<const float> weight,
          const Norm& norm);

}  // namespace swivel::ops
