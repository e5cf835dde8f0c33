// What the tests of the kernels share: random data with a seed, and the tables this CPU can run.
#pragma once

#include <cstdint>
#include <cstring>
#include <random>
#include <string>
#include <vector>

#include "kernels/choose.h"
#include "kernels/half.h"
#include "kernels/packed.h"
#include "kernels/quantised_tile.h"

namespace swivel::kernels {

// 64-byte aligned bytes or floats.
template <class T>
class Aligned {
 public:
  explicit Aligned(size_t count) : size_(count), memory_(count * sizeof(T) + 64) {
    const auto address = reinterpret_cast<uintptr_t>(memory_.data());
    data_ = reinterpret_cast<T*>((address + 63) / 64 * 64);
  }
  T* data() { return data_; }
  size_t size() const { return size_; }
  T& operator[](size_t i) { return data_[i]; }

 private:
  size_t size_;
  std::vector<std::byte> memory_;
  T* data_;
};

inline std::vector<const Table*> tables_here() {
  std::vector<const Table*> tables;
  for (const char* name : {"reference", "avx2", "avx512"})
    if (const Table* table = table_named(name)) tables.push_back(table);
  return tables;
}

inline std::vector<float> random_floats(std::mt19937& random, int64_t count, float spread = 1) {
  std::normal_distribution<float> normal(0, spread);
  std::vector<float> values(static_cast<size_t>(count));
  for (float& value : values) value = normal(random);
  return values;
}

struct FormatFacts {
  Format format;
  const char* name;
  int64_t block_elements;
  int64_t block_bytes;
  std::vector<int> halves;  // where the half-float scales of a block are
};

inline const std::vector<FormatFacts>& formats() {
  static const std::vector<FormatFacts> facts = {
      {Format::f32, "f32", 1, 4, {}},           {Format::f16, "f16", 1, 2, {0}},
      {Format::bf16, "bf16", 1, 2, {}},         {Format::q4_0, "q4_0", 32, 18, {0}},
      {Format::q8_0, "q8_0", 32, 34, {0}},      {Format::q4_k, "q4_k", 256, 144, {0, 2}},
      {Format::q5_k, "q5_k", 256, 176, {0, 2}}, {Format::q6_k, "q6_k", 256, 210, {208}}};
  return facts;
}

// A row-major matrix with random bits in its integers and scales of either sign around 0.01.
struct Matrix {
  const FormatFacts* facts;
  int64_t rows;
  int64_t cols;
  int64_t row_bytes;
  std::vector<uint8_t> bytes;
};

inline Matrix random_matrix(std::mt19937& random, const FormatFacts& facts, int64_t rows,
                            int64_t cols) {
  Matrix matrix = {&facts, rows, cols, cols / facts.block_elements * facts.block_bytes, {}};
  matrix.bytes.resize(static_cast<size_t>(rows * matrix.row_bytes));
  for (uint8_t& byte : matrix.bytes) byte = static_cast<uint8_t>(random());
  std::normal_distribution<float> normal;
  for (size_t at = 0; at < matrix.bytes.size(); at += static_cast<size_t>(facts.block_bytes)) {
    const float value = normal(random);
    if (facts.format == Format::f32) std::memcpy(&matrix.bytes[at], &value, 4);
    if (facts.format == Format::bf16) {
      const auto bits = static_cast<uint16_t>(bits_of(value) >> 16);
      std::memcpy(&matrix.bytes[at], &bits, 2);
    }
    for (int half : facts.halves) {
      const uint16_t bits = to_f16((facts.block_elements == 1 ? 1.0F : 0.01F) * normal(random));
      std::memcpy(&matrix.bytes[at + static_cast<size_t>(half)], &bits, 2);
    }
  }
  return matrix;
}

inline std::vector<float> dequantised(const Matrix& matrix) {
  std::vector<float> values(static_cast<size_t>(matrix.rows * matrix.cols));
  for (int64_t r = 0; r < matrix.rows; ++r) {
    reference_table().formats[static_cast<int>(matrix.facts->format)].dequantise(
        matrix.bytes.data() + r * matrix.row_bytes, matrix.cols, values.data() + r * matrix.cols);
  }
  return values;
}

}  // namespace swivel::kernels
