// How each packed format comes apart in 256-bit registers: half a line, four columns of 8 rows. The
// same steps, blocks and scales as in avx512/packed_formats.h; a format is a struct of static
// functions that the loop in avx2_packed.cc is a template over.
//
//   kZeroShift   the zero point is 1 << kZeroShift; 0: there is none
//   kSigned      lines are signed bytes (which have no zero point)
//   kHalves      scales per 32 columns: 1, or 2 for blocks of 16
//   kMins        whether blocks have a minimum
//   kSteps       steps of 64 columns that share one unpacking of the scales (a super-block)
//   kPairSums    how many lines may be added up in 16 bits
//   scales(...)  writes kSteps * 2 * kHalves times 16 scales, and mins if there are any
//   lines(...)   calls use(block, k4, half line) for all 16 lines of a step
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/packed.h"
#include "kernels/x86/avx2/vectors.h"

namespace swivel::kernels {
namespace {

SWIVEL_INLINE __m256i half_line(const uint8_t* line, int half) {
  return _mm256_loadu_si256(reinterpret_cast<const __m256i*>(line + 32 * half));
}

SWIVEL_INLINE __m256i and_bytes(__m256i a, int mask) {
  return _mm256_and_si256(a, _mm256_set1_epi8(static_cast<char>(mask)));
}

SWIVEL_INLINE __m256i low_nibbles(__m256i a) { return and_bytes(a, 15); }
SWIVEL_INLINE __m256i high_nibbles(__m256i a) { return and_bytes(_mm256_srli_epi16(a, 4), 15); }

SWIVEL_INLINE void widen_halves(const uint16_t* from, float* to) {
  Avx2::store(to, Avx2::load_f16(from));
  Avx2::store(to + 8, Avx2::load_f16(from + 8));
}

struct Avx2Q4_0 {
  static constexpr int kZeroShift = 3;
  static constexpr bool kSigned = false;
  static constexpr int kHalves = 1;
  static constexpr bool kMins = false;
  static constexpr int kSteps = 1;
  static constexpr int kPairSums = 8;  // 8 * 2 * 15 * 127 < 2^15
  using Super = PackedQ4_0;
  static constexpr int64_t header_bytes(int64_t) { return 0; }

  static SWIVEL_INLINE void scales(const Super& super, const std::byte*, int64_t, float* scale,
                                   float*) {
    SWIVEL_UNROLL for (int b = 0; b < 2; ++b) widen_halves(super.d[b], scale + 16 * b);
  }

  template <class Use>
  static SWIVEL_INLINE void lines(const Super& super, int, int half, const Use& use) {
    SWIVEL_UNROLL for (int b = 0; b < 2; ++b) {
      SWIVEL_UNROLL for (int j = 0; j < 4; ++j) {
        const __m256i line = half_line(super.q[b][j], half);
        use(b, j, low_nibbles(line));
        use(b, j + 4, high_nibbles(line));
      }
    }
  }
};

struct Avx2Q8_0 {
  static constexpr int kZeroShift = 0;
  static constexpr bool kSigned = true;
  static constexpr int kHalves = 1;
  static constexpr bool kMins = false;
  static constexpr int kSteps = 1;
  static constexpr int kPairSums = 1;  // 2 * 128 * 127 < 2^15
  using Super = PackedQ8_0;
  static constexpr int64_t header_bytes(int64_t) { return 0; }

  static SWIVEL_INLINE void scales(const Super& super, const std::byte*, int64_t, float* scale,
                                   float*) {
    SWIVEL_UNROLL for (int b = 0; b < 2; ++b) widen_halves(super.d[b], scale + 16 * b);
  }

  template <class Use>
  static SWIVEL_INLINE void lines(const Super& super, int, int half, const Use& use) {
    const __m256i sign = _mm256_set1_epi8(static_cast<char>(0x80));
    SWIVEL_UNROLL for (int b = 0; b < 2; ++b) {
      SWIVEL_UNROLL for (int j = 0; j < 8; ++j)
          use(b, j, _mm256_xor_si256(half_line(super.q[b][j], half), sign));
    }
  }
};

// Sub-blocks [first, first + 4) of the scales and mins, times d and dmin: exact, 6 bits times 11.
SWIVEL_INLINE void unpack_four_scales(const PackedScales& packed, int first, const float* d,
                                      const float* dmin, float* scale, float* min) {
  for (int at = 0; at < 64; at += 8) {
    const auto load8 = [](const uint8_t* from) {
      return _mm256_cvtepu8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(from)));
    };
    const __m256i low = load8(packed.low[first / 4] + at);
    const __m256i high = _mm256_srl_epi32(load8(packed.high + at), _mm_cvtsi32_si128(first));
    const __m256i three = _mm256_set1_epi32(3);
    const auto join = [&](__m256i four, __m256i two) {
      return _mm256_cvtepi32_ps(
          _mm256_or_si256(_mm256_and_si256(four, _mm256_set1_epi32(15)),
                          _mm256_slli_epi32(_mm256_and_si256(two, three), 4)));
    };
    const int to = 16 * first + at;
    Avx2::store(scale + to, Avx2::mul(Avx2::load(d + at % 16), join(low, high)));
    Avx2::store(min + to, Avx2::mul(Avx2::load(dmin + at % 16),
                                    join(_mm256_srli_epi32(low, 4), _mm256_srli_epi32(high, 2))));
  }
}

