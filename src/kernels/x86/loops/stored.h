// How plain formats become float32 in registers, for any vector V.
#pragma once

#include <cstdint>

#include "kernels/x86/compiler.h"

namespace swivel::kernels {
namespace {

template <class V>
struct StoredF32 {
  using Element = float;
  static SWIVEL_INLINE typename V::Float load(const float* from) { return V::load(from); }
  static SWIVEL_INLINE typename V::Float load(const float* from, int64_t count) {
    return V::load(from, count);
  }
};

template <class V>
struct StoredF16 {
  using Element = uint16_t;
  static SWIVEL_INLINE typename V::Float load(const uint16_t* from) { return V::load_f16(from); }
  static SWIVEL_INLINE typename V::Float load(const uint16_t* from, int64_t count) {
    return V::load_f16(from, count);
  }
};

template <class V>
struct StoredBF16 {
  using Element = uint16_t;
  static SWIVEL_INLINE typename V::Float load(const uint16_t* from) { return V::load_bf16(from); }
  static SWIVEL_INLINE typename V::Float load(const uint16_t* from, int64_t count) {
    return V::load_bf16(from, count);
  }
};

}  // namespace
}  // namespace swivel::kernels
