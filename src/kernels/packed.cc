#include "kernels/packed.h"

#include <cstring>

#include "tensor/blocks.h"

namespace swivel::kernels {
namespace {

void copy4(uint8_t* to, const void* from) { std::memcpy(to, from, 4); }

const std::byte* row_at(const void* begin, int64_t row_bytes, int64_t row) {
  return static_cast<const std::byte*>(begin) + row * row_bytes;
}

// Block b of a row; rows of a file may lie at any address.
template <class Block>
Block block_at(const std::byte* row, int64_t b) {
  Block block;
  std::memcpy(&block, row + b * static_cast<int64_t>(sizeof block), sizeof block);
  return block;
}

void pack_row_q4_0(const std::byte* from, int64_t blocks, int row, PackedQ4_0* to) {
  for (int64_t b = 0; b < blocks; ++b) {
    const auto block = block_at<BlockQ4_0>(from, b);
    PackedQ4_0& packed = to[b / 2];
    packed.d[b % 2][row] = block.d;
    for (int j = 0; j < 4; ++j) copy4(&packed.q[b % 2][j][4 * row], block.qs + 4 * j);
  }
}

void pack_row_q8_0(const std::byte* from, int64_t blocks, int row, PackedQ8_0* to) {
  for (int64_t b = 0; b < blocks; ++b) {
    const auto block = block_at<BlockQ8_0>(from, b);
    PackedQ8_0& packed = to[b / 2];
    packed.d[b % 2][row] = block.d;
    for (int j = 0; j < 8; ++j) {
      uint32_t four;
      std::memcpy(&four, block.qs + 4 * j, 4);
      four ^= 0x80808080U;
      copy4(&packed.q[b % 2][j][4 * row], &four);
    }
  }
}

template <class Block>
void pack_scales(const Block& from, int row, PackedScales& to) {
  to.d[row] = from.d;
  to.dmin[row] = from.dmin;
  const uint8_t* packed = from.scales;
  for (int s = 0; s < 8; ++s) {
    int scale = 0;
    int min = 0;
    if (s < 4) {
      scale = packed[s] & 63;
      min = packed[s + 4] & 63;
    } else {
      scale = (packed[s + 4] & 15) | (packed[s - 4] >> 6) << 4;
      min = packed[s + 4] >> 4 | (packed[s] >> 6) << 4;
    }
    const int at = 16 * (s % 4) + row;
    to.low[s / 4][at] = static_cast<uint8_t>((scale & 15) | (min & 15) << 4);
    const int high = scale >> 4 | (min >> 4) << 2;
    to.high[at] = static_cast<uint8_t>(to.high[at] | (s < 4 ? high : high << 4));
  }
}

void pack_row_q4_k(const std::byte* from, int64_t blocks, int row, PackedQ4_K* to) {
  for (int64_t b = 0; b < blocks; ++b) {
    const auto block = block_at<BlockQ4_K>(from, b);
    pack_scales(block, row, to[b].scales);
    for (int i = 0; i < 32; ++i) copy4(&to[b].q[i / 8][i % 8][4 * row], block.qs + 4 * i);
  }
}

void pack_row_q5_k(const std::byte* from, int64_t blocks, int row, PackedQ5_K* to) {
  for (int64_t b = 0; b < blocks; ++b) {
    const auto block = block_at<BlockQ5_K>(from, b);
    pack_scales(block, row, to[b].scales);
    for (int i = 0; i < 8; ++i) copy4(&to[b].high[i][4 * row], block.qh + 4 * i);
    for (int i = 0; i < 32; ++i) copy4(&to[b].q[i / 8][i % 8][4 * row], block.qs + 4 * i);
  }
}

uint32_t four_at(const uint8_t* from) {
  uint32_t four;
  std::memcpy(&four, from, 4);
  return four;
}

// 32 columns (group g of a half) as bytes of low nibbles and bytes of high two bits.
void pack_group(const uint8_t* ql, const uint8_t* qh, int g, int row, uint8_t (*low)[64],
                uint8_t (*high)[64]) {
  const uint8_t* nibbles = ql + 32 * (g & 1);
  uint32_t high_low = 0;
  uint32_t high_high = 0;
  for (int j = 0; j < 4; ++j) {
    uint32_t a = four_at(nibbles + 4 * j);
    uint32_t c = four_at(nibbles + 16 + 4 * j);
    if (g >= 2) {
      a >>= 4;
      c >>= 4;
    }
    const uint32_t line = (a & 0x0F0F0F0FU) | (c & 0x0F0F0F0FU) << 4;
    copy4(&low[j][4 * row], &line);
    high_low |= ((four_at(qh + 4 * j) >> 2 * g) & 0x03030303U) << 2 * j;
    high_high |= ((four_at(qh + 16 + 4 * j) >> 2 * g) & 0x03030303U) << 2 * j;
  }
  copy4(&high[0][4 * row], &high_low);
  copy4(&high[1][4 * row], &high_high);
}

void pack_row_q6_k(const std::byte* from, int64_t blocks, int row, uint16_t* d, PackedQ6_K* to) {
  for (int64_t b = 0; b < blocks; ++b) {
    const auto block = block_at<BlockQ6_K>(from, b);
    d[16 * b + row] = block.d;
    for (int s = 0; s < 16; ++s) to[b].scales[s][row] = block.scales[s];
    for (int g = 0; g < 8; ++g) {
      const int half = g / 4;
      pack_group(block.ql + 64 * half, block.qh + 32 * half, g % 4, row, to[b].group[g].low,
                 to[b].group[g].high);
    }
  }
}

}  // namespace

int64_t strip_bytes(Format format, int64_t cols) {
  switch (format) {
    case Format::q4_0:
      return (cols + 63) / 64 * static_cast<int64_t>(sizeof(PackedQ4_0));
    case Format::q8_0:
      return (cols + 63) / 64 * static_cast<int64_t>(sizeof(PackedQ8_0));
    case Format::q4_k:
      return cols / 256 * static_cast<int64_t>(sizeof(PackedQ4_K));
    case Format::q5_k:
      return cols / 256 * static_cast<int64_t>(sizeof(PackedQ5_K));
    case Format::q6_k:
      return q6_k_header_bytes(cols) + cols / 256 * static_cast<int64_t>(sizeof(PackedQ6_K));
    default:
      return 0;
  }
}

void pack_strip(Format format, const void* rows_begin, int64_t row_bytes, int64_t rows,
                int64_t cols, std::byte* strip) {
  std::memset(strip, 0, static_cast<size_t>(strip_bytes(format, cols)));
  for (int row = 0; row < rows; ++row) {
    const std::byte* from = row_at(rows_begin, row_bytes, row);
    switch (format) {
      case Format::q4_0:
        pack_row_q4_0(from, cols / 32, row, reinterpret_cast<PackedQ4_0*>(strip));
        break;
      case Format::q8_0:
        pack_row_q8_0(from, cols / 32, row, reinterpret_cast<PackedQ8_0*>(strip));
        break;
      case Format::q4_k:
        pack_row_q4_k(from, cols / 256, row, reinterpret_cast<PackedQ4_K*>(strip));
        break;
      case Format::q5_k:
        pack_row_q5_k(from, cols / 256, row, reinterpret_cast<PackedQ5_K*>(strip));
        break;
      case Format::q6_k:
        pack_row_q6_k(from, cols / 256, row, reinterpret_cast<uint16_t*>(strip),
                      reinterpret_cast<PackedQ6_K*>(strip + q6_k_header_bytes(cols)));
        break;
      default:
        break;
    }
  }
}

}  // namespace swivel::kernels
