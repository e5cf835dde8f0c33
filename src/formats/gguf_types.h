// ggml's element types: numbers, names and sizes, those that Swivel computes with and those that it
// only knows by name. Facts of the format; blocks of `block_elements` in `block_bytes`.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "tensor/dtype.h"

namespace swivel::gguf {

struct GgmlType {
  uint32_t number;
  std::string_view name;
  int64_t block_elements;
  int64_t block_bytes;
};

const GgmlType* find_ggml_type(uint32_t number);    // nullptr if unknown
std::optional<DType> dtype_of(uint32_t ggml_type);  // empty if Swivel does not compute with it
uint32_t ggml_type_of(DType dtype);

}  // namespace swivel::gguf
