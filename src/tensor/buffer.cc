#include "tensor/buffer.h"

#include <cstdlib>
#include <cstring>
#include <utility>

#include <sys/mman.h>

#include "base/check.h"

namespace swivel {
namespace {

// From here on memory comes as whole pages of its own, zeroed by the system when first touched.
constexpr size_t kMappedFrom = size_t{1} << 20;

std::byte* take(size_t bytes) {
  if (bytes >= kMappedFrom) {
    void* memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return memory == MAP_FAILED ? nullptr : static_cast<std::byte*>(memory);
  }
  const size_t rounded = (bytes + Buffer::kAlignment - 1) / Buffer::kAlignment * Buffer::kAlignment;
  void* memory = std::aligned_alloc(Buffer::kAlignment, rounded);
  if (memory != nullptr) std::memset(memory, 0, rounded);
  return static_cast<std::byte*>(memory);
}

void give_back(std::byte* data, size_t bytes) {
  if (data == nullptr) return;
  if (bytes >= kMappedFrom) {
    munmap(data, bytes);
  } else {
    std::free(data);
  }
}

}  // namespace

std::optional<Buffer> Buffer::allocate(size_t bytes) {
  Buffer buffer;
  if (bytes == 0) return buffer;
  buffer.data_ = take(bytes);
  if (buffer.data_ == nullptr) return std::nullopt;
  buffer.size_ = bytes;
  return buffer;
}

Buffer::Buffer(size_t bytes) {
  std::optional<Buffer> buffer = allocate(bytes);
  CHECK(buffer.has_value());
  *this = std::move(*buffer);
}

Buffer::Buffer(Buffer&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)), size_(std::exchange(other.size_, 0)) {}

Buffer& Buffer::operator=(Buffer&& other) noexcept {
  if (this != &other) {
    give_back(data_, size_);
    data_ = std::exchange(other.data_, nullptr);
    size_ = std::exchange(other.size_, 0);
  }
  return *this;
}

Buffer::~Buffer() { give_back(data_, size_); }

}  // namespace swivel
