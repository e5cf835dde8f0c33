// Products of packed weights (kernels/packed.h) with 8-bit activations (kernels/quantised_tile.h)
// in AVX-512 VNNI. Two loops for all formats:
//
//   strip_times  16 rows by up to 8 columns straight from the packed lines: decode and small
//                batches, bound by memory, so it prefetches
//   panel_times  32 rows by up to 8 columns from a panel of unpacked bytes that one thread makes in
//                its second-level cache: prompts
//
// Both do the same operations on an output in the same order: for each scale, an exact integer sum
// that starts at minus the zero point times the sum of the activations, then
//   f = fma(weight scale * activation scale, sum, f);  g = fma(min, scaled activation sum, g)
// and f - g at the end. So a column's result does not depend on the columns beside it.
#include "kernels/quantised_tile.h"
#include "kernels/table.h"
#include "kernels/x86/avx512/packed_panel.h"
#include "kernels/x86/avx512/packed_strip.h"
#include "kernels/x86/avx512/vectors.h"
#include "kernels/x86/tables.h"

namespace swivel::kernels {
namespace {

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
