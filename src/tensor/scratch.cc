#include "tensor/scratch.h"

#include <algorithm>

namespace swivel {
namespace {

constexpr size_t kSmallestBlock = size_t{1} << 16;

size_t round_up(size_t bytes) {
  return (bytes + Buffer::kAlignment - 1) / Buffer::kAlignment * Buffer::kAlignment;
}

}  // namespace

std::byte* Scratch::take(size_t bytes) {
  bytes = round_up(std::max<size_t>(bytes, 1));
  while (block_ < blocks_.size() && used_ + bytes > blocks_[block_].size()) {
    ++block_;
    used_ = 0;
  }
  if (block_ == blocks_.size()) {
    blocks_.emplace_back(std::max({bytes, kSmallestBlock, 2 * capacity()}));
  }
  std::byte* result = blocks_[block_].data() + used_;
  used_ += bytes;
  return result;
}

size_t Scratch::capacity() const {
  size_t total = 0;
  for (const Buffer& block : blocks_) total += block.size();
  return total;
}

void Scratch::rewind(size_t block, size_t used) {
  block_ = block;
  used_ = used;
  // Empty again: one block as large as all of them serves the next step without a seam.
  if (block == 0 && used == 0 && blocks_.size() > 1) {
    const size_t total = capacity();
    blocks_.clear();
    blocks_.emplace_back(total);
  }
}

}  // namespace swivel
