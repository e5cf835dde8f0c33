// Tensor: a view of float32 activations, row-major and dense. Copies are cheap and own nothing.
// Weights are not Tensors; they are Weights (tensor/weight.h), in the form kernels read.
#pragma once

#include <cstdint>

#include "base/check.h"
#include "tensor/shape.h"

namespace swivel {

struct Tensor {
  float* data = nullptr;
  Shape shape;

  int64_t elements() const { return shape.elements(); }
  // The extent of the last axis, and how many such rows there are.
  int64_t cols() const { return shape.rank() == 0 ? 1 : shape[shape.rank() - 1]; }
  int64_t rows() const { return cols() == 0 ? 0 : elements() / cols(); }
  float* row(int64_t i) const {
    DCHECK(i >= 0 && i < rows());
    return data + i * cols();
  }
};

}  // namespace swivel
