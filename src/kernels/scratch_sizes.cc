#include "kernels/packed.h"
#include "kernels/table.h"

namespace swivel::kernels {

namespace {

// Two strips, unpacked: 8-bit weights, a float scale for each 16 columns, a minimum for each 32.
int64_t panel_bytes(int64_t cols) {
  const int64_t padded = (cols + 255) / 256 * 256;
  return 32 * padded + 32 * 4 * (padded / 16) + 32 * 4 * (padded / 32);
}

}  // namespace

// The reference takes one row of weights in float32; the vector kernels the partial sums of a tile.
int64_t matmul_scratch_bytes(int64_t cols, int64_t) {
  constexpr int64_t kTileSums = 32 * 6 * 64;
  return (cols * 4 + 63) / 64 * 64 + kTileSums;
}

int64_t panel_strips(int64_t cols) {
  // What the unpacked weights of one call may take of a second-level cache of 1 MiB; the rest is
  // for activations.
  constexpr int64_t kPanelBytes = 320 << 10;
  const int64_t per_pair = panel_bytes(cols);
  const int64_t pairs = kPanelBytes / per_pair;
  return 2 * (pairs < 1 ? 1 : pairs > 3 ? 3 : pairs);
}

int64_t packed_scratch_bytes(int64_t cols, int64_t n) {
  constexpr int64_t kTileSums = 4096;
  return n < kManyRows ? 0 : panel_strips(cols) / 2 * panel_bytes(cols) + kTileSums;
}

}  // namespace swivel::kernels
