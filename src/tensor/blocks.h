// The memory layout of quantised blocks as GGUF files store them: consecutive elements of one row.
// Scales named d and dmin are IEEE half floats in their bits. Little-endian; no padding.
#pragma once

#include <cstdint>

namespace swivel {

// 32 elements: d * (q - 8). qs[i] holds element i (low nibble) and element i + 16 (high nibble).
struct BlockQ4_0 {
  uint16_t d;
  uint8_t qs[16];
};
static_assert(sizeof(BlockQ4_0) == 18);

// 32 elements: d * q.
struct BlockQ8_0 {
  uint16_t d;
  int8_t qs[32];
};
static_assert(sizeof(BlockQ8_0) == 34);

// 256 elements in 8 sub-blocks of 32: d * scale * q - dmin * min. The 6-bit scales and mins are
// packed in 12 bytes: for s < 4, bytes s and s + 4 hold scale and min in their low 6 bits; for
// s >= 4, byte s + 4 holds the low nibbles of scale (low) and min (high), and the top two bits of
// bytes s - 4 and s hold the high bits. qs: 32 bytes for each pair of sub-blocks (low, high
// nibble).
struct BlockQ4_K {
  uint16_t d;
  uint16_t dmin;
  uint8_t scales[12];
  uint8_t qs[128];
};
static_assert(sizeof(BlockQ4_K) == 144);

// As BlockQ4_K with a fifth bit: bit s of qh[i] belongs to element i of sub-block s.
struct BlockQ5_K {
  uint16_t d;
  uint16_t dmin;
  uint8_t scales[12];
  uint8_t qh[32];
  uint8_t qs[128];
};
static_assert(sizeof(BlockQ5_K) == 176);

// 256 elements in 16 sub-blocks of 16: d * scale * (q - 32), q in 6 bits. Two halves of 128
// elements, each with 64 bytes of ql and 32 of qh; element 32 * g + i of a half has its low nibble
// in ql[32 * (g & 1) + i] (low for g < 2) and its two high bits in qh[i] at bit 2 * g.
struct BlockQ6_K {
  uint8_t ql[128];
  uint8_t qh[64];
  int8_t scales[16];
  uint16_t d;
};
static_assert(sizeof(BlockQ6_K) == 210);

}  // namespace swivel
