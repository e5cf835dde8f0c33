// Products of packed weights (kernels/packed.h) with 8-bit activations (kernels/quantised_tile.h)
// in AVX2: 8 rows by up to 4 columns straight from the packed lines. Without a dot-product
// instruction, pairs of products are added in 16 bits, as many lines as cannot overflow, and then
// in 32.
//
// The operations on an output and their order are those of avx512_packed.cc: exact sums, then
//   f = fma(weight scale * activation scale, sum, f);  g = fma(min, scaled activation sum, g)
// and f - g at the end. A column's result does not depend on the columns beside it.
#include "kernels/quantised_tile.h"
#include "kernels/table.h"
#include "kernels/x86/avx2/packed_formats.h"
#include "kernels/x86/tables.h"

namespace swivel::kernels {
namespace {

constexpr int64_t kTileRows = 4;
constexpr int64_t kPrefetchBytes = 4096;

SWIVEL_INLINE __m256i broadcast4(const std::byte* from) {
  int32_t four;
  __builtin_memcpy(&four, from, 4);
  return _mm256_set1_epi32(four);
}

SWIVEL_INLINE __m256 broadcast_float(const std::byte* from) {
  float value;
  __builtin_memcpy(&value, from, 4);
  return _mm256_set1_ps(value);
}

// What the integer sum of half h of a block starts with, in column n of a tile of N.
template <class F, int N>
SWIVEL_INLINE __m256i first_sum(const std::byte* block, int n, int h) {
  if constexpr (F::kZeroShift == 0) return _mm256_setzero_si256();
  const int line = F::kHalves == 2 ? kTileMinusSum16 + h : kTileMinusSum32;
  return _mm256_slli_epi32(broadcast4(block + 4 * (line * N + n)), F::kZeroShift);
}

// 16-bit sums of pairs of products.
template <class F>
SWIVEL_INLINE __m256i pair_products(__m256i line, __m256i four) {
  if constexpr (F::kSigned)
    return _mm256_maddubs_epi16(_mm256_abs_epi8(line), _mm256_sign_epi8(four, line));
  return _mm256_maddubs_epi16(line, four);
}

// The integer sums of one step, columns [step, step + 64), of 8 rows by N columns.
template <class F, int N>
struct StepSums {
  __m256i sum[2][F::kHalves][N];
  __m256i pairs[2][F::kHalves][N];

