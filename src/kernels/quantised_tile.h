// Activations in 8 bits, as the packed kernels read them: a tile holds N neighbouring rows of x,
// which are N columns of the product, side by side, so that a kernel with N columns in registers
// walks one pointer.
//
// The elements of a row come in blocks of 32, padded with zeros to a multiple of 256 of them. A
// block has one scale, its largest magnitude / 127; an element is the nearest integer to x / scale
// (ties to even). The sums that correct for zero points and minimums of weights are computed once,
// here. For each block a tile holds, every line N words of 4 bytes, one a column:
//
//   8 lines  int8 q[4]     elements 4 j to 4 j + 3 of the block
//   1 line   float         scale
//   1 line   float         scale * (sum of q)
//   2 lines  int32         -(sum of the first 16 q), -(sum of the last 16)
//   1 line   int32         -(sum of q)
#pragma once

#include <cstddef>
#include <cstdint>

namespace swivel::kernels {
namespace {

constexpr int kTileScale = 8;
constexpr int kTileScaledSum = 9;
constexpr int kTileMinusSum16 = 10;
constexpr int kTileMinusSum32 = 12;
constexpr int kTileLines = 13;

inline int64_t tile_blocks(int64_t cols) { return (cols + 255) / 256 * 8; }

// Bytes that one row takes in a tile; a tile of N rows is N times as large.
inline int64_t tile_row_bytes(int64_t cols) { return tile_blocks(cols) * kTileLines * 4; }

}  // namespace
}  // namespace swivel::kernels
