// How each packed format comes apart in 512-bit registers. A format is a struct of static functions
// that the loops in avx512_packed.cc are templates over.
//
// Everything goes by steps of 64 columns, which are two blocks of 32; a "line" is 64 unsigned
// bytes, four columns of 16 rows. The value of a weight is scale * (line - zero point) - min.
//
//   kZeroShift   the zero point is 1 << kZeroShift; 0: there is none
//   kHalves      scales per 32 columns: 1, or 2 for blocks of 16
//   kMins        whether blocks have a minimum
//   kSteps       steps that share one unpacking of the scales (a super-block)
//   Super        the struct in memory that holds kSteps steps
//   scales(...)  writes kSteps * 2 * kHalves vectors of scales, and of mins if there are any
//   lines(...)   calls use(block, k4, line) for all 16 lines of a step; block 0 or 1, k4 0 to 7
#pragma once

#include <cstddef>
#include <cstdint>

#include <immintrin.h>

#include "kernels/packed.h"
#include "kernels/x86/compiler.h"

namespace swivel::kernels {
namespace {

SWIVEL_INLINE __m512 half_floats(const uint16_t* from) {
  return _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)));
}

SWIVEL_INLINE __m512i load_line(const uint8_t* from) { return _mm512_loadu_si512(from); }

struct Avx512Q4_0 {
  static constexpr int kZeroShift = 3;
  static constexpr int kHalves = 1;
  static constexpr bool kMins = false;
  static constexpr int kSteps = 1;
  using Super = PackedQ4_0;
  static constexpr int64_t header_bytes(int64_t) { return 0; }

  static SWIVEL_INLINE void scales(const Super& super, const std::byte*, int64_t, float* scale,
                                   float*) {
    SWIVEL_UNROLL for (int b = 0; b < 2; ++b)
        _mm512_store_ps(scale + 16 * b, half_floats(super.d[b]));
  }

  template <class Use>
  static SWIVEL_INLINE void lines(const Super& super, int, const Use& use) {
    const __m512i low = _mm512_set1_epi8(15);
    SWIVEL_UNROLL for (int b = 0; b < 2; ++b) {
      SWIVEL_UNROLL for (int j = 0; j < 4; ++j) {
        const __m512i line = load_line(super.q[b][j]);
        use(b, j, _mm512_and_si512(line, low));
        use(b, j + 4, _mm512_and_si512(_mm512_srli_epi16(line, 4), low));
      }
    }
  }
};

struct Avx512Q8_0 {
  static constexpr int kZeroShift = 7;
  static constexpr int kHalves = 1;
  static constexpr bool kMins = false;
  static constexpr int kSteps = 1;
  using Super = PackedQ8_0;
  static constexpr int64_t header_bytes(int64_t) { return 0; }

  static SWIVEL_INLINE void scales(const Super& super, const std::byte*, int64_t, float* scale,
                                   float*) {
    SWIVEL_UNROLL for (int b = 0; b < 2; ++b)
        _mm512_store_ps(scale + 16 * b, half_floats(super.d[b]));
  }

  template <class Use>
  static SWIVEL_INLINE void lines(const Super& super, int, const Use& use) {
    SWIVEL_UNROLL for (int b = 0; b < 2; ++b) {
      SWIVEL_UNROLL for (int j = 0; j < 8; ++j) use(b, j, load_line(super.q[b][j]));
    }
  }
};

// Scales and mins of the eight sub-blocks, times d and dmin: exact, 6 bits times 11.
SWIVEL_INLINE void unpack_scales(const PackedScales& packed, float* scale, float* min) {
  const __m512i four = _mm512_set1_epi8(15);
  const __m512i two = _mm512_set1_epi8(0x30);
  const __m512i high = _mm512_loadu_si512(packed.high);
  const __m512i low0 = _mm512_loadu_si512(packed.low[0]);
  const __m512i low1 = _mm512_loadu_si512(packed.low[1]);
  alignas(64) uint8_t bytes[2][128];
  auto join = [&](__m512i low, __m512i bits, uint8_t* to) {
    _mm512_store_si512(to,
                       _mm512_or_si512(_mm512_and_si512(low, four), _mm512_and_si512(bits, two)));
  };
  join(low0, _mm512_slli_epi16(high, 4), bytes[0]);
  join(_mm512_srli_epi16(low0, 4), _mm512_slli_epi16(high, 2), bytes[1]);
  join(low1, high, bytes[0] + 64);
  join(_mm512_srli_epi16(low1, 4), _mm512_srli_epi16(high, 2), bytes[1] + 64);
  const __m512 d = half_floats(packed.d);
  const __m512 dmin = half_floats(packed.dmin);
  auto widen = [](const uint8_t* from) {
    return _mm512_cvtepi32_ps(
        _mm512_cvtepu8_epi32(_mm_load_si128(reinterpret_cast<const __m128i*>(from))));
  };
  SWIVEL_UNROLL for (int s = 0; s < 8; ++s) {
    _mm512_store_ps(scale + 16 * s, _mm512_mul_ps(d, widen(bytes[0] + 16 * s)));
    _mm512_store_ps(min + 16 * s, _mm512_mul_ps(dmin, widen(bytes[1] + 16 * s)));
  }
}