SWIVEL_INLINE void unpack_scales(const PackedScales& packed, float* scale, float* min) {
  alignas(32) float d[16];
  alignas(32) float dmin[16];
  widen_halves(packed.d, d);
  widen_halves(packed.dmin, dmin);
  unpack_four_scales(packed, 0, d, dmin, scale, min);
  unpack_four_scales(packed, 4, d, dmin, scale, min);
}

struct Avx2Q4_K {
  static constexpr int kZeroShift = 0;
  static constexpr bool kSigned = false;
  static constexpr int kHalves = 1;
  static constexpr bool kMins = true;
  static constexpr int kSteps = 4;
  static constexpr int kPairSums = 8;
  using Super = PackedQ4_K;
  static constexpr int64_t header_bytes(int64_t) { return 0; }

  static SWIVEL_INLINE void scales(const Super& super, const std::byte*, int64_t, float* scale,
                                   float* min) {
    unpack_scales(super.scales, scale, min);
  }

  template <class Use>
  static SWIVEL_INLINE void lines(const Super& super, int step, int half, const Use& use) {
    SWIVEL_UNROLL for (int j = 0; j < 8; ++j) {
      const __m256i line = half_line(super.q[step][j], half);
      use(0, j, low_nibbles(line));
      use(1, j, high_nibbles(line));
    }
  }
};

struct Avx2Q5_K {
  static constexpr int kZeroShift = 0;
  static constexpr bool kSigned = false;
  static constexpr int kHalves = 1;
  static constexpr bool kMins = true;
  static constexpr int kSteps = 4;
  static constexpr int kPairSums = 4;  // 4 * 2 * 31 * 127 < 2^15
  using Super = PackedQ5_K;
  static constexpr int64_t header_bytes(int64_t) { return 0; }

  static SWIVEL_INLINE void scales(const Super& super, const std::byte*, int64_t, float* scale,
                                   float* min) {
    unpack_scales(super.scales, scale, min);
  }

  template <class Use>
  static SWIVEL_INLINE void lines(const Super& super, int step, int half, const Use& use) {
    const __m128i to_bit0 = _mm_cvtsi32_si128(2 * step);
    SWIVEL_UNROLL for (int j = 0; j < 8; ++j) {
      const __m256i line = half_line(super.q[step][j], half);
      const __m256i high = _mm256_srl_epi16(half_line(super.high[j], half), to_bit0);
      use(0, j, _mm256_or_si256(low_nibbles(line), and_bytes(_mm256_slli_epi16(high, 4), 16)));
      use(1, j, _mm256_or_si256(high_nibbles(line), and_bytes(_mm256_slli_epi16(high, 3), 16)));
    }
  }
};

struct Avx2Q6_K {
  static constexpr int kZeroShift = 5;
  static constexpr bool kSigned = false;
  static constexpr int kHalves = 2;
  static constexpr bool kMins = false;
  static constexpr int kSteps = 4;
  static constexpr int kPairSums = 2;  // 2 * 2 * 63 * 127 < 2^15
  using Super = PackedQ6_K;
  static int64_t header_bytes(int64_t cols) { return q6_k_header_bytes(cols); }

  static SWIVEL_INLINE void scales(const Super& super, const std::byte* header, int64_t index,
                                   float* scale, float*) {
    alignas(32) float d[16];
    widen_halves(reinterpret_cast<const uint16_t*>(header) + 16 * index, d);
    for (int at = 0; at < 256; at += 8) {
      const int8_t* from = super.scales[at / 16] + at % 16;
      const __m256i integers =
          _mm256_cvtepi8_epi32(_mm_loadl_epi64(reinterpret_cast<const __m128i*>(from)));
      Avx2::store(scale + at, Avx2::mul(Avx2::load(d + at % 16), _mm256_cvtepi32_ps(integers)));
    }
  }

  template <class Use>
  static SWIVEL_INLINE void lines(const Super& super, int step, int half, const Use& use) {
    SWIVEL_UNROLL for (int b = 0; b < 2; ++b) {
      const auto& group = super.group[2 * step + b];
      const __m256i high0 = half_line(group.high[0], half);
      const __m256i high1 = half_line(group.high[1], half);
      SWIVEL_UNROLL for (int j = 0; j < 4; ++j) {
        const __m256i line = half_line(group.low[j], half);
        use(b, j, _mm256_or_si256(low_nibbles(line), top_bits(high0, j)));
        use(b, j + 4, _mm256_or_si256(high_nibbles(line), top_bits(high1, j)));
      }
    }
  }

 private:
  // ((high >> 2 j) & 3) << 4
  static SWIVEL_INLINE __m256i top_bits(__m256i high, int j) {
    const __m256i placed = j == 0   ? _mm256_slli_epi16(high, 4)
                           : j == 1 ? _mm256_slli_epi16(high, 2)
                           : j == 2 ? high
                                    : _mm256_srli_epi16(high, 2);
    return and_bytes(placed, 0x30);
  }
};

}  // namespace
}  // namespace swivel::kernels
