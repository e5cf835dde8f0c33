// 16 rows by up to 8 columns of a product, straight from the packed lines of one strip. Memory
// decides how fast this is with few columns, so lines are asked for ahead of their use.
#pragma once

#include "kernels/quantised_tile.h"
#include "kernels/x86/avx512/packed_formats.h"

namespace swivel::kernels {
namespace {

// Far enough for memory's latency at full bandwidth, near enough to stay in the first-level cache.
constexpr int64_t kPrefetchBytes = 4096;

SWIVEL_INLINE __m512i broadcast4(const std::byte* from) {
  int32_t four;
  __builtin_memcpy(&four, from, 4);
  return _mm512_set1_epi32(four);
}

SWIVEL_INLINE __m512 broadcast_float(const std::byte* from) {
  float value;
  __builtin_memcpy(&value, from, 4);
  return _mm512_set1_ps(value);
}

// What the integer sum of half h of a block starts with, in column n of a tile of N.
template <class F, int N>
SWIVEL_INLINE __m512i first_sum(const std::byte* block, int n, int h) {
  if constexpr (F::kZeroShift == 0) return _mm512_setzero_si512();
  const int line = F::kHalves == 2 ? kTileMinusSum16 + h : kTileMinusSum32;
  return _mm512_slli_epi32(broadcast4(block + 4 * (line * N + n)), F::kZeroShift);
}

template <class F>
SWIVEL_INLINE int64_t supers_of(int64_t cols) {
  return (cols + 64 * F::kSteps - 1) / (64 * F::kSteps);
}

// 16 rows by N columns.
template <class F, int N>
SWIVEL_NOINLINE void strip_times(const std::byte* strip, int64_t cols, const std::byte* x,
                                 float* out, int64_t out_stride, __mmask16 rows) {
  constexpr int kScales = F::kSteps * 2 * F::kHalves;
  constexpr int kStepBytes = sizeof(typename F::Super) / F::kSteps;
  constexpr int kBlockBytes = kTileLines * 4 * N;
  const std::byte* header = strip;
  const auto* super = reinterpret_cast<const typename F::Super*>(strip + F::header_bytes(cols));
  const int64_t count = supers_of<F>(cols);
  alignas(64) float scale[16 * kScales];
  alignas(64) float min[F::kMins ? 16 * kScales : 16];
  __m512 f[N];
  __m512 g[N];
  SWIVEL_UNROLL for (int n = 0; n < N; ++n) f[n] = g[n] = _mm512_setzero_ps();
  for (int64_t i = 0; i < count; ++i, ++super) {
    F::scales(*super, header, i, scale, min);
    for (int step = 0; step < F::kSteps; ++step, x += 2 * kBlockBytes) {
      const auto* ahead = reinterpret_cast<const char*>(super) + kPrefetchBytes + step * kStepBytes;
      SWIVEL_UNROLL for (int line = 0; line < kStepBytes; line += 64)
          _mm_prefetch(ahead + line, _MM_HINT_T0);
      __m512i sum[2][F::kHalves][N];
      SWIVEL_UNROLL for (int n = 0; n < N; ++n) {
        SWIVEL_UNROLL for (int b = 0; b < 2; ++b) {
          SWIVEL_UNROLL for (int h = 0; h < F::kHalves; ++h) sum[b][h][n] =
              first_sum<F, N>(x + b * kBlockBytes, n, h);
        }
      }
      F::lines(*super, step, [&](int b, int k4, __m512i line) __attribute__((always_inline)) {
        const int h = F::kHalves == 2 ? k4 / 4 : 0;
        SWIVEL_UNROLL for (int n = 0; n < N; ++n) {
          sum[b][h][n] = _mm512_dpbusd_epi32(sum[b][h][n], line,
                                             broadcast4(x + b * kBlockBytes + 4 * (k4 * N + n)));
        }
      });
      SWIVEL_UNROLL for (int b = 0; b < 2; ++b) {
        const std::byte* block = x + b * kBlockBytes;
        SWIVEL_UNROLL for (int n = 0; n < N; ++n) {
          SWIVEL_UNROLL for (int h = 0; h < F::kHalves; ++h) {
            const __m512 both =
                _mm512_mul_ps(_mm512_load_ps(scale + 16 * ((2 * step + b) * F::kHalves + h)),
                              broadcast_float(block + 4 * (kTileScale * N + n)));
            f[n] = _mm512_fmadd_ps(both, _mm512_cvtepi32_ps(sum[b][h][n]), f[n]);
          }
          if constexpr (F::kMins) {
            g[n] = _mm512_fmadd_ps(_mm512_load_ps(min + 16 * (2 * step + b)),
                                   broadcast_float(block + 4 * (kTileScaledSum * N + n)), g[n]);
          }
        }
      }
    }
  }
  SWIVEL_UNROLL for (int n = 0; n < N; ++n) {
    const __m512 result = F::kMins ? _mm512_sub_ps(f[n], g[n]) : f[n];
    _mm512_mask_storeu_ps(out + n * out_stride, rows, result);
  }
}

}  // namespace
}  // namespace swivel::kernels