struct Avx512Q4_K {
  static constexpr int kZeroShift = 0;
  static constexpr int kHalves = 1;
  static constexpr bool kMins = true;
  static constexpr int kSteps = 4;
  using Super = PackedQ4_K;
  static constexpr int64_t header_bytes(int64_t) { return 0; }

  static SWIVEL_INLINE void scales(const Super& super, const std::byte*, int64_t, float* scale,
                                   float* min) {
    unpack_scales(super.scales, scale, min);
  }

  template <class Use>
  static SWIVEL_INLINE void lines(const Super& super, int step, const Use& use) {
    const __m512i low = _mm512_set1_epi8(15);
    SWIVEL_UNROLL for (int j = 0; j < 8; ++j) {
      const __m512i line = load_line(super.q[step][j]);
      use(0, j, _mm512_and_si512(line, low));
      use(1, j, _mm512_and_si512(_mm512_srli_epi16(line, 4), low));
    }
  }
};

struct Avx512Q5_K {
  static constexpr int kZeroShift = 0;
  static constexpr int kHalves = 1;
  static constexpr bool kMins = true;
  static constexpr int kSteps = 4;
  using Super = PackedQ5_K;
  static constexpr int64_t header_bytes(int64_t) { return 0; }

  static SWIVEL_INLINE void scales(const Super& super, const std::byte*, int64_t, float* scale,
                                   float* min) {
    unpack_scales(super.scales, scale, min);
  }

  template <class Use>
  static SWIVEL_INLINE void lines(const Super& super, int step, const Use& use) {
    const __m512i low = _mm512_set1_epi8(15);
    const __m512i fifth = _mm512_set1_epi8(16);
    const __m128i to_bit0 = _mm_cvtsi32_si128(2 * step);
    SWIVEL_UNROLL for (int j = 0; j < 8; ++j) {
      const __m512i line = load_line(super.q[step][j]);
      const __m512i high = _mm512_srl_epi16(load_line(super.high[j]), to_bit0);
      // Ternary 0xF8: a | (b & c).
      use(0, j,
          _mm512_ternarylogic_epi32(_mm512_and_si512(line, low), _mm512_slli_epi16(high, 4), fifth,
                                    0xF8));
      use(1, j,
          _mm512_ternarylogic_epi32(_mm512_and_si512(_mm512_srli_epi16(line, 4), low),
                                    _mm512_slli_epi16(high, 3), fifth, 0xF8));
    }
  }
};

struct Avx512Q6_K {
  static constexpr int kZeroShift = 5;
  static constexpr int kHalves = 2;
  static constexpr bool kMins = false;
  static constexpr int kSteps = 4;
  using Super = PackedQ6_K;
  static int64_t header_bytes(int64_t cols) { return q6_k_header_bytes(cols); }

  static SWIVEL_INLINE void scales(const Super& super, const std::byte* header, int64_t index,
                                   float* scale, float*) {
    const __m512 d = half_floats(reinterpret_cast<const uint16_t*>(header) + 16 * index);
    SWIVEL_UNROLL for (int s = 0; s < 16; ++s) {
      const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(super.scales[s]));
      _mm512_store_ps(scale + 16 * s,
                      _mm512_mul_ps(d, _mm512_cvtepi32_ps(_mm512_cvtepi8_epi32(bytes))));
    }
  }

  template <class Use>
  static SWIVEL_INLINE void lines(const Super& super, int step, const Use& use) {
    const __m512i low = _mm512_set1_epi8(15);
    const __m512i top = _mm512_set1_epi8(0x30);
    SWIVEL_UNROLL for (int b = 0; b < 2; ++b) {
      const auto& group = super.group[2 * step + b];
      const __m512i high0 = load_line(group.high[0]);
      const __m512i high1 = load_line(group.high[1]);
      SWIVEL_UNROLL for (int j = 0; j < 4; ++j) {
        const __m512i line = load_line(group.low[j]);
        use(b, j, with_high(_mm512_and_si512(line, low), high0, j, top));
        use(b, j + 4, with_high(_mm512_and_si512(_mm512_srli_epi16(line, 4), low), high1, j, top));
      }
    }
  }

 private:
  // nibbles | ((high >> 2 j) & 3) << 4
  static SWIVEL_INLINE __m512i with_high(__m512i nibbles, __m512i high, int j, __m512i top) {
    const __m512i placed = j == 0   ? _mm512_slli_epi16(high, 4)
                           : j == 1 ? _mm512_slli_epi16(high, 2)
                           : j == 2 ? high
                                    : _mm512_srli_epi16(high, 2);
    return _mm512_ternarylogic_epi32(nibbles, placed, top, 0xF8);
  }
};

}  // namespace
}  // namespace swivel::kernels
