// The operations on 16 floats that the loops in kernels/x86/loops/ are written in.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/x86/compiler.h"

#include <immintrin.h>

namespace swivel::kernels {
namespace {

struct Avx512 {
  using Float = __m512;
  static constexpr int kLanes = 16;
  // What fits the 32 registers: tiles of a plain product, queries of an attention group.
  static constexpr int kTileRows = 4;
  static constexpr int kTileColumns = 6;
  static constexpr int kQueries = 12;

  // The lanes that `count` elements fill; all from 16 on.
  static SWIVEL_INLINE __mmask16 first(int64_t count) {
    return count >= 16 ? 0xFFFF : static_cast<__mmask16>((1U << count) - 1);
  }

  static SWIVEL_INLINE Float zero() { return _mm512_setzero_ps(); }
  static SWIVEL_INLINE Float set(float x) { return _mm512_set1_ps(x); }
  static SWIVEL_INLINE Float add(Float a, Float b) { return _mm512_add_ps(a, b); }
  static SWIVEL_INLINE Float sub(Float a, Float b) { return _mm512_sub_ps(a, b); }
  static SWIVEL_INLINE Float mul(Float a, Float b) { return _mm512_mul_ps(a, b); }
  static SWIVEL_INLINE Float div(Float a, Float b) { return _mm512_div_ps(a, b); }
  static SWIVEL_INLINE Float max(Float a, Float b) { return _mm512_max_ps(a, b); }
  static SWIVEL_INLINE Float abs(Float a) { return _mm512_abs_ps(a); }
  // a * b + c and a * b - c, rounded once.
  static SWIVEL_INLINE Float fma(Float a, Float b, Float c) { return _mm512_fmadd_ps(a, b, c); }
  static SWIVEL_INLINE Float fms(Float a, Float b, Float c) { return _mm512_fmsub_ps(a, b, c); }
  static SWIVEL_INLINE float sum(Float a) { return _mm512_reduce_add_ps(a); }
  static SWIVEL_INLINE float largest(Float a) { return _mm512_reduce_max_ps(a); }
  static SWIVEL_INLINE float square_root(float x) {
    return _mm_cvtss_f32(_mm_sqrt_ss(_mm_set_ss(x)));
  }

  static SWIVEL_INLINE Float load(const float* from) { return _mm512_loadu_ps(from); }
  static SWIVEL_INLINE void store(float* to, Float a) { _mm512_storeu_ps(to, a); }
  // The first `count` lanes, `count` > 0; the others are zero, or not stored.
  static SWIVEL_INLINE Float load(const float* from, int64_t count) {
    return _mm512_maskz_loadu_ps(first(count), from);
  }
  static SWIVEL_INLINE void store(float* to, Float a, int64_t count) {
    _mm512_mask_storeu_ps(to, first(count), a);
  }
  static SWIVEL_INLINE Float load_f16(const uint16_t* from) {
    return _mm512_cvtph_ps(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)));
  }
  static SWIVEL_INLINE Float load_f16(const uint16_t* from, int64_t count) {
    return _mm512_cvtph_ps(_mm256_maskz_loadu_epi16(first(count), from));
  }
  static SWIVEL_INLINE void store_f16(uint16_t* to, Float a, int64_t count) {
    _mm256_mask_storeu_epi16(to, first(count), _mm512_cvtps_ph(a, _MM_FROUND_TO_NEAREST_INT));
  }
  static SWIVEL_INLINE Float widen_bf16(__m256i halves) {
    return _mm512_castsi512_ps(_mm512_slli_epi32(_mm512_cvtepu16_epi32(halves), 16));
  }
  static SWIVEL_INLINE Float load_bf16(const uint16_t* from) {
    return widen_bf16(_mm256_loadu_si256(reinterpret_cast<const __m256i*>(from)));
  }
  static SWIVEL_INLINE Float load_bf16(const uint16_t* from, int64_t count) {
    return widen_bf16(_mm256_maskz_loadu_epi16(first(count), from));
  }

  // Lanes [begin, end) of a; `other` in the lanes outside. Bounds may lie outside [0, kLanes].
  static SWIVEL_INLINE Float keep(Float a, int64_t begin, int64_t end, Float other) {
    const __mmask16 lanes = end <= 0 ? 0 : first(end);
    return _mm512_mask_mov_ps(other, lanes & ~(begin <= 0 ? 0 : first(begin)), a);
  }

  // The first of the first `count` lanes where a equals b, or -1.
  static SWIVEL_INLINE int find_equal(Float a, Float b, int64_t count) {
    const __mmask16 found = _mm512_mask_cmp_ps_mask(first(count), a, b, _CMP_EQ_OQ);
    return found == 0 ? -1 : __builtin_ctz(found);
  }

  // a * 2^n for whole n of any size.
  static SWIVEL_INLINE Float scale_by_power(Float a, Float n) { return _mm512_scalef_ps(a, n); }
  static SWIVEL_INLINE Float round(Float a) {
    return _mm512_roundscale_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  }

  // a * factor to the nearest integers in [-127, 127], 0 for what is no number. Returns their sum.
  static SWIVEL_INLINE int32_t to_bytes(Float a, Float factor, int8_t* out) {
    const Float scaled = mul(a, factor);
    const __mmask16 numbers = _mm512_cmp_ps_mask(scaled, scaled, _CMP_ORD_Q);
    const Float clamped = _mm512_min_ps(
        _mm512_max_ps(_mm512_maskz_mov_ps(numbers, scaled), set(-127.0F)), set(127.0F));
    const __m512i integers = _mm512_cvtps_epi32(clamped);
    _mm_storeu_si128(reinterpret_cast<__m128i*>(out), _mm512_cvtepi32_epi8(integers));
    return _mm512_reduce_add_epi32(integers);
  }
};

}  // namespace
}  // namespace swivel::kernels
