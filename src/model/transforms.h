// What containers do to tensors besides renaming them, and how to undo it. Each transform stands
// beside its inverse.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tensor/stored_tensor.h"

namespace swivel {

// Rows of q_proj and k_proj (of their biases, which are rows of one element): each head of
// `head_dim` rows goes from the order (first half, second half) to pairs side by side, so that
// elements which turned as half_split turn as adjacent. Rows are moved whole, in any format.
// REQUIRES: head_dim is even and divides the rows.
std::vector<std::byte> to_adjacent_rows(const StoredTensor& tensor, int64_t head_dim);
std::vector<std::byte> to_half_split_rows(const StoredTensor& tensor, int64_t head_dim);

// A norm's weight w as the factor 1 + w, and back; float32.
std::vector<float> add_one(std::vector<float> weight);
std::vector<float> subtract_one(std::vector<float> weight);

}  // namespace swivel
