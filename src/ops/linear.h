// Matrix products with weights, and the loading of weights into the form kernels like best.
#pragma once

#include <initializer_list>
#include <span>
#include <vector>

#include "base/result.h"
#include "ops/run.h"
#include "tensor/stored_tensor.h"
#include "tensor/tensor.h"
#include "tensor/weight.h"

namespace swivel::ops {

// out = weight x + bias.
struct Linear {
  Weight weight;            // [rows, cols]
  std::vector<float> bias;  // [rows], or empty: none
};

// out [n, rows] = x [n, cols] times the weight's transpose, plus bias.
// Quantised weights in interleaved16 meet activations quantised to 8 bits in blocks of 32 (scale =
// largest magnitude / 127); every other combination is float32 arithmetic.
void matmul(const Run& run, Tensor out, const Tensor& x, const Linear& linear);

// Several products with the same x (q, k, v; gate, up) in one sweep: activations are prepared once
// and the threads meet once.
struct Product {
  Tensor out;  // [n, linear.weight.rows]
  const Linear& linear;
};
void matmul_each(const Run& run, const Tensor& x, std::initializer_list<Product> products);
void matmul_each(const Run& run, const Tensor& x, std::span<const Product> products);

// The weight in the layout that `kernels` multiplies fastest: quantised formats are re-arranged
// without loss into memory of their own (in parallel), plain formats stay a view of the file.
// ERRORS: out_of_memory, with the bytes that were wanted.
Result<Weight> pack(const kernels::Table& kernels, ThreadPool& threads, const StoredTensor& tensor);

// Bytes that pack() will allocate for this tensor; 0 if it stays a view. For memory checks.
int64_t packed_bytes(const kernels::Table& kernels, const StoredTensor& tensor);

// All elements as float32: norm weights, biases. Any DType but i32.
std::vector<float> to_floats(const StoredTensor& tensor);

}  // namespace swivel::ops
