// The reference kernels: plain loops, sums in double, nothing clever. They define the others.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "kernels/choose.h"
#include "kernels/half.h"
#include "kernels/quantised_tile.h"
#include "kernels/reference/attention.h"
#include "kernels/reference/dequantise.h"

namespace swivel::kernels {
namespace {

// Weights become float32 exactly as the format says; the sum runs over k in order, in double.
template <void (*dequantise)(const void*, int64_t, float*)>
void matmul(const MatmulArgs& args) {
  auto* weights = reinterpret_cast<float*>(args.scratch);
  for (int64_t r = args.row_begin; r < args.row_end; ++r) {
    dequantise(static_cast<const std::byte*>(args.weights) + r * args.row_bytes, args.cols,
               weights);
    for (int64_t i = 0; i < args.n; ++i) {
      const float* x = args.x + i * args.x_stride;
      double sum = 0;
      for (int64_t k = 0; k < args.cols; ++k) sum += double{weights[k]} * double{x[k]};
      args.out[i * args.out_stride + r] = static_cast<float>(sum);
    }
  }
}

void store(std::byte* tile, int64_t word, const void* four_bytes) {
  std::memcpy(tile + 4 * word, four_bytes, 4);
}

// Block b of a row becomes column `column` of a tile with `rows` columns.
void quantise_block(const float* x, int64_t count, std::byte* block, int64_t rows, int64_t column) {
  float largest = 0;
  for (int64_t i = 0; i < count; ++i) largest = std::max(largest, std::abs(x[i]));
  const float scale = largest / 127.0F;
  const float inverse = largest == 0 ? 0 : 127.0F / largest;
  int8_t q[32] = {};
  int32_t minus_sums[3] = {0, 0, 0};
  for (int64_t i = 0; i < count; ++i) {
    // Clamped, so that a value that is no number cannot become an undefined conversion.
    const float scaled = std::nearbyint(x[i] * inverse);
    q[i] = static_cast<int8_t>(std::isnan(scaled) ? 0 : std::clamp(scaled, -127.0F, 127.0F));
    minus_sums[i / 16] -= q[i];
  }
  minus_sums[2] = minus_sums[0] + minus_sums[1];
  const float scaled_sum = scale * static_cast<float>(-minus_sums[2]);
  for (int j = 0; j < 8; ++j) store(block, j * rows + column, q + 4 * j);
  store(block, kTileScale * rows + column, &scale);
  store(block, kTileScaledSum * rows + column, &scaled_sum);
  store(block, kTileMinusSum16 * rows + column, &minus_sums[0]);
  store(block, (kTileMinusSum16 + 1) * rows + column, &minus_sums[1]);
  store(block, kTileMinusSum32 * rows + column, &minus_sums[2]);
}

void quantise(const float* x, int64_t x_stride, int64_t rows, int64_t cols, std::byte* tile) {
  for (int64_t b = 0; b < tile_blocks(cols); ++b) {
    const int64_t count = std::clamp<int64_t>(cols - 32 * b, 0, 32);
    for (int64_t r = 0; r < rows; ++r) {
      quantise_block(x + r * x_stride + 32 * b, count, tile + b * kTileLines * 4 * rows, rows, r);
    }
  }
}

void rms_norm(const float* x, const float* weight, int64_t n, float eps, float* out) {
  double squares = 0;
  for (int64_t i = 0; i < n; ++i) squares += double{x[i]} * double{x[i]};
  const auto mean = static_cast<float>(squares / static_cast<double>(n));
  const float factor = 1.0F / std::sqrt(mean + eps);
  for (int64_t i = 0; i < n; ++i) out[i] = x[i] * factor * weight[i];
}

void turn(float& a, float& b, float cosine, float sine) {
  const float turned = a * cosine - b * sine;
  b = b * cosine + a * sine;
  a = turned;
}

void rope_half_split(float* x, int64_t pairs, const float* cosine, const float* sine) {
  for (int64_t i = 0; i < pairs; ++i) turn(x[i], x[i + pairs], cosine[i], sine[i]);
}

void rope_adjacent(float* x, int64_t pairs, const float* cosine, const float* sine) {
  for (int64_t i = 0; i < pairs; ++i) turn(x[2 * i], x[2 * i + 1], cosine[i], sine[i]);
}

void silu_mul(const float* gate, const float* up, int64_t n, float* out) {
  for (int64_t i = 0; i < n; ++i) out[i] = gate[i] / (1.0F + std::exp(-gate[i])) * up[i];
}

void add(float* x, const float* y, int64_t n) {
  for (int64_t i = 0; i < n; ++i) x[i] += y[i];
}

void scale(float* x, float factor, int64_t n) {
  for (int64_t i = 0; i < n; ++i) x[i] *= factor;
}

void softcap(float* x, float cap, int64_t n) {
  for (int64_t i = 0; i < n; ++i) x[i] = cap * std::tanh(x[i] / cap);
}

void softmax(float* x, int64_t n) {
  if (n == 0) return;
  const float largest = *std::max_element(x, x + n);
  double sum = 0;
  for (int64_t i = 0; i < n; ++i) {
    x[i] = std::exp(x[i] - largest);
    sum += x[i];
  }
  for (int64_t i = 0; i < n; ++i) x[i] = static_cast<float>(x[i] / sum);
}

// Makes the compiler believe that a value is used and may have changed.
template <class T>
void touch(T& value) {
  asm volatile("" : "+m"(value));
}

void read_once(const std::byte* data, int64_t bytes) {
  uint64_t sums[4] = {};
  for (int64_t i = 0; i < bytes; i += 32) {
    for (int j = 0; j < 4; ++j) {
      uint64_t eight;
      std::memcpy(&eight, data + i + 8 * j, 8);
      sums[j] += eight;
    }
  }
  for (uint64_t& sum : sums) touch(sum);
}

int64_t byte_products(int64_t rounds) {
  int32_t sum = 0;
  int8_t factor = 3;
  for (int64_t i = 0; i < rounds; ++i) {
    touch(factor);
    sum += int32_t{factor} * factor;
  }
  touch(sum);
  return 1;
}

int64_t float_products(int64_t rounds) {
  float sums[4] = {};
  float factor = 0.5F;
  for (int64_t i = 0; i < rounds; ++i) {
    touch(factor);
    for (float& sum : sums) sum = sum * factor + factor;
  }
  touch(sums);
  return 4;
}

int64_t argmax(const float* x, int64_t n) { return std::max_element(x, x + n) - x; }

}  // namespace

const Table& reference_table() {
  static const Table table = {
      .name = "reference",
      .tile_rows = 8,
      .formats = {{dequantise_f32, matmul<dequantise_f32>, nullptr},
                  {dequantise_f16, matmul<dequantise_f16>, nullptr},
                  {dequantise_bf16, matmul<dequantise_bf16>, nullptr},
                  {dequantise_q4_0, matmul<dequantise_q4_0>, nullptr},
                  {dequantise_q8_0, matmul<dequantise_q8_0>, nullptr},
                  {dequantise_q4_k, matmul<dequantise_q4_k>, nullptr},
                  {dequantise_q5_k, matmul<dequantise_q5_k>, nullptr},
                  {dequantise_q6_k, matmul<dequantise_q6_k>, nullptr}},
      .quantise = quantise,
      .rms_norm = rms_norm,
      .rope_half_split = rope_half_split,
      .rope_adjacent = rope_adjacent,
      .write_kv = reference_write_kv,
      .attention = reference_attention,
      .silu_mul = silu_mul,
      .add = add,
      .scale = scale,
      .softcap = softcap,
      .softmax = softmax,
      .argmax = argmax,
      .probes = {.read = {read_once, read_once, read_once},
                 .byte_products = byte_products,
                 .float_products = float_products},
  };
  return table;
}

}  // namespace swivel::kernels
