#include "ops/parallel.h"

#include "base/check.h"

namespace swivel::ops {

kernels::Format format_of(DType dtype) {
  switch (dtype) {
    case DType::f32:
      return kernels::Format::f32;
    case DType::f16:
      return kernels::Format::f16;
    case DType::bf16:
      return kernels::Format::bf16;
    case DType::q4_0:
      return kernels::Format::q4_0;
    case DType::q8_0:
      return kernels::Format::q8_0;
    case DType::q4_k:
      return kernels::Format::q4_k;
    case DType::q5_k:
      return kernels::Format::q5_k;
    case DType::q6_k:
      return kernels::Format::q6_k;
    case DType::i32:
      break;
  }
  CHECK(dtype != DType::i32);
  return kernels::Format::f32;
}

}  // namespace swivel::ops
