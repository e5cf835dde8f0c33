// The interleaved16 layout of quantised weights: strips of 16 rows. A line is 64 bytes: row r has
// bytes 4 r to 4 r + 3, which are four consecutive columns, so that one 8-bit dot-product
// instruction against four broadcast activations advances all 16 rows. Rows beyond the matrix and
// columns beyond its width are zero. The re-arrangement keeps every integer and every scale.
//
// A strip is a row of the structs below, in the order of the columns.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/table.h"

namespace swivel::kernels {

inline constexpr int kStripRows = 16;

// 64 columns, two blocks. Line j of a block: columns 4 j.. in the low nibbles, 16 + 4 j.. in the
// high.
struct PackedQ4_0 {
  uint16_t d[2][16];
  uint8_t q[2][4][64];
};
static_assert(sizeof(PackedQ4_0) == 576);

// 64 columns, two blocks. Line j: columns 4 j..; stored with the sign bit flipped: q + 128.
struct PackedQ8_0 {
  uint16_t d[2][16];
  uint8_t q[2][8][64];
};
static_assert(sizeof(PackedQ8_0) == 1088);

// 256 columns. Line j of pair p: columns 4 j.. of sub-block 2 p (low nibbles) and 2 p + 1 (high).
// Scales and mins of sub-block s, 6 bits each: their low four bits in low[s / 4][16 (s % 4) + row]
// (scale in the low nibble), their two high bits in high[16 (s % 4) + row], shifted by 0 (scale)
// and 2 (min) for s < 4, by 4 and 6 for s >= 4.
struct PackedScales {
  uint16_t d[16];
  uint16_t dmin[16];
  uint8_t low[2][64];
  uint8_t high[64];
};
struct PackedQ4_K {
  PackedScales scales;
  uint8_t q[4][8][64];
};
static_assert(sizeof(PackedQ4_K) == 16 * 144);

// As PackedQ4_K; bit s of line j of `high` is the fifth bit of columns 4 j.. of sub-block s.
struct PackedQ5_K {
  PackedScales scales;
  uint8_t high[8][64];
  uint8_t q[4][8][64];
};
static_assert(sizeof(PackedQ5_K) == 16 * 176);

// 256 columns. Line j of group g: columns 32 g + 4 j.. (low nibbles), 32 g + 16 + 4 j.. (high).
// Bits 2 j and 2 j + 1 of high[g][0] and high[g][1] are the high bits of the same. The strip begins
// with all its d, 16 for each 256 columns, padded to a whole line.
struct PackedQ6_K {
  int8_t scales[16][16];  // of 16 columns each
  struct {
    uint8_t low[4][64];
    uint8_t high[2][64];
  } group[8];
};
static_assert(sizeof(PackedQ6_K) == 16 * 208);

// Bytes of the d that a Q6_K strip begins with.
namespace {
inline int64_t q6_k_header_bytes(int64_t cols) { return (cols / 256 * 32 + 63) / 64 * 64; }
}  // namespace

// REQUIRES (all): format is one of q4_0, q8_0, q4_k, q5_k, q6_k; cols is whole blocks.
int64_t strip_bytes(Format format, int64_t cols);

// Re-arranges rows [0, rows), rows <= 16, that lie row_bytes apart. Writes all of the strip.
void pack_strip(Format format, const void* rows_begin, int64_t row_bytes, int64_t rows,
                int64_t cols, std::byte* strip);

}  // namespace swivel::kernels
