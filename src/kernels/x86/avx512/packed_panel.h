// 32 rows by up to 8 columns of a product, from a panel: two strips unpacked to bytes once, which
// then serve tile after tile of activations from the second-level cache.
#pragma once

#include "kernels/x86/avx512/packed_strip.h"

namespace swivel::kernels {
namespace {

// Two strips side by side: for each four columns of the weights a line of each.
struct Panel {
  uint8_t* lines;  // [cols / 4][2][64]
  float* scale;    // [blocks * kHalves][2][16]
  float* min;      // [blocks][2][16]
  int64_t blocks;
};

template <class F>
void unpack_strip(const std::byte* strip, int64_t cols, const Panel& panel, int side) {
  constexpr int kScales = F::kSteps * 2 * F::kHalves;
  const auto* supers = reinterpret_cast<const typename F::Super*>(strip + F::header_bytes(cols));
  const int64_t count = supers_of<F>(cols);
  alignas(64) float scale[16 * kScales];
  alignas(64) float min[F::kMins ? 16 * kScales : 16];
  for (int64_t i = 0; i < count; ++i) {
    F::scales(supers[i], strip, i, scale, min);
    SWIVEL_UNROLL for (int s = 0; s < kScales; ++s) {
      _mm512_store_ps(panel.scale + 32 * (kScales * i + s) + 16 * side,
                      _mm512_load_ps(scale + 16 * s));
      if constexpr (F::kMins) {
        _mm512_store_ps(panel.min + 32 * (kScales * i + s) + 16 * side,
                        _mm512_load_ps(min + 16 * s));
      }
    }
    for (int step = 0; step < F::kSteps; ++step) {
      uint8_t* lines = panel.lines + (F::kSteps * i + step) * 16 * 128 + 64 * side;
      F::lines(supers[i], step, [&](int b, int k4, __m512i line) __attribute__((always_inline)) {
        _mm512_store_si512(lines + (8 * b + k4) * 128, line);
      });
    }
  }
}

// 32 rows by N columns. `sums` holds 32 floats a column.
template <class F, int N>
SWIVEL_NOINLINE void panel_times(const Panel& panel, const std::byte* x, float* sums, float* out,
                                 int64_t out_stride, __mmask16 rows) {
  constexpr int kLines = 8 / F::kHalves;  // of a scale
  constexpr int kBlockBytes = kTileLines * 4 * N;
  const uint8_t* lines = panel.lines;
  const float* scale = panel.scale;
  const std::byte* block = x;
  SWIVEL_UNROLL for (int n = 0; n < 2 * N; ++n) _mm512_store_ps(sums + 16 * n, _mm512_setzero_ps());
  for (int64_t left = panel.blocks; left > 0; --left, block += kBlockBytes) {
    SWIVEL_UNROLL for (int h = 0; h < F::kHalves; ++h, lines += 128 * kLines, scale += 32) {
      __m512i sum0[N];
      __m512i sum1[N];
      SWIVEL_UNROLL for (int n = 0; n < N; ++n) sum0[n] = sum1[n] = first_sum<F, N>(block, n, h);
      SWIVEL_UNROLL for (int k4 = 0; k4 < kLines; ++k4) {
        const __m512i line0 = _mm512_load_si512(lines + 128 * k4);
        const __m512i line1 = _mm512_load_si512(lines + 128 * k4 + 64);
        SWIVEL_UNROLL for (int n = 0; n < N; ++n) {
          const __m512i four = broadcast4(block + 4 * ((h * kLines + k4) * N + n));
          sum0[n] = _mm512_dpbusd_epi32(sum0[n], line0, four);
          sum1[n] = _mm512_dpbusd_epi32(sum1[n], line1, four);
        }
        SWIVEL_KEEP_LOADS_HERE;
      }
      const __m512 scale0 = _mm512_load_ps(scale);
      const __m512 scale1 = _mm512_load_ps(scale + 16);
      SWIVEL_UNROLL for (int n = 0; n < N; ++n) {
        const __m512 activation = broadcast_float(block + 4 * (kTileScale * N + n));
        float* f = sums + 32 * n;
        _mm512_store_ps(f, _mm512_fmadd_ps(_mm512_mul_ps(scale0, activation),
                                           _mm512_cvtepi32_ps(sum0[n]), _mm512_load_ps(f)));
        _mm512_store_ps(
            f + 16, _mm512_fmadd_ps(_mm512_mul_ps(scale1, activation), _mm512_cvtepi32_ps(sum1[n]),
                                    _mm512_load_ps(f + 16)));
        SWIVEL_KEEP_LOADS_HERE;
      }
    }
  }
  __m512 g0[N];
  __m512 g1[N];
  SWIVEL_UNROLL for (int n = 0; n < N; ++n) g0[n] = g1[n] = _mm512_setzero_ps();
  if constexpr (F::kMins) {
    const float* min = panel.min;
    block = x + 4 * kTileScaledSum * N;
    for (int64_t left = panel.blocks; left > 0; --left, block += kBlockBytes, min += 32) {
      const __m512 min0 = _mm512_load_ps(min);
      const __m512 min1 = _mm512_load_ps(min + 16);
      SWIVEL_UNROLL for (int n = 0; n < N; ++n) {
        const __m512 sum = broadcast_float(block + 4 * n);
        g0[n] = _mm512_fmadd_ps(min0, sum, g0[n]);
        g1[n] = _mm512_fmadd_ps(min1, sum, g1[n]);
      }
    }
  }
  SWIVEL_UNROLL for (int n = 0; n < N; ++n) {
    __m512 result0 = _mm512_load_ps(sums + 32 * n);
    __m512 result1 = _mm512_load_ps(sums + 32 * n + 16);
    if constexpr (F::kMins) {
      result0 = _mm512_sub_ps(result0, g0[n]);
      result1 = _mm512_sub_ps(result1, g1[n]);
    }
    _mm512_storeu_ps(out + n * out_stride, result0);
    _mm512_mask_storeu_ps(out + n * out_stride + 16, rows, result1);
  }
}

}  // namespace
}  // namespace swivel::kernels
