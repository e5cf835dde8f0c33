// Stored tensors into the form that kernels read (declared in ops/linear.h).
#include "base/check.h"
#include "kernels/choose.h"
#include "kernels/packed.h"
#include "ops/linear.h"
#include "ops/parallel.h"

namespace swivel::ops {
namespace {

bool packs(const kernels::Table& kernels, const StoredTensor& tensor) {
  return tensor.dtype != DType::i32 &&
         kernels.formats[static_cast<int>(format_of(tensor.dtype))].matmul_packed != nullptr;
}

}  // namespace

int64_t packed_bytes(const kernels::Table& kernels, const StoredTensor& tensor) {
  if (!packs(kernels, tensor)) return 0;
  const Weight weight = as_stored(tensor);
  return ceil_div(weight.rows, kernels::kStripRows) *
         kernels::strip_bytes(format_of(weight.dtype), weight.cols);
}

Result<Weight> pack(const kernels::Table& kernels, ThreadPool& threads,
                    const StoredTensor& tensor) {
  Weight weight = as_stored(tensor);
  if (!packs(kernels, tensor) || weight.rows == 0) return weight;
  const int64_t bytes = packed_bytes(kernels, tensor);
  std::optional<Buffer> buffer = Buffer::allocate(static_cast<size_t>(bytes));
  if (!buffer.has_value()) {
    return fail(ErrorCode::out_of_memory, "{}: the system has no {} bytes for its packed form",
                tensor.name, bytes);
  }
  const kernels::Format format = format_of(weight.dtype);
  const int64_t strip_bytes = kernels::strip_bytes(format, weight.cols);
  const int64_t row_bytes = static_cast<int64_t>(weight.data.size()) / weight.rows;
  const int64_t strips = ceil_div(weight.rows, kernels::kStripRows);
  const int64_t strips_per_chunk =
      std::max<int64_t>(1, (256 << 10) / std::max<int64_t>(1, strip_bytes));
  auto work = [&](int64_t chunk, int) {
    const int64_t begin = chunk * strips_per_chunk;
    for (int64_t s = begin; s < std::min(begin + strips_per_chunk, strips); ++s) {
      const int64_t row = s * kernels::kStripRows;
      kernels::pack_strip(format, weight.data.data() + row * row_bytes, row_bytes,
                          std::min<int64_t>(kernels::kStripRows, weight.rows - row), weight.cols,
                          buffer->data() + s * strip_bytes);
    }
  };
  threads.parallel_for(ceil_div(strips, strips_per_chunk), std::ref(work));
  weight.owned = std::move(*buffer);
  weight.data = weight.owned.bytes();
  weight.layout = WeightLayout::interleaved16;
  return weight;
}

std::vector<float> to_floats(const StoredTensor& tensor) {
  const int64_t elements = tensor.shape.elements();
  std::vector<float> floats(static_cast<size_t>(elements));
  // Blocks never cross rows, so the whole tensor may be read as one row.
  const int64_t block = info(tensor.dtype).block_elements;
  CHECK(elements % block == 0);
  CHECK(static_cast<int64_t>(tensor.data.size()) ==
        elements / block * info(tensor.dtype).block_bytes);
  kernels::reference_table().formats[static_cast<int>(format_of(tensor.dtype))].dequantise(
      tensor.data.data(), elements, floats.data());
  return floats;
}

}  // namespace swivel::ops
