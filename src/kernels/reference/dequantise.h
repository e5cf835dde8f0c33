// Every weight format to float32, one row at a time: what the formats mean. Bit-exact with the
// dequantisation of the `gguf` package.
#pragma once

#include <cstdint>

namespace swivel::kernels {

void dequantise_f32(const void* row, int64_t cols, float* out);
void dequantise_f16(const void* row, int64_t cols, float* out);
void dequantise_bf16(const void* row, int64_t cols, float* out);
void dequantise_q4_0(const void* row, int64_t cols, float* out);
void dequantise_q8_0(const void* row, int64_t cols, float* out);
void dequantise_q4_k(const void* row, int64_t cols, float* out);
void dequantise_q5_k(const void* row, int64_t cols, float* out);
void dequantise_q6_k(const void* row, int64_t cols, float* out);

}  // namespace swivel::kernels
