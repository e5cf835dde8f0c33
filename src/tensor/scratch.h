// Scratch: a bump arena for what one step needs and then forgets. Taking is a pointer increment;
// everything taken since a Mark goes back when the Mark dies. Memory is kept between steps, so a
// steady state allocates nothing. Not for several threads at once: take before parallel_for.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "tensor/buffer.h"
#include "tensor/tensor.h"

namespace swivel {

class Scratch {
 public:
  // Gives back, when it dies, what was taken since it was made. Marks nest.
  class Mark {
   public:
    explicit Mark(Scratch& scratch)
        : scratch_(scratch), block_(scratch.block_), used_(scratch.used_) {}
    ~Mark() { scratch_.rewind(block_, used_); }
    Mark(const Mark&) = delete;
    Mark& operator=(const Mark&) = delete;

   private:
    Scratch& scratch_;
    size_t block_;
    size_t used_;
  };

  Scratch() = default;
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  // `bytes` bytes aligned to 64, uninitialised, valid until the enclosing Mark dies.
  std::byte* take(size_t bytes);
  template <class T>
  T* take_array(size_t count) {
    return reinterpret_cast<T*>(take(count * sizeof(T)));
  }
  // A float32 tensor of that shape, uninitialised.
  Tensor tensor(const Shape& shape) {
    return {take_array<float>(static_cast<size_t>(shape.elements())), shape};
  }
  // Bytes held from the system.
  size_t capacity() const;

 private:
  void rewind(size_t block, size_t used);

  std::vector<Buffer> blocks_;
  size_t block_ = 0;  // the block in use
  size_t used_ = 0;   // bytes used of it
};

}  // namespace swivel
