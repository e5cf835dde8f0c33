#include "ops/linear.h"

#include "base/check.h"
#include "kernels/packed.h"
#include "kernels/quantised_tile.h"
#include "ops/parallel.h"

namespace swivel::ops {
namespace {

// How few rows of x meet the weights, reading them takes the time. Then a chunk is a long run of
// them, which memory delivers faster than short ones, but not so long that a thread which loses its
// CPU leaves much behind: a quarter of a thread's share, and at least this much.
constexpr int64_t kLeastChunkBytes = 64 << 10;
constexpr int64_t kChunksPerThread = 4;
// From this many rows of x on, arithmetic and not reading takes the time, and chunks are smaller.
constexpr int64_t kManyInputs = 8;
constexpr int64_t kBandRows = 32;

const kernels::FormatKernels& kernels_for(const Run& run, const Weight& weight) {
  return run.kernels.formats[static_cast<int>(format_of(weight.dtype))];
}

int64_t bytes_per_row(const Weight& weight) {
  const DTypeInfo& format = info(weight.dtype);
  return weight.cols / format.block_elements * format.block_bytes;
}

int64_t rows_per_chunk(const Run& run, const Weight& weight, int64_t n) {
  if (weight.layout == WeightLayout::interleaved16 && n >= kernels::kManyRows)
    return kernels::panel_strips(weight.cols) * kernels::kStripRows;
  if (n >= kManyInputs) return kBandRows;
  const int64_t strip_bytes = std::max<int64_t>(1, bytes_per_row(weight) * kernels::kStripRows);
  const int64_t strips = ceil_div(weight.rows, kernels::kStripRows);
  const int64_t share = strips / (kChunksPerThread * run.threads.size());
  return std::max({share, kLeastChunkBytes / strip_bytes, int64_t{1}}) * kernels::kStripRows;
}

void add_bias(const Product& product, int64_t row_begin, int64_t row_end) {
  const std::vector<float>& bias = product.linear.bias;
  if (bias.empty()) return;
  for (int64_t i = 0; i < product.out.rows(); ++i) {
    float* out = product.out.row(i);
    for (int64_t r = row_begin; r < row_end; ++r) out[r] += bias[static_cast<size_t>(r)];
  }
}

// The rows of x in 8 bits, tile after tile.
const std::byte* quantise(const Run& run, const Tensor& x) {
  const int64_t row_bytes = kernels::tile_row_bytes(x.cols());
  const int64_t width = run.kernels.tile_rows;
  std::byte* tiles = run.scratch.take(static_cast<size_t>(row_bytes * x.rows()));
  for_rows(run, ceil_div(x.rows(), width), width * x.cols(), [&](int64_t begin, int64_t end) {
    for (int64_t row = begin * width; row < std::min(end * width, x.rows()); row += width) {
      run.kernels.quantise(x.row(row), x.cols(), std::min(width, x.rows() - row), x.cols(),
                           tiles + row * row_bytes);
    }
  });
  return tiles;
}

struct Inputs {
  const Tensor& x;
  const std::byte* quantised;  // null if no weight is packed
};

void multiply_rows(const Run& run, const Inputs& inputs, const Product& product, int64_t row_begin,
                   int64_t row_end, std::byte* scratch) {
  const Weight& weight = product.linear.weight;
  if (weight.layout == WeightLayout::interleaved16) {
    const kernels::Format format = format_of(weight.dtype);
    kernels_for(run, weight)
        .matmul_packed({.weights = weight.data.data(),
                        .strip_bytes = kernels::strip_bytes(format, weight.cols),
                        .rows = weight.rows,
                        .cols = weight.cols,
                        .strip_begin = row_begin / kernels::kStripRows,
                        .strip_end = ceil_div(row_end, kernels::kStripRows),
                        .x = inputs.quantised,
                        .n = inputs.x.rows(),
                        .out = product.out.data,
                        .out_stride = product.out.cols(),
                        .scratch = scratch});
  } else {
    kernels_for(run, weight)
        .matmul({.weights = weight.data.data(),
                 .row_bytes = bytes_per_row(weight),
                 .cols = weight.cols,
                 .row_begin = row_begin,
                 .row_end = row_end,
                 .x = inputs.x.data,
                 .x_stride = inputs.x.cols(),
                 .n = inputs.x.rows(),
                 .out = product.out.data,
                 .out_stride = product.out.cols(),
                 .scratch = scratch});
  }
  add_bias(product, row_begin, row_end);
}

int64_t scratch_bytes(const Product& product, int64_t n) {
  const Weight& weight = product.linear.weight;
  return weight.layout == WeightLayout::interleaved16
             ? kernels::packed_scratch_bytes(weight.cols, n)
             : kernels::matmul_scratch_bytes(weight.cols, n);
}

void check(const Run& run, const Tensor& x, const Product& product) {
  const Weight& weight = product.linear.weight;
  CHECK(x.cols() == weight.cols);
  CHECK(product.out.rows() == x.rows() && product.out.cols() == weight.rows);
  CHECK(product.linear.bias.empty() ||
        static_cast<int64_t>(product.linear.bias.size()) == weight.rows);
  CHECK(weight.layout == WeightLayout::row_major ||
        kernels_for(run, weight).matmul_packed != nullptr);
}

}  // namespace

void matmul_each(const Run& run, const Tensor& x, std::span<const Product> products) {
  const int64_t n = x.rows();
  if (n == 0) return;
  Scratch::Mark mark(run.scratch);
  // chunk_begin[i]: the number of chunks in the products before product i.
  int64_t* chunk_begin = run.scratch.take_array<int64_t>(products.size() + 1);
  int64_t scratch_size = 0;
  Inputs inputs = {x, nullptr};
  chunk_begin[0] = 0;
  for (size_t i = 0; i < products.size(); ++i) {
    const Weight& weight = products[i].linear.weight;
    check(run, x, products[i]);
    chunk_begin[i + 1] = chunk_begin[i] + ceil_div(weight.rows, rows_per_chunk(run, weight, n));
    scratch_size = std::max(scratch_size, scratch_bytes(products[i], n));
    if (weight.layout == WeightLayout::interleaved16 && inputs.quantised == nullptr)
      inputs.quantised = quantise(run, x);
  }
  std::byte* scratch =
      run.scratch.take(static_cast<size_t>(scratch_size) * static_cast<size_t>(run.threads.size()));
  auto work = [&](int64_t chunk, int thread) {
    size_t i = 0;
    while (chunk >= chunk_begin[i + 1]) ++i;
    const Weight& weight = products[i].linear.weight;
    const int64_t rows = rows_per_chunk(run, weight, n);
    const int64_t begin = (chunk - chunk_begin[i]) * rows;
    multiply_rows(run, inputs, products[i], begin, std::min(begin + rows, weight.rows),
                  scratch + thread * scratch_size);
  };
  run.threads.parallel_for(chunk_begin[products.size()], std::ref(work));
}

void matmul_each(const Run& run, const Tensor& x, std::initializer_list<Product> products) {
  matmul_each(run, x, std::span<const Product>(products.begin(), products.size()));
}

void matmul(const Run& run, Tensor out, const Tensor& x, const Linear& linear) {
  matmul_each(run, x, {Product{out, linear}});
}

}  // namespace swivel::ops
