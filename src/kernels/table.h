// The table of kernels: one function pointer for each piece of arithmetic, filled by each
// instruction set, chosen once when the process starts (kernels/choose.h).
//
// Kernels are plain functions on pointers and sizes. They neither allocate nor check, keep no
// state, may be called by several threads at once on disjoint outputs, and give the same bits for
// the same inputs whatever else shares the call. kernels/reference/ defines what each one means.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/attention.h"

namespace swivel::kernels {

// The element formats of weights. The first three are plain, the others blocks (tensor/blocks.h).
enum class Format : uint8_t { f32, f16, bf16, q4_0, q8_0, q4_k, q5_k, q6_k };
inline constexpr int kFormats = 8;

// out[i * out_stride + r] = sum over k of W[r][k] * x[i * x_stride + k], for rows r in
// [row_begin, row_end) and i in [0, n). Row-major weights, float32 activations.
struct MatmulArgs {
  const void* weights;  // row 0
  int64_t row_bytes;
  int64_t cols;
  int64_t row_begin;
  int64_t row_end;
  const float* x;
  int64_t x_stride;
  int64_t n;
  float* out;  // of row 0
  int64_t out_stride;
  std::byte* scratch;  // matmul_scratch_bytes(cols, n) bytes, aligned to 64
};

// The same for interleaved16 weights (kernels/packed.h) and 8-bit activations in tiles
// (kernels/quantised_tile.h), each of Table::tile_rows rows of x but for the last.
struct PackedMatmulArgs {
  const void* weights;  // strip 0
  int64_t strip_bytes;
  int64_t rows;  // of the matrix; the last strip may hold fewer than 16
  int64_t cols;
  int64_t strip_begin;
  int64_t strip_end;
  const std::byte* x;
  int64_t n;   // rows of x
  float* out;  // of row 0
  int64_t out_stride;
  std::byte* scratch;  // packed_scratch_bytes(cols, n) bytes, aligned to 64
};

struct FormatKernels {
  // One row of `cols` elements to float32; exact.
  void (*dequantise)(const void* row, int64_t cols, float* out);
  void (*matmul)(const MatmulArgs& args);
  void (*matmul_packed)(const PackedMatmulArgs& args);  // null: weights stay row-major
};

// Loops that find out what the machine can do at most, for `swivel bench`.
struct Probes {
  // Different ways to read [data, data + bytes) once. REQUIRES: bytes is a multiple of 4096.
  static constexpr int kReads = 3;
  void (*read[kReads])(const std::byte* data, int64_t bytes);
  // `rounds` rounds of multiply-adds in registers; returns how many multiply-adds a round is.
  int64_t (*byte_products)(int64_t rounds);
  int64_t (*float_products)(int64_t rounds);
};

struct Table {
  const char* name;
  int64_t tile_rows;  // how many rows of x share a tile
  FormatKernels formats[kFormats];

  // `rows` rows of activations, x_stride apart, to one tile of kernels/quantised_tile.h.
  void (*quantise)(const float* x, int64_t x_stride, int64_t rows, int64_t cols, std::byte* tile);
  // out = weight * x / sqrt(mean(x^2) + eps). out may be x.
  void (*rms_norm)(const float* x, const float* weight, int64_t n, float eps, float* out);
  // Turns `pairs` pairs of one head; cosine and sine have `pairs` elements each.
  void (*rope_half_split)(float* x, int64_t pairs, const float* cosine, const float* sine);
  void (*rope_adjacent)(float* x, int64_t pairs, const float* cosine, const float* sine);
  // Stores one token's key [head_dim] and value [value_dim] at `slot` of the page's head.
  void (*write_kv)(const KvGeometry& geometry, std::byte* head, int32_t slot, const float* key,
                   const float* value);
  void (*attention)(const AttentionArgs& args);
  // out = gate / (1 + exp(-gate)) * up. out may be gate or up.
  void (*silu_mul)(const float* gate, const float* up, int64_t n, float* out);
  void (*add)(float* x, const float* y, int64_t n);  // x += y
  void (*scale)(float* x, float factor, int64_t n);  // x *= factor
  void (*softcap)(float* x, float cap, int64_t n);   // x = cap * tanh(x / cap)
  void (*softmax)(float* x, int64_t n);
  int64_t (*argmax)(const float* x, int64_t n);  // first of equal ones; REQUIRES: n > 0

  Probes probes;
};

int64_t matmul_scratch_bytes(int64_t cols, int64_t n);
int64_t packed_scratch_bytes(int64_t cols, int64_t n);

// From this many rows of x on, packed kernels unpack panels of weights first, and a call should be
// for a multiple of panel_strips(cols) strips.
inline constexpr int64_t kManyRows = 64;
int64_t panel_strips(int64_t cols);

}  // namespace swivel::kernels
