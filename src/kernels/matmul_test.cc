#include <cmath>

#include <gtest/gtest.h>

#include "kernels/data_test.h"

namespace swivel::kernels {
namespace {

using Floats = std::vector<float>;

// Outputs [n, rows] of rows [begin, end); every other output keeps the mark.
constexpr float kUntouched = -12345;

Floats multiply_plain(const Table& table, const Matrix& w, const Floats& x, int64_t n,
                      int64_t begin, int64_t end) {
  Floats out(static_cast<size_t>(n * w.rows), kUntouched);
  Aligned<std::byte> scratch(static_cast<size_t>(matmul_scratch_bytes(w.cols, n)));
  table.formats[static_cast<int>(w.facts->format)].matmul({.weights = w.bytes.data(),
                                                           .row_bytes = w.row_bytes,
                                                           .cols = w.cols,
                                                           .row_begin = begin,
                                                           .row_end = end,
                                                           .x = x.data(),
                                                           .x_stride = w.cols,
                                                           .n = n,
                                                           .out = out.data(),
                                                           .out_stride = w.rows,
                                                           .scratch = scratch.data()});
  return out;
}

Aligned<std::byte> packed(const Matrix& w) {
  const int64_t strips = (w.rows + 15) / 16;
  const int64_t size = strip_bytes(w.facts->format, w.cols);
  Aligned<std::byte> result(static_cast<size_t>(strips * size));
  for (int64_t s = 0; s < strips; ++s) {
    pack_strip(w.facts->format, w.bytes.data() + 16 * s * w.row_bytes, w.row_bytes,
               std::min<int64_t>(16, w.rows - 16 * s), w.cols, result.data() + s * size);
  }
  return result;
}

Floats multiply_packed(const Table& table, const Matrix& w, const Floats& x, int64_t n) {
  Aligned<std::byte> weights = packed(w);
  const int64_t row_bytes = tile_row_bytes(w.cols);
  const int64_t width = table.tile_rows;
  Aligned<std::byte> tiles(static_cast<size_t>(row_bytes * n));
  for (int64_t i = 0; i < n; i += width) {
    table.quantise(x.data() + i * w.cols, w.cols, std::min(width, n - i), w.cols,
                   tiles.data() + i * row_bytes);
  }
  Floats out(static_cast<size_t>(n * w.rows), kUntouched);
  Aligned<std::byte> scratch(static_cast<size_t>(packed_scratch_bytes(w.cols, n)));
  table.formats[static_cast<int>(w.facts->format)].matmul_packed(
      {.weights = weights.data(),
       .strip_bytes = strip_bytes(w.facts->format, w.cols),
       .rows = w.rows,
       .cols = w.cols,
       .strip_begin = 0,
       .strip_end = (w.rows + 15) / 16,
       .x = tiles.data(),
       .n = n,
       .out = out.data(),
       .out_stride = w.rows,
       .scratch = scratch.data()});
  return out;
}

// What the 8-bit form of a row stands for.
Floats after_quantising(const Floats& x, int64_t cols) {
  Aligned<std::byte> tile(static_cast<size_t>(tile_row_bytes(cols)));
  Floats result = x;
  for (size_t at = 0; at < x.size(); at += static_cast<size_t>(cols)) {
    reference_table().quantise(x.data() + at, cols, 1, cols, tile.data());
    for (int64_t k = 0; k < cols; ++k) {
      const std::byte* block = tile.data() + k / 32 * kTileLines * 4;
      float scale;
      std::memcpy(&scale, block + 4 * kTileScale, 4);
      result[at + k] = scale * static_cast<float>(static_cast<int8_t>(block[k % 32]));
    }
  }
  return result;
}

// Differences are measured against the sum of the magnitudes of the products, which is what
// rounding errors grow with.
void expect_product(const Floats& found, const Matrix& w, const Floats& x, int64_t n,
                    double tolerance) {
  const Floats weights = dequantised(w);
  for (int64_t i = 0; i < n; ++i) {
    for (int64_t r = 0; r < w.rows; ++r) {
      double sum = 0;
      double magnitude = 0;
      for (int64_t k = 0; k < w.cols; ++k) {
        const double product = double{weights[r * w.cols + k]} * double{x[i * w.cols + k]};
        sum += product;
        magnitude += std::abs(product);
      }
      ASSERT_NEAR(found[i * w.rows + r], sum, tolerance * magnitude + 1e-30)
          << w.facts->name << " " << w.rows << "x" << w.cols << " n=" << n << " at " << i << ","
          << r;
    }
  }
}

std::vector<int64_t> widths(const FormatFacts& facts) {
  if (facts.block_elements == 1) return {1, 7, 16, 31, 64, 100, 1030, 2500};
  if (facts.block_elements == 32) return {32, 64, 96, 544, 2080};
  return {256, 512, 1792};
}

TEST(Matmul, EveryTableEqualsTheReferenceOnPlainWeightsOfAnyShape) {
  std::mt19937 random(1);
  for (const Table* table : tables_here()) {
    for (const FormatFacts& facts : formats()) {
      for (int64_t cols : widths(facts)) {
        const Matrix w = random_matrix(random, facts, 37, cols);
        for (int64_t n : {0, 1, 2, 3, 5, 8, 13, 40}) {
          const Floats x = random_floats(random, n * cols);
          expect_product(multiply_plain(*table, w, x, n, 0, w.rows), w, x, n, 2e-6);
        }
      }
    }
  }
}

TEST(Matmul, ARangeOfRowsWritesNoOtherRow) {
  std::mt19937 random(2);
  for (const Table* table : tables_here()) {
    const Matrix w = random_matrix(random, formats()[2], 21, 96);
    const Floats x = random_floats(random, 9 * 96);
    const Floats all = multiply_plain(*table, w, x, 9, 0, 21);
    const Floats some = multiply_plain(*table, w, x, 9, 5, 18);
    for (size_t i = 0; i < all.size(); ++i)
      EXPECT_EQ(some[i], i % 21 >= 5 && i % 21 < 18 ? all[i] : kUntouched);
  }
}

TEST(Matmul, PackedKernelsComputeThePackedProductExactlyUpToRounding) {
  std::mt19937 random(3);
  for (const Table* table : tables_here()) {
    for (const FormatFacts& facts : formats()) {
      if (table->formats[static_cast<int>(facts.format)].matmul_packed == nullptr) continue;
      for (int64_t cols : widths(facts)) {
        for (int64_t rows : {1, 16, 37, 150}) {
          const Matrix w = random_matrix(random, facts, rows, cols);
          for (int64_t n : {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 13, 24, 67}) {
            const Floats x = random_floats(random, n * cols);
            expect_product(multiply_packed(*table, w, x, n), w, after_quantising(x, cols), n, 2e-6);
          }
        }
      }
    }
  }
}

TEST(Matmul, PackedKernelsAreWithinAHundredthOfTheFloatProduct) {
  std::mt19937 random(4);
  for (const Table* table : tables_here()) {
    for (const FormatFacts& facts : formats()) {
      if (table->formats[static_cast<int>(facts.format)].matmul_packed == nullptr) continue;
      const Matrix w = random_matrix(random, facts, 48, 512);
      const Floats x = random_floats(random, 3 * 512);
      expect_product(multiply_packed(*table, w, x, 3), w, x, 3, 1e-2);
    }
  }
}

TEST(Matmul, OutlierActivationsOnlyCoarsenTheirOwnBlockOfThirtyTwo) {
  std::mt19937 random(5);
  for (const Table* table : tables_here()) {
    for (const FormatFacts& facts : formats()) {
      if (table->formats[static_cast<int>(facts.format)].matmul_packed == nullptr) continue;
      const Matrix w = random_matrix(random, facts, 16, 512);
      Floats x = random_floats(random, 512);
      x[100] = 1e4F;
      x[400] = -1e30F;
      const Floats found = multiply_packed(*table, w, x, 1);
      for (float value : found) ASSERT_TRUE(std::isfinite(value));
      expect_product(found, w, after_quantising(x, 512), 1, 2e-6);
    }
  }
}

TEST(Matmul, ExtremeIntegersDoNotSaturate) {
  for (const Table* table : tables_here()) {
    for (const FormatFacts& facts : formats()) {
      if (table->formats[static_cast<int>(facts.format)].matmul_packed == nullptr) continue;
      for (uint8_t fill : {0x00, 0x7F, 0x80, 0xFF}) {
        std::mt19937 random(6);
        Matrix w = random_matrix(random, facts, 16, 512);
        for (size_t at = 0; at < w.bytes.size(); ++at) w.bytes[at] = fill;
        for (size_t at = 0; at < w.bytes.size(); at += static_cast<size_t>(facts.block_bytes)) {
          for (int half : facts.halves) {
            const uint16_t one = 0x3C00;
            std::memcpy(&w.bytes[at + static_cast<size_t>(half)], &one, 2);
          }
        }
        for (float sign : {1.0F, -1.0F}) {
          const Floats x(2 * 512, sign * 3);
          expect_product(multiply_packed(*table, w, x, 2), w, x, 2, 2e-6);
        }
      }
    }
  }
}

TEST(Matmul, PackedProductsOfAvx2AndAvx512AreTheSameBits) {
  const Table* avx2 = table_named("avx2");
  const Table* avx512 = table_named("avx512");
  if (avx2 == nullptr || avx512 == nullptr) GTEST_SKIP() << "this CPU lacks one of them";
  std::mt19937 random(8);
  for (const FormatFacts& facts : formats()) {
    if (avx2->formats[static_cast<int>(facts.format)].matmul_packed == nullptr) continue;
    const Matrix w = random_matrix(random, facts, 70, 1024);
    for (int64_t n : {1, 9, 80}) {
      const Floats x = random_floats(random, n * 1024);
      EXPECT_EQ(multiply_packed(*avx2, w, x, n), multiply_packed(*avx512, w, x, n)) << facts.name;
    }
  }
}

TEST(Matmul, ARowAloneEqualsTheRowInABatchBitForBit) {
  std::mt19937 random(7);
  for (const Table* table : tables_here()) {
    for (const FormatFacts& facts : formats()) {
      const int64_t cols = facts.block_elements == 1 ? 1100 : 1024;
      const Matrix w = random_matrix(random, facts, 40, cols);
      const bool has_packed =
          table->formats[static_cast<int>(facts.format)].matmul_packed != nullptr;
      constexpr int64_t kAll = kManyRows + 7;
      const Floats x = random_floats(random, kAll * cols);
      const Floats plain_all = multiply_plain(*table, w, x, kAll, 0, 40);
      const Floats packed_all = has_packed ? multiply_packed(*table, w, x, kAll) : Floats();
      for (int64_t n : {1, 2, 3, 7, 17, 33}) {
        const Floats part(x.end() - n * cols, x.end());
        const Floats plain = multiply_plain(*table, w, part, n, 0, 40);
        ASSERT_EQ(0, std::memcmp(plain.data(), &plain_all[(kAll - n) * 40], 160 * n))
            << table->name << " " << facts.name << " n=" << n;
        if (!has_packed) continue;
        const Floats packed = multiply_packed(*table, w, part, n);
        ASSERT_EQ(0, std::memcmp(packed.data(), &packed_all[(kAll - n) * 40], 160 * n))
            << table->name << " " << facts.name << " n=" << n;
      }
    }
  }
}

}  // namespace
}  // namespace swivel::kernels
