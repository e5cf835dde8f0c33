// The element formats that weights and activations come in, and their sizes.
// A format is blocks of `block_elements` consecutive elements of a row in `block_bytes` bytes;
// plain formats are blocks of one.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace swivel {

enum class DType : uint8_t { f32, f16, bf16, i32, q4_0, q8_0, q4_k, q5_k, q6_k };

struct DTypeInfo {
  std::string_view name;   // as GGUF and safetensors users write it: "F32", "Q4_K"
  int64_t block_elements;  // elements per block
  int64_t block_bytes;
};

const DTypeInfo& info(DType dtype);
std::optional<DType> dtype_named(std::string_view name);
inline bool is_quantised(DType dtype) { return dtype >= DType::q4_0; }

}  // namespace swivel
