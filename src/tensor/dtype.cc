#include "tensor/dtype.h"

namespace swivel {
namespace {

// In the order of DType. Sizes: ggml's block structs (see tensor/blocks.h).
constexpr DTypeInfo kInfo[] = {
    {"F32", 1, 4},    {"F16", 1, 2},      {"BF16", 1, 2},     {"I32", 1, 4},      {"Q4_0", 32, 18},
    {"Q8_0", 32, 34}, {"Q4_K", 256, 144}, {"Q5_K", 256, 176}, {"Q6_K", 256, 210},
};

}  // namespace

const DTypeInfo& info(DType dtype) { return kInfo[static_cast<int>(dtype)]; }

std::optional<DType> dtype_named(std::string_view name) {
  for (int i = 0; i < static_cast<int>(std::size(kInfo)); ++i)
    if (kInfo[i].name == name) return static_cast<DType>(i);
  return std::nullopt;
}

}  // namespace swivel
