// Products of packed weights (kernels/packed.h) with 8-bit activations (kernels/quantised_tile.h)
// in AVX-512 VNNI. Two loops for all formats:
//
//   strip_times  16 rows by up to 8 columns straight from the packed lines: decode and small
//   batches,
//                bound by memory, so it prefetches
//   panel_times  32 rows by up to 8 columns from a panel of unpacked bytes that one thread makes in
//                its second-level cache: prompts
//
// Both do the same operations on an output in the same order: for each scale, an exact integer sum
// that starts at minus the zero point times the sum of the activations, then
//   f = fma(weight scale * activation scale, sum, f);  g = fma(min, scaled activation sum, g)
// and f - g at the end. So a column's result does not depend on the columns beside it.
#include "kernels/quantised_tile.h"
#include "kernels/table.h"
#include "kernels/x86/avx512/packed_formats.h"
#include "kernels/x86/avx512/vectors.h"
#include "kernels/x86/tables.h"

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

constexpr int64_t kTileRows = 8;

// Calls use<N> for N = columns, 1 to kTileRows.
template <class Use>
SWIVEL_INLINE void with_columns(int64_t columns, const Use& use) {
  switch (columns) {
    case 1:
      return use.template operator()<1>();
    case 2:
      return use.template operator()<2>();
    case 3:
      return use.template operator()<3>();
    case 4:
      return use.template operator()<4>();
    case 5:
      return use.template operator()<5>();
    case 6:
      return use.template operator()<6>();
    case 7:
      return use.template operator()<7>();
    default:
      return use.template operator()<8>();
  }
}

SWIVEL_INLINE __mmask16 rows_of_strip(const PackedMatmulArgs& args, int64_t strip) {
  return Avx512::first(args.rows - 16 * strip);
}

SWIVEL_INLINE const std::byte* strip_at(const PackedMatmulArgs& args, int64_t strip) {
  return static_cast<const std::byte*>(args.weights) + strip * args.strip_bytes;
}

// Calls use(first column, columns, activations) for each tile.
template <class Use>
SWIVEL_INLINE void for_tiles(const PackedMatmulArgs& args, const Use& use) {
  const int64_t row_bytes = tile_row_bytes(args.cols);
  for (int64_t i = 0; i < args.n; i += kTileRows)
    use(i, args.n - i < kTileRows ? args.n - i : kTileRows, args.x + i * row_bytes);
}

template <class F>
void few_columns(const PackedMatmulArgs& args, int64_t strip) {
  const std::byte* weights = strip_at(args, strip);
  const __mmask16 rows = rows_of_strip(args, strip);
  for_tiles(args, [&](int64_t i, int64_t columns, const std::byte* x) {
    float* out = args.out + i * args.out_stride + 16 * strip;
    with_columns(columns, [&]<int N>() {
      strip_times<F, N>(weights, args.cols, x, out, args.out_stride, rows);
    });
  });
}

// Two strips for each of `count` panels. The panels stay in the second-level cache while the tiles
// of activations go by, each of which serves all of them.
template <class F>
void many_columns(const PackedMatmulArgs& args, int64_t strip, int64_t count) {
  constexpr int64_t kMaxPanels = 8;
  const int64_t blocks = supers_of<F>(args.cols) * 2 * F::kSteps;
  Panel panels[kMaxPanels];
  std::byte* scratch = args.scratch;
  for (int64_t p = 0; p < count; ++p) {
    Panel& panel = panels[p];
    panel.lines = reinterpret_cast<uint8_t*>(scratch);
    panel.scale = reinterpret_cast<float*>(scratch + 1024 * blocks);
    panel.min = panel.scale + 32 * blocks * F::kHalves;
    panel.blocks = blocks;
    scratch = reinterpret_cast<std::byte*>(panel.min + (F::kMins ? 32 * blocks : 0));
    unpack_strip<F>(strip_at(args, strip + 2 * p), args.cols, panel, 0);
    unpack_strip<F>(strip_at(args, strip + 2 * p + 1), args.cols, panel, 1);
  }
  auto* sums = reinterpret_cast<float*>(scratch);
  for_tiles(args, [&](int64_t i, int64_t columns, const std::byte* x) {
    float* out = args.out + i * args.out_stride + 16 * strip;
    with_columns(columns, [&]<int N>() {
      for (int64_t p = 0; p < count; ++p) {
        panel_times<F, N>(panels[p], x, sums, out + 32 * p, args.out_stride,
                          rows_of_strip(args, strip + 2 * p + 1));
      }
    });
  });
}

template <class F>
void matmul(const PackedMatmulArgs& args) {
  int64_t strip = args.strip_begin;
  if (args.n >= kManyRows) {
    const int64_t at_once = panel_strips(args.cols);
    while (strip + 1 < args.strip_end) {
      const int64_t left = (args.strip_end - strip) / 2 * 2;
      const int64_t strips = left < at_once ? left : at_once;
      many_columns<F>(args, strip, strips / 2);
      strip += strips;
    }
  }
  for (; strip < args.strip_end; ++strip) few_columns<F>(args, strip);
}

int64_t byte_products(int64_t rounds) {
  constexpr int kSums = 12;
  __m512i sum[kSums];
  SWIVEL_UNROLL for (int i = 0; i < kSums; ++i) sum[i] = _mm512_setzero_si512();
  const __m512i factor = _mm512_set1_epi8(3);
  for (int64_t r = 0; r < rounds; ++r) {
    SWIVEL_UNROLL for (int i = 0; i < kSums; ++i) {
      sum[i] = _mm512_dpbusd_epi32(sum[i], factor, factor);
      asm volatile("" : "+v"(sum[i]));
    }
  }
  return kSums * 64;
}

}  // namespace

void fill_avx512_packed(Table& table) {
  table.tile_rows = kTileRows;
  table.probes.byte_products = byte_products;
  table.formats[static_cast<int>(Format::q4_0)].matmul_packed = matmul<Avx512Q4_0>;
  table.formats[static_cast<int>(Format::q8_0)].matmul_packed = matmul<Avx512Q8_0>;
  table.formats[static_cast<int>(Format::q4_k)].matmul_packed = matmul<Avx512Q4_K>;
  table.formats[static_cast<int>(Format::q5_k)].matmul_packed = matmul<Avx512Q5_K>;
  table.formats[static_cast<int>(Format::q6_k)].matmul_packed = matmul<Avx512Q6_K>;
}

}  // namespace swivel::kernels
