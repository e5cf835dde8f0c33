// Weight: a matrix [rows, cols] as kernels read it: out = W x, one output per row.
// Either a view of the mapped file (row_major, not copied) or the owner of a re-arranged copy.
// Immutable once made; shared by threads. A view does not keep the file mapped.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "tensor/buffer.h"
#include "tensor/dtype.h"
#include "tensor/stored_tensor.h"

namespace swivel {

enum class WeightLayout : uint8_t {
  row_major,      // as files store it: row after row of blocks
  interleaved16,  // strips of 16 rows, four consecutive columns of each row side by side
};

struct Weight {
  DType dtype = DType::f32;
  WeightLayout layout = WeightLayout::row_major;
  int64_t rows = 0;
  int64_t cols = 0;
  std::span<const std::byte> data;  // all of the matrix in its layout
  Buffer owned;                     // what `data` points into unless it is a file's

  bool empty() const { return rows == 0; }
};

// The matrix as it is stored, not copied. The last axis is cols; all axes before it are rows.
// REQUIRES: rank >= 1 and whole blocks in a row (the readers check it).
Weight as_stored(const StoredTensor& tensor);

}  // namespace swivel
