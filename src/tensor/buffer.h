// Buffer: owns memory aligned to 64 bytes, zeroed. Movable, not copyable; moving keeps the address.
// Large buffers come straight from the system, so that pages never written cost nothing.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

namespace swivel {

class Buffer {
 public:
  static constexpr size_t kAlignment = 64;

  // Empty if the system has no such memory to give. For sizes that outside values decide.
  static std::optional<Buffer> allocate(size_t bytes);

  Buffer() = default;
  // For sizes that our own code decides; ends the process when memory is exhausted.
  explicit Buffer(size_t bytes);
  Buffer(Buffer&& other) noexcept;
  Buffer& operator=(Buffer&& other) noexcept;
  ~Buffer();

  std::byte* data() const { return data_; }
  size_t size() const { return size_; }
  std::span<std::byte> bytes() const { return {data_, size_}; }
  template <class T>
  T* as() const {
    return reinterpret_cast<T*>(data_);
  }

 private:
  std::byte* data_ = nullptr;
  size_t size_ = 0;
};

}  // namespace swivel
