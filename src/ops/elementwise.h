// Row lookups and arithmetic element by element.
#pragma once

#include <cstdint>
#include <span>

#include "ops/run.h"
#include "tensor/tensor.h"
#include "tensor/weight.h"

namespace swivel::ops {

// out [n, cols] = the rows of table [vocab_size, cols] that ids name, as float32.
// REQUIRES: table is row_major (as_stored), of any DType; every id is in [0, rows).
void embed(const Run& run, Tensor out, const Weight& table, std::span<const int32_t> ids);

// out [rows.size(), cols] = the named rows of x [n, cols].
void gather_rows(const Run& run, Tensor out, const Tensor& x, std::span<const int32_t> rows);

enum class Activation {
  silu,  // x / (1 + exp(-x))
};

// out = activation(gate) * up, all of one shape. out may be gate or up.
void gated(const Run& run, Tensor out, const Tensor& gate, const Tensor& up, Activation activation);

// x += y.
void add(const Run& run, Tensor x, const Tensor& y);

// x *= factor.
void scale(const Run& run, Tensor x, float factor);

struct LogitScaling {
  float scale = 1;  // logits *= scale
  float cap = 0;    // then logits = cap * tanh(logits / cap); 0: none

  bool operator==(const LogitScaling&) const = default;
};
void scale_and_cap(const Run& run, Tensor logits, const LogitScaling& scaling);

// Each row of x becomes its softmax.
void softmax(const Run& run, Tensor x);

// The index of the largest element of the row; the first of equal ones. REQUIRES: cols > 0.
int64_t argmax(const Run& run, std::span<const float> row);

}  // namespace swivel::ops
