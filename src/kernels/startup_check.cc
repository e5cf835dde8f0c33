// The start-up self-test: small fixed inputs through a table and through the reference. It catches
// a CPU, a virtual machine or a compiler that does not do what CPUID promises; the unit tests go
// further.
#include <cmath>
#include <cstring>

#include "kernels/choose.h"
#include "kernels/packed.h"
#include "kernels/quantised_tile.h"

namespace swivel::kernels {
namespace {

constexpr int64_t kCols = 512;
constexpr int64_t kRows = 16;
constexpr int64_t kInputs = 13;  // a whole tile of every matmul and a rest
constexpr int64_t kLargestBlockBytes = 4 * kCols;

struct Work {
  alignas(64) uint8_t weights[kRows * kLargestBlockBytes];
  alignas(64) std::byte packed[2 * kRows * kCols];
  alignas(64) std::byte tiles[kInputs * 2048];
  alignas(64) std::byte scratch[1 << 19];
  float x[kInputs * kCols];
  float expected[kInputs * kRows];
  float found[kInputs * kRows];
};

// Values of a linear congruential generator: the test is the same in every process.
struct Generator {
  uint32_t state = 12345;
  uint32_t next() {
    state = state * 1664525U + 1013904223U;
    return state >> 8;
  }
};

struct FormatBlock {
  int64_t elements;
  int64_t bytes;
  int scales;       // half floats in a block
  int scale_at[2];  // where
};

constexpr FormatBlock kBlocks[kFormats] = {
    {1, 4, 0, {}},    {1, 2, 1, {0}},        {1, 2, 0, {}},         {32, 18, 1, {0}},
    {32, 34, 1, {0}}, {256, 144, 2, {0, 2}}, {256, 176, 2, {0, 2}}, {256, 210, 1, {208}}};

// Random bytes with scales between 0.004 and 0.008; the plain formats get values near 1.
int64_t fill_weights(Format format, Work& work) {
  const FormatBlock& block = kBlocks[static_cast<int>(format)];
  const int64_t bytes = kRows * kCols / block.elements * block.bytes;
  Generator random;
  for (int64_t i = 0; i < bytes; ++i) work.weights[i] = static_cast<uint8_t>(random.next());
  for (int64_t at = 0; at < bytes; at += block.bytes) {
    if (format == Format::f32) work.weights[at + 3] = 0x3F;
    if (format == Format::bf16) work.weights[at + 1] = 0x3F;
    if (format == Format::f16) work.weights[at + 1] = 0x38;
    if (block.elements == 1) continue;
    for (int s = 0; s < block.scales; ++s) work.weights[at + block.scale_at[s] + 1] = 0x1C;
  }
  return kCols / block.elements * block.bytes;
}

bool close(const Work& work, int64_t count, float tolerance) {
  float largest = 0;
  for (int64_t i = 0; i < count; ++i) largest = std::fmax(largest, std::fabs(work.expected[i]));
  for (int64_t i = 0; i < count; ++i) {
    const float difference = std::fabs(work.expected[i] - work.found[i]);
    if (!(difference <= tolerance * largest)) return false;  // also when it is no number
  }
  return true;
}

bool matmul_agrees(const Table& table, Format format, Work& work) {
  const FormatKernels& kernels = table.formats[static_cast<int>(format)];
  const int64_t row_bytes = fill_weights(format, work);
  MatmulArgs args = {.weights = work.weights,
                     .row_bytes = row_bytes,
                     .cols = kCols,
                     .row_begin = 0,
                     .row_end = kRows,
                     .x = work.x,
                     .x_stride = kCols,
                     .n = kInputs,
                     .out = work.expected,
                     .out_stride = kRows,
                     .scratch = work.scratch};
  reference_table().formats[static_cast<int>(format)].matmul(args);
  if (kernels.matmul_packed == nullptr) {
    args.out = work.found;
    kernels.matmul(args);
    return close(work, kInputs * kRows, 1e-5F);
  }
  pack_strip(format, work.weights, row_bytes, kRows, kCols, work.packed);
  const int64_t width = table.tile_rows;
  for (int64_t i = 0; i < kInputs; i += width) {
    table.quantise(work.x + i * kCols, kCols, kInputs - i < width ? kInputs - i : width, kCols,
                   work.tiles + i * tile_row_bytes(kCols));
  }
  kernels.matmul_packed({.weights = work.packed,
                         .strip_bytes = strip_bytes(format, kCols),
                         .rows = kRows,
                         .cols = kCols,
                         .strip_begin = 0,
                         .strip_end = 1,
                         .x = work.tiles,
                         .n = kInputs,
                         .out = work.found,
                         .out_stride = kRows,
                         .scratch = work.scratch});
  return close(work, kInputs * kRows, 2e-2F);
}

}  // namespace

bool self_test(const Table& table) {
  static Work work;  // called once, by choose()
  Generator random;
  for (float& x : work.x) x = static_cast<float>(random.next() % 2001) / 1000.0F - 1.0F;
  for (int f = 0; f < kFormats; ++f)
    if (!matmul_agrees(table, static_cast<Format>(f), work)) return false;
  const int64_t n = kRows * kInputs;
  reference_table().rms_norm(work.x, work.x + n, n, 1e-6F, work.expected);
  table.rms_norm(work.x, work.x + n, n, 1e-6F, work.found);
  if (!close(work, n, 1e-5F)) return false;
  reference_table().silu_mul(work.x, work.x + n, n, work.expected);
  table.silu_mul(work.x, work.x + n, n, work.found);
  return close(work, n, 1e-5F);
}

}  // namespace swivel::kernels
