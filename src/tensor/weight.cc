#include "tensor/weight.h"

#include "base/check.h"

namespace swivel {

Weight as_stored(const StoredTensor& tensor) {
  CHECK(tensor.shape.rank() >= 1);
  const int64_t cols = tensor.shape[tensor.shape.rank() - 1];
  const DTypeInfo& format = info(tensor.dtype);
  CHECK(cols % format.block_elements == 0);
  Weight weight;
  weight.dtype = tensor.dtype;
  weight.cols = cols;
  weight.rows = cols == 0 ? 0 : tensor.shape.elements() / cols;
  weight.data = tensor.data;
  CHECK(static_cast<int64_t>(tensor.data.size()) ==
        weight.rows * (cols / format.block_elements) * format.block_bytes);
  return weight;
}

}  // namespace swivel