  SWIVEL_INLINE void add(const std::byte* x, int b, int k4, __m256i line) {
    constexpr int kBlockBytes = kTileLines * 4 * N;
    const int h = F::kHalves == 2 ? k4 / 4 : 0;
    SWIVEL_UNROLL for (int n = 0; n < N; ++n) {
      const __m256i four = broadcast4(x + b * kBlockBytes + 4 * (k4 * N + n));
      const __m256i products = pair_products<F>(line, four);
      __m256i& running = pairs[b][h][n];
      running = k4 % F::kPairSums == 0 ? products : _mm256_add_epi16(running, products);
      if (k4 % F::kPairSums == F::kPairSums - 1) {
        sum[b][h][n] =
            _mm256_add_epi32(sum[b][h][n], _mm256_madd_epi16(running, _mm256_set1_epi16(1)));
      }
    }
  }
};

// 8 rows, one half of a strip, by N columns.
template <class F, int N>
SWIVEL_NOINLINE void half_strip_times(const std::byte* strip, int64_t cols, int half,
                                      const std::byte* x, float* out, int64_t out_stride,
                                      int64_t rows) {
  constexpr int kScales = F::kSteps * 2 * F::kHalves;
  constexpr int kStepBytes = sizeof(typename F::Super) / F::kSteps;
  constexpr int kBlockBytes = kTileLines * 4 * N;
  const auto* super = reinterpret_cast<const typename F::Super*>(strip + F::header_bytes(cols));
  const int64_t count = (cols + 64 * F::kSteps - 1) / (64 * F::kSteps);
  alignas(32) float scale[16 * kScales];
  alignas(32) float min[F::kMins ? 16 * kScales : 16];
  __m256 f[N];
  __m256 g[N];
  SWIVEL_UNROLL for (int n = 0; n < N; ++n) f[n] = g[n] = _mm256_setzero_ps();
  for (int64_t i = 0; i < count; ++i, ++super) {
    F::scales(*super, strip, i, scale, min);
    for (int step = 0; step < F::kSteps; ++step, x += 2 * kBlockBytes) {
      if (half == 0) {
        const auto* ahead =
            reinterpret_cast<const char*>(super) + kPrefetchBytes + step * kStepBytes;
        SWIVEL_UNROLL for (int line = 0; line < kStepBytes; line += 64)
            __builtin_prefetch(ahead + line);
      }
      StepSums<F, N> sums;
      SWIVEL_UNROLL for (int n = 0; n < N; ++n) {
        SWIVEL_UNROLL for (int b = 0; b < 2; ++b) {
          SWIVEL_UNROLL for (int h = 0; h < F::kHalves; ++h) sums.sum[b][h][n] =
              first_sum<F, N>(x + b * kBlockBytes, n, h);
        }
      }
      F::lines(*super, step, half, [&](int b, int k4, __m256i line) __attribute__((always_inline)) {
        sums.add(x, b, k4, line);
      });
      SWIVEL_UNROLL for (int b = 0; b < 2; ++b) {
        const std::byte* block = x + b * kBlockBytes;
        SWIVEL_UNROLL for (int n = 0; n < N; ++n) {
          SWIVEL_UNROLL for (int h = 0; h < F::kHalves; ++h) {
            const float* at = scale + 16 * ((2 * step + b) * F::kHalves + h) + 8 * half;
            const __m256 both = _mm256_mul_ps(_mm256_load_ps(at),
                                              broadcast_float(block + 4 * (kTileScale * N + n)));
            f[n] = _mm256_fmadd_ps(both, _mm256_cvtepi32_ps(sums.sum[b][h][n]), f[n]);
          }
          if constexpr (F::kMins) {
            g[n] = _mm256_fmadd_ps(_mm256_load_ps(min + 16 * (2 * step + b) + 8 * half),
                                   broadcast_float(block + 4 * (kTileScaledSum * N + n)), g[n]);
          }
        }
      }
    }
  }
  SWIVEL_UNROLL for (int n = 0; n < N; ++n)
      Avx2::store(out + n * out_stride, F::kMins ? _mm256_sub_ps(f[n], g[n]) : f[n], rows);
}

template <class F>
void half_strip_times_any(const PackedMatmulArgs& args, int64_t strip, int half, int64_t i) {
  const std::byte* weights = static_cast<const std::byte*>(args.weights) + strip * args.strip_bytes;
  const std::byte* x = args.x + i * tile_row_bytes(args.cols);
  const int64_t row = 16 * strip + 8 * half;
  if (row >= args.rows) return;
  float* out = args.out + i * args.out_stride + row;
  switch (args.n - i) {
    case 1:
      return half_strip_times<F, 1>(weights, args.cols, half, x, out, args.out_stride,
                                    args.rows - row);
    case 2:
      return half_strip_times<F, 2>(weights, args.cols, half, x, out, args.out_stride,
                                    args.rows - row);
    case 3:
      return half_strip_times<F, 3>(weights, args.cols, half, x, out, args.out_stride,
                                    args.rows - row);
    default:
      return half_strip_times<F, 4>(weights, args.cols, half, x, out, args.out_stride,
                                    args.rows - row);
  }
}

template <class F>
void matmul(const PackedMatmulArgs& args) {
  for (int64_t strip = args.strip_begin; strip < args.strip_end; ++strip) {
    for (int64_t i = 0; i < args.n; i += kTileRows) {
      for (int half = 0; half < 2; ++half) half_strip_times_any<F>(args, strip, half, i);
    }
  }
}

int64_t byte_products(int64_t rounds) {
  constexpr int kSums = 10;
  __m256i sum[kSums];
  SWIVEL_UNROLL for (int i = 0; i < kSums; ++i) sum[i] = _mm256_setzero_si256();
  __m256i factor = _mm256_set1_epi8(3);
  for (int64_t r = 0; r < rounds; ++r) {
    SWIVEL_UNROLL for (int i = 0; i < kSums; ++i) {
      asm volatile("" : "+x"(factor));
      sum[i] = _mm256_add_epi16(sum[i], _mm256_maddubs_epi16(factor, factor));
      asm volatile("" : "+x"(sum[i]));
    }
  }
  return kSums * 32;
}

}  // namespace

void fill_avx2_packed(Table& table) {
  table.tile_rows = kTileRows;
  table.probes.byte_products = byte_products;
  table.formats[static_cast<int>(Format::q4_0)].matmul_packed = matmul<Avx2Q4_0>;
  table.formats[static_cast<int>(Format::q8_0)].matmul_packed = matmul<Avx2Q8_0>;
  table.formats[static_cast<int>(Format::q4_k)].matmul_packed = matmul<Avx2Q4_K>;
  table.formats[static_cast<int>(Format::q5_k)].matmul_packed = matmul<Avx2Q5_K>;
  table.formats[static_cast<int>(Format::q6_k)].matmul_packed = matmul<Avx2Q6_K>;
}

}  // namespace swivel::kernels
