#include "model/transforms.h"

#include <cstring>

#include "base/check.h"

namespace swivel {
namespace {

// out row target(i) of each head = row i.
template <class Target>
std::vector<std::byte> move_rows(const StoredTensor& tensor, int64_t head_dim, Target target) {
  const int64_t rows = tensor.shape[0];
  CHECK(head_dim > 0 && head_dim % 2 == 0 && rows % head_dim == 0);
  const size_t row_bytes = tensor.data.size() / static_cast<size_t>(rows);
  std::vector<std::byte> out(tensor.data.size());
  for (int64_t row = 0; row < rows; ++row) {
    const int64_t head = row / head_dim * head_dim;
    std::memcpy(out.data() + (head + target(row - head)) * row_bytes,
                tensor.data.data() + row * row_bytes, row_bytes);
  }
  return out;
}

}  // namespace

std::vector<std::byte> to_adjacent_rows(const StoredTensor& tensor, int64_t head_dim) {
  const int64_t half = head_dim / 2;
  return move_rows(tensor, head_dim,
                   [half](int64_t i) { return i < half ? 2 * i : 2 * (i - half) + 1; });
}

std::vector<std::byte> to_half_split_rows(const StoredTensor& tensor, int64_t head_dim) {
  const int64_t half = head_dim / 2;
  return move_rows(tensor, head_dim,
                   [half](int64_t i) { return i % 2 == 0 ? i / 2 : half + i / 2; });
}

std::vector<float> add_one(std::vector<float> weight) {
  for (float& w : weight) w += 1;
  return weight;
}

std::vector<float> subtract_one(std::vector<float> weight) {
  for (float& w : weight) w -= 1;
  return weight;
}

}  // namespace swivel
