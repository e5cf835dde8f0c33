// Products of plain row-major weights (float32, half, bfloat16) with float32 activations, for any
// vector V: the weights are used where the file lies in memory.
//
// One output is V::kLanes partial sums, lane i over the columns k = i modulo kLanes in ascending
// order by fused multiply-add, added up by one fixed tree: the same for every tile shape, so a row
// of x gives the same bits alone and in a batch.
#pragma once

#include "kernels/table.h"
#include "kernels/x86/compiler.h"
#include "kernels/x86/loops/stored.h"

namespace swivel::kernels {
namespace {

// With many rows of x, columns go through in pieces that the first-level cache holds for a tile.
constexpr int64_t kPiece = 1024;
// Rows that share one reading of a piece of x. Their partial sums are 32 * 6 vectors
// (matmul_scratch_bytes).
constexpr int64_t kBand = 32;
// How far ahead of its use a line of weights is asked for.
constexpr int64_t kPlainPrefetchBytes = 4096;

// Adds columns [0, count) of R rows of weights times N rows of x to `sums` [R][N] of kLanes.
template <class V, class F, int R, int N>
SWIVEL_NOINLINE void tile(const std::byte* weights, int64_t row_bytes, const float* x,
                          int64_t x_stride, int64_t count, float* sums) {
  using Element = typename F::Element;
  typename V::Float sum[R][N];
  SWIVEL_UNROLL for (int r = 0; r < R; ++r) {
    SWIVEL_UNROLL for (int n = 0; n < N; ++n) sum[r][n] = V::load(sums + V::kLanes * (r * N + n));
  }
  int64_t k = 0;
  for (; k + V::kLanes <= count; k += V::kLanes) {
    typename V::Float w[R];
    SWIVEL_UNROLL for (int r = 0; r < R; ++r) {
      const auto* row = reinterpret_cast<const Element*>(weights + r * row_bytes) + k;
      w[r] = F::load(row);
      // A line that is asked for twice costs nothing.
      if constexpr (R == 1)
        __builtin_prefetch(reinterpret_cast<const char*>(row) + kPlainPrefetchBytes);
    }
    SWIVEL_UNROLL for (int n = 0; n < N; ++n) {
      const auto v = V::load(x + n * x_stride + k);
      SWIVEL_UNROLL for (int r = 0; r < R; ++r) sum[r][n] = V::fma(w[r], v, sum[r][n]);
    }
  }
  if (k < count) {
    SWIVEL_UNROLL for (int r = 0; r < R; ++r) {
      const auto w =
          F::load(reinterpret_cast<const Element*>(weights + r * row_bytes) + k, count - k);
      SWIVEL_UNROLL for (int n = 0; n < N; ++n) sum[r][n] =
          V::fma(w, V::load(x + n * x_stride + k, count - k), sum[r][n]);
    }
  }
  SWIVEL_UNROLL for (int r = 0; r < R; ++r) {
    SWIVEL_UNROLL for (int n = 0; n < N; ++n) V::store(sums + V::kLanes * (r * N + n), sum[r][n]);
  }
}

// Rows [begin, end) of a band by N rows of x from row i on, in pieces of columns.
template <class V, class F, int N>
void band_times(const MatmulArgs& args, int64_t begin, int64_t end, int64_t i) {
  constexpr int64_t kElement = sizeof(typename F::Element);
  auto* sums = reinterpret_cast<float*>(args.scratch);
  for (int64_t s = 0; s < (end - begin) * N; ++s) V::store(sums + V::kLanes * s, V::zero());
  const float* x = args.x + i * args.x_stride;
  // With few rows of x, reading the weights takes the time, and memory delivers them fastest in one
  // stream, row after row.
  const bool few = args.n < V::kTileColumns;
  const int64_t piece = few ? args.cols : kPiece;
  for (int64_t k = 0; k < args.cols; k += piece) {
    const int64_t count = args.cols - k < piece ? args.cols - k : piece;
    const std::byte* weights =
        static_cast<const std::byte*>(args.weights) + begin * args.row_bytes + k * kElement;
    float* at = sums;
    int64_t row = begin;
    for (; !few && row + V::kTileRows <= end; row += V::kTileRows) {
      tile<V, F, V::kTileRows, N>(weights, args.row_bytes, x + k, args.x_stride, count, at);
      weights += V::kTileRows * args.row_bytes;
      at += V::kLanes * V::kTileRows * N;
    }
    for (; row < end; ++row) {
      tile<V, F, 1, N>(weights, args.row_bytes, x + k, args.x_stride, count, at);
      weights += args.row_bytes;
      at += V::kLanes * N;
    }
  }
  const float* at = sums;
  for (int64_t row = begin; row < end; ++row) {
    for (int n = 0; n < N; ++n, at += V::kLanes)
      args.out[(i + n) * args.out_stride + row] = V::sum(V::load(at));
  }
}

// The last rows of x, fewer than a whole tile of N + 1.
template <class V, class F, int N>
void band_times_rest(const MatmulArgs& args, int64_t begin, int64_t end, int64_t i) {
  if (args.n - i == N) {
    band_times<V, F, N>(args, begin, end, i);
  } else if constexpr (N > 1) {
    band_times_rest<V, F, N - 1>(args, begin, end, i);
  }
}

template <class V, template <class> class F>
void plain_matmul(const MatmulArgs& args) {
  for (int64_t begin = args.row_begin; begin < args.row_end; begin += kBand) {
    const int64_t end = begin + kBand < args.row_end ? begin + kBand : args.row_end;
    int64_t i = 0;
    for (; i + V::kTileColumns <= args.n; i += V::kTileColumns)
      band_times<V, F<V>, V::kTileColumns>(args, begin, end, i);
    band_times_rest<V, F<V>, V::kTileColumns - 1>(args, begin, end, i);
  }
}

}  // namespace
}  // namespace swivel::kernels
