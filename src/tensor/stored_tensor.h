// A tensor as it lies in a model file: name, format, shape and a view of the mapped bytes.
// Produced by the readers of safetensors and GGUF, bound to roles by model/. The reader has checked
// that `data` lies in the file and has exactly the bytes that format and shape imply.
#pragma once

#include <cstddef>
#include <span>
#include <string>

#include "tensor/dtype.h"
#include "tensor/shape.h"

namespace swivel {

struct StoredTensor {
  std::string name;
  DType dtype = DType::f32;
  Shape shape;                      // outermost first; GGUF's reversed order is already undone
  std::span<const std::byte> data;  // borrowed from the file
};

}  // namespace swivel
