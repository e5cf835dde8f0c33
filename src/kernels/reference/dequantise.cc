#include "kernels/reference/dequantise.h"

#include <cstring>

#include "kernels/half.h"
#include "tensor/blocks.h"

namespace swivel::kernels {
namespace {

// Element or block i of a row that may lie at any address.
template <class T>
T at(const void* row, int64_t i) {
  T value;
  std::memcpy(&value, static_cast<const char*>(row) + i * static_cast<int64_t>(sizeof value),
              sizeof value);
  return value;
}

struct ScaleAndMin {
  int scale;
  int min;
};

// Sub-block s of the 12 bytes that Q4_K and Q5_K share.
ScaleAndMin scale_and_min(const uint8_t* packed, int s) {
  if (s < 4) return {packed[s] & 63, packed[s + 4] & 63};
  return {(packed[s + 4] & 15) | (packed[s - 4] >> 6) << 4, packed[s + 4] >> 4 | (packed[s] >> 6)
                                                                                     << 4};
}

}  // namespace

void dequantise_f32(const void* row, int64_t cols, float* out) {
  for (int64_t i = 0; i < cols; ++i) out[i] = at<float>(row, i);
}

void dequantise_f16(const void* row, int64_t cols, float* out) {
  for (int64_t i = 0; i < cols; ++i) out[i] = from_f16(at<uint16_t>(row, i));
}

void dequantise_bf16(const void* row, int64_t cols, float* out) {
  for (int64_t i = 0; i < cols; ++i) out[i] = from_bf16(at<uint16_t>(row, i));
}

void dequantise_q4_0(const void* row, int64_t cols, float* out) {
  for (int64_t b = 0; b < cols / 32; ++b, out += 32) {
    const auto block = at<BlockQ4_0>(row, b);
    const float d = from_f16(block.d);
    for (int i = 0; i < 16; ++i) {
      out[i] = d * static_cast<float>((block.qs[i] & 15) - 8);
      out[i + 16] = d * static_cast<float>((block.qs[i] >> 4) - 8);
    }
  }
}

void dequantise_q8_0(const void* row, int64_t cols, float* out) {
  for (int64_t b = 0; b < cols / 32; ++b, out += 32) {
    const auto block = at<BlockQ8_0>(row, b);
    const float d = from_f16(block.d);
    for (int i = 0; i < 32; ++i) out[i] = d * static_cast<float>(block.qs[i]);
  }
}

void dequantise_q4_k(const void* row, int64_t cols, float* out) {
  for (int64_t b = 0; b < cols / 256; ++b) {
    const auto block = at<BlockQ4_K>(row, b);
    for (int s = 0; s < 8; ++s, out += 32) {
      const auto [scale, min] = scale_and_min(block.scales, s);
      const float d = from_f16(block.d) * static_cast<float>(scale);
      const float m = from_f16(block.dmin) * static_cast<float>(min);
      for (int i = 0; i < 32; ++i) {
        const int byte = block.qs[32 * (s / 2) + i];
        const float product = d * static_cast<float>(s % 2 == 0 ? byte & 15 : byte >> 4);
        out[i] = product - m;
      }
    }
  }
}

void dequantise_q5_k(const void* row, int64_t cols, float* out) {
  for (int64_t b = 0; b < cols / 256; ++b) {
    const auto block = at<BlockQ5_K>(row, b);
    for (int s = 0; s < 8; ++s, out += 32) {
      const auto [scale, min] = scale_and_min(block.scales, s);
      const float d = from_f16(block.d) * static_cast<float>(scale);
      const float m = from_f16(block.dmin) * static_cast<float>(min);
      for (int i = 0; i < 32; ++i) {
        const int byte = block.qs[32 * (s / 2) + i];
        const int low = s % 2 == 0 ? byte & 15 : byte >> 4;
        const int q = low | ((block.qh[i] >> s) & 1) << 4;
        const float product = d * static_cast<float>(q);
        out[i] = product - m;
      }
    }
  }
}

void dequantise_q6_k(const void* row, int64_t cols, float* out) {
  for (int64_t b = 0; b < cols / 256; ++b) {
    const auto block = at<BlockQ6_K>(row, b);
    for (int half = 0; half < 2; ++half) {
      for (int g = 0; g < 4; ++g, out += 32) {
        for (int i = 0; i < 32; ++i) {
          const int byte = block.ql[64 * half + 32 * (g & 1) + i];
          const int low = g < 2 ? byte & 15 : byte >> 4;
          const int q = (low | ((block.qh[32 * half + i] >> 2 * g) & 3) << 4) - 32;
          const int scale = block.scales[8 * half + 2 * g + i / 16];
          out[i] = from_f16(block.d) * static_cast<float>(scale) * static_cast<float>(q);
        }
      }
    }
  }
}

}  // namespace swivel::kernels
