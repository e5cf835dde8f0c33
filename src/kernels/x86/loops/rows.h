// Kernels that go over a row once, for any vector V (avx2/vectors.h, avx512/vectors.h).
#pragma once

#include "kernels/quantised_tile.h"
#include "kernels/table.h"
#include "kernels/x86/compiler.h"

namespace swivel::kernels {
namespace {

// exp(x) to about 1 ulp: 2^n times a polynomial on [-ln 2 / 2, ln 2 / 2] (Cephes' coefficients).
// 0 far below, infinity far above.
template <class V>
SWIVEL_INLINE typename V::Float exponential(typename V::Float x) {
  // Beyond these bounds the result is 0 or infinity, and n would leave the polynomial nonsense.
  const auto bounded =
      V::sub(V::zero(), V::max(V::set(-89.0F), V::sub(V::zero(), V::max(x, V::set(-104.0F)))));
  const auto n = V::round(V::mul(bounded, V::set(1.44269504F)));
  auto r = V::fma(n, V::set(-0.693359375F), bounded);
  r = V::fma(n, V::set(2.12194440e-4F), r);
  auto p = V::set(1.9875691500e-4F);
  p = V::fma(p, r, V::set(1.3981999507e-3F));
  p = V::fma(p, r, V::set(8.3334519073e-3F));
  p = V::fma(p, r, V::set(4.1665795894e-2F));
  p = V::fma(p, r, V::set(1.6666665459e-1F));
  p = V::fma(p, r, V::set(5.0000001201e-1F));
  return V::scale_by_power(V::fma(V::mul(r, r), p, V::add(r, V::set(1.0F))), n);
}

// Up to 32 elements become one column of a block of a tile of `rows` columns.
template <class V>
SWIVEL_INLINE void quantise_block(const float* x, int64_t count, std::byte* block, int64_t rows) {
  constexpr int kVectors = 32 / V::kLanes;
  typename V::Float v[kVectors];
  auto magnitude = V::zero();
  SWIVEL_UNROLL for (int i = 0; i < kVectors; ++i) {
    const int64_t left = count - V::kLanes * i;
    v[i] = left <= 0 ? V::zero() : V::load(x + V::kLanes * i, left);
    magnitude = V::max(V::abs(v[i]), magnitude);
  }
  const float largest = V::largest(magnitude);
  const auto inverse = V::set(largest == 0 ? 0.0F : 127.0F / largest);
  alignas(32) int8_t q[32];
  int32_t sums[2] = {0, 0};
  SWIVEL_UNROLL for (int i = 0; i < kVectors; ++i) sums[2 * i / kVectors] +=
      V::to_bytes(v[i], inverse, q + V::kLanes * i);
  const float scale = largest / 127.0F;
  auto* to = reinterpret_cast<int32_t*>(block);
  auto* to_float = reinterpret_cast<float*>(block);
  SWIVEL_UNROLL for (int j = 0; j < 8; ++j) __builtin_memcpy(to + j * rows, q + 4 * j, 4);
  to_float[kTileScale * rows] = scale;
  to_float[kTileScaledSum * rows] = scale * static_cast<float>(sums[0] + sums[1]);
  to[kTileMinusSum16 * rows] = -sums[0];
  to[(kTileMinusSum16 + 1) * rows] = -sums[1];
  to[kTileMinusSum32 * rows] = -sums[0] - sums[1];
}

template <class V>
void quantise(const float* x, int64_t x_stride, int64_t rows, int64_t cols, std::byte* tile) {
  const int64_t blocks = tile_blocks(cols);
  for (int64_t r = 0; r < rows; ++r) {
    const float* row = x + r * x_stride;
    std::byte* column = tile + 4 * r;
    for (int64_t b = 0; b < blocks; ++b)
      quantise_block<V>(row + 32 * b, cols - 32 * b, column + b * kTileLines * 4 * rows, rows);
  }
}

template <class V>
void rms_norm(const float* x, const float* weight, int64_t n, float eps, float* out) {
  auto squares = V::zero();
  for (int64_t i = 0; i < n; i += V::kLanes) {
    const auto v = V::load(x + i, n - i);
    squares = V::fma(v, v, squares);
  }
  const float mean = V::sum(squares) / static_cast<float>(n);
  const auto factor = V::set(1.0F / V::square_root(mean + eps));
  for (int64_t i = 0; i < n; i += V::kLanes) {
    const auto v = V::mul(V::load(x + i, n - i), factor);
    V::store(out + i, V::mul(v, V::load(weight + i, n - i)), n - i);
  }
}

template <class V>
void rope_half_split(float* x, int64_t pairs, const float* cosine, const float* sine) {
  for (int64_t i = 0; i < pairs; i += V::kLanes) {
    const int64_t left = pairs - i;
    const auto a = V::load(x + i, left);
    const auto b = V::load(x + pairs + i, left);
    const auto c = V::load(cosine + i, left);
    const auto s = V::load(sine + i, left);
    V::store(x + i, V::fms(a, c, V::mul(b, s)), left);
    V::store(x + pairs + i, V::fma(b, c, V::mul(a, s)), left);
  }
}

template <class V>
void silu_mul(const float* gate, const float* up, int64_t n, float* out) {
  for (int64_t i = 0; i < n; i += V::kLanes) {
    const auto g = V::load(gate + i, n - i);
    const auto u = V::load(up + i, n - i);
    const auto e = exponential<V>(V::sub(V::zero(), g));
    V::store(out + i, V::mul(V::div(g, V::add(V::set(1.0F), e)), u), n - i);
  }
}

template <class V>
void add(float* x, const float* y, int64_t n) {
  for (int64_t i = 0; i < n; i += V::kLanes)
    V::store(x + i, V::add(V::load(x + i, n - i), V::load(y + i, n - i)), n - i);
}

template <class V>
void scale(float* x, float factor, int64_t n) {
  for (int64_t i = 0; i < n; i += V::kLanes)
    V::store(x + i, V::mul(V::load(x + i, n - i), V::set(factor)), n - i);
}

template <class V>
SWIVEL_INLINE float largest_of(const float* x, int64_t n) {
  const auto lowest = V::set(-__builtin_inff());
  auto largest = lowest;
  for (int64_t i = 0; i < n; i += V::kLanes)
    largest = V::max(V::keep(V::load(x + i, n - i), 0, n - i, lowest), largest);
  return V::largest(largest);
}

template <class V>
void softmax(float* x, int64_t n) {
  const auto shift = V::set(largest_of<V>(x, n));
  auto sum = V::zero();
  for (int64_t i = 0; i < n; i += V::kLanes) {
    const auto e = exponential<V>(V::sub(V::load(x + i, n - i), shift));
    sum = V::add(sum, V::keep(e, 0, n - i, V::zero()));
    V::store(x + i, e, n - i);
  }
  const auto total = V::set(V::sum(sum));
  for (int64_t i = 0; i < n; i += V::kLanes)
    V::store(x + i, V::div(V::load(x + i, n - i), total), n - i);
}

template <class V>
int64_t argmax(const float* x, int64_t n) {
  const auto largest = V::set(largest_of<V>(x, n));
  for (int64_t i = 0; i < n; i += V::kLanes) {
    const int found = V::find_equal(V::load(x + i, n - i), largest, n - i);
    if (found >= 0) return i + found;
  }
  return 0;  // every element is no number
}

}  // namespace
}  // namespace swivel::kernels
