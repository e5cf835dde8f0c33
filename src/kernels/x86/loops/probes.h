// What the machine can do at most, for any vector V.
#pragma once

#include "kernels/table.h"
#include "kernels/x86/compiler.h"

namespace swivel::kernels {
namespace {

// The line at `from` is loaded, whatever the compiler thinks of it.
template <class V>
SWIVEL_INLINE void read_line(const std::byte* from) {
  for (int at = 0; at < 64; at += 4 * V::kLanes)
    asm volatile("" ::"v"(V::load(reinterpret_cast<const float*>(from + at))));
}

template <class V>
void read_in_order(const std::byte* data, int64_t bytes) {
  for (int64_t i = 0; i < bytes; i += 256)
    SWIVEL_UNROLL for (int line = 0; line < 256; line += 64) read_line<V>(data + i + line);
}

template <class V>
void read_ahead(const std::byte* data, int64_t bytes) {
  for (int64_t i = 0; i < bytes; i += 256) {
    SWIVEL_UNROLL for (int line = 0; line < 256; line += 64) {
      __builtin_prefetch(data + i + line + 4096);
      read_line<V>(data + i + line);
    }
  }
}

template <class V>
void read_four_streams(const std::byte* data, int64_t bytes) {
  const int64_t quarter = bytes / 4;
  for (int64_t i = 0; i < quarter; i += 64)
    SWIVEL_UNROLL for (int stream = 0; stream < 4; ++stream)
        read_line<V>(data + stream * quarter + i);
}

template <class V>
int64_t float_products(int64_t rounds) {
  constexpr int kSums = 12;  // enough to hide the latency of two units
  typename V::Float sum[kSums];
  SWIVEL_UNROLL for (int i = 0; i < kSums; ++i) sum[i] = V::set(static_cast<float>(i));
  const auto factor = V::set(0.5F);
  for (int64_t r = 0; r < rounds; ++r) {
    SWIVEL_UNROLL for (int i = 0; i < kSums; ++i) {
      sum[i] = V::fma(sum[i], factor, factor);
      asm volatile("" : "+v"(sum[i]));
    }
  }
  return kSums * V::kLanes;
}

}  // namespace
}  // namespace swivel::kernels
