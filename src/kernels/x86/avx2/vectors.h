// The operations on 8 floats that the loops in kernels/x86/loops/ are written in.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernels/x86/compiler.h"

#include <immintrin.h>

namespace swivel::kernels {
namespace {

struct Avx2 {
  using Float = __m256;
  static constexpr int kLanes = 8;
  // What fits the 16 registers: tiles of a plain product, queries of an attention group.
  static constexpr int kTileRows = 4;
  static constexpr int kTileColumns = 3;
  static constexpr int kQueries = 4;

  // All bits set in the first `count` lanes.
  static SWIVEL_INLINE __m256i first(int64_t count) {
    const __m256i lane = _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7);
    return _mm256_cmpgt_epi32(_mm256_set1_epi32(static_cast<int>(count < 0   ? 0
                                                                 : count > 8 ? 8
                                                                             : count)),
                              lane);
  }

  static SWIVEL_INLINE Float zero() { return _mm256_setzero_ps(); }
  static SWIVEL_INLINE Float set(float x) { return _mm256_set1_ps(x); }
  static SWIVEL_INLINE Float add(Float a, Float b) { return _mm256_add_ps(a, b); }
  static SWIVEL_INLINE Float sub(Float a, Float b) { return _mm256_sub_ps(a, b); }
  static SWIVEL_INLINE Float mul(Float a, Float b) { return _mm256_mul_ps(a, b); }
  static SWIVEL_INLINE Float div(Float a, Float b) { return _mm256_div_ps(a, b); }
  static SWIVEL_INLINE Float max(Float a, Float b) { return _mm256_max_ps(a, b); }
  static SWIVEL_INLINE Float abs(Float a) { return _mm256_andnot_ps(set(-0.0F), a); }
  // a * b + c and a * b - c, rounded once.
  static SWIVEL_INLINE Float fma(Float a, Float b, Float c) { return _mm256_fmadd_ps(a, b, c); }
  static SWIVEL_INLINE Float fms(Float a, Float b, Float c) { return _mm256_fmsub_ps(a, b, c); }
  static SWIVEL_INLINE float sum(Float a) {
    __m128 v = _mm_add_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
    v = _mm_add_ps(v, _mm_movehl_ps(v, v));
    return _mm_cvtss_f32(_mm_add_ss(v, _mm_movehdup_ps(v)));
  }
  static SWIVEL_INLINE float largest(Float a) {
    __m128 v = _mm_max_ps(_mm256_castps256_ps128(a), _mm256_extractf128_ps(a, 1));
    v = _mm_max_ps(v, _mm_movehl_ps(v, v));
    return _mm_cvtss_f32(_mm_max_ss(v, _mm_movehdup_ps(v)));
  }
  static SWIVEL_INLINE float square_root(float x) {
    return _mm_cvtss_f32(_mm_sqrt_ss(_mm_set_ss(x)));
  }

  static SWIVEL_INLINE Float load(const float* from) { return _mm256_loadu_ps(from); }
  static SWIVEL_INLINE void store(float* to, Float a) { _mm256_storeu_ps(to, a); }
  // The first `count` lanes, `count` > 0; the others are zero, or not stored.
  static SWIVEL_INLINE Float load(const float* from, int64_t count) {
    return count >= 8 ? load(from) : _mm256_maskload_ps(from, first(count));
  }
  static SWIVEL_INLINE void store(float* to, Float a, int64_t count) {
    if (count >= 8) return store(to, a);
    _mm256_maskstore_ps(to, first(count), a);
  }
  static SWIVEL_INLINE __m128i halves(const uint16_t* from, int64_t count) {
    if (count >= 8) return _mm_loadu_si128(reinterpret_cast<const __m128i*>(from));
    alignas(16) uint16_t some[8] = {};
    for (int64_t i = 0; i < count; ++i) some[i] = from[i];
    return _mm_load_si128(reinterpret_cast<const __m128i*>(some));
  }
  static SWIVEL_INLINE Float load_f16(const uint16_t* from) {
    return _mm256_cvtph_ps(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)));
  }
  static SWIVEL_INLINE Float load_f16(const uint16_t* from, int64_t count) {
    return _mm256_cvtph_ps(halves(from, count));
  }
  static SWIVEL_INLINE void store_f16(uint16_t* to, Float a, int64_t count) {
    alignas(16) uint16_t some[8];
    _mm_store_si128(reinterpret_cast<__m128i*>(some),
                    _mm256_cvtps_ph(a, _MM_FROUND_TO_NEAREST_INT));
    for (int64_t i = 0; i < count && i < 8; ++i) to[i] = some[i];
  }
  static SWIVEL_INLINE Float widen_bf16(__m128i halves) {
    return _mm256_castsi256_ps(_mm256_slli_epi32(_mm256_cvtepu16_epi32(halves), 16));
  }
  static SWIVEL_INLINE Float load_bf16(const uint16_t* from) {
    return widen_bf16(_mm_loadu_si128(reinterpret_cast<const __m128i*>(from)));
  }
  static SWIVEL_INLINE Float load_bf16(const uint16_t* from, int64_t count) {
    return widen_bf16(halves(from, count));
  }

  // Lanes [begin, end) of a; `other` in the lanes outside. Bounds may lie outside [0, kLanes].
  static SWIVEL_INLINE Float keep(Float a, int64_t begin, int64_t end, Float other) {
    const __m256i lanes = _mm256_andnot_si256(first(begin), first(end));
    return _mm256_blendv_ps(other, a, _mm256_castsi256_ps(lanes));
  }

  // The first of the first `count` lanes where a equals b, or -1.
  static SWIVEL_INLINE int find_equal(Float a, Float b, int64_t count) {
    const int equal = _mm256_movemask_ps(_mm256_cmp_ps(a, b, _CMP_EQ_OQ));
    const int found = equal & _mm256_movemask_ps(_mm256_castsi256_ps(first(count)));
    return found == 0 ? -1 : __builtin_ctz(static_cast<unsigned>(found));
  }

  // a * 2^n for whole n: 0 below -126, and n counts as 128 above, which gives infinity for a >= 1.
  static SWIVEL_INLINE Float scale_by_power(Float a, Float n) {
    const Float bounded = _mm256_min_ps(_mm256_max_ps(n, set(-127.0F)), set(128.0F));
    const __m256i exponent = _mm256_add_epi32(_mm256_cvtps_epi32(bounded), _mm256_set1_epi32(127));
    return mul(a, _mm256_castsi256_ps(_mm256_slli_epi32(exponent, 23)));
  }
  static SWIVEL_INLINE Float round(Float a) {
    return _mm256_round_ps(a, _MM_FROUND_TO_NEAREST_INT | _MM_FROUND_NO_EXC);
  }

  // a * factor to the nearest integers in [-127, 127], 0 for what is no number. Returns their sum.
  static SWIVEL_INLINE int32_t to_bytes(Float a, Float factor, int8_t* out) {
    const Float scaled = mul(a, factor);
    const Float numbers = _mm256_and_ps(scaled, _mm256_cmp_ps(scaled, scaled, _CMP_ORD_Q));
    const Float clamped = _mm256_min_ps(_mm256_max_ps(numbers, set(-127.0F)), set(127.0F));
    const __m256i integers = _mm256_cvtps_epi32(clamped);
    const __m128i low = _mm256_castsi256_si128(integers);
    const __m128i high = _mm256_extracti128_si256(integers, 1);
    const __m128i words = _mm_packs_epi32(low, high);
    _mm_storel_epi64(reinterpret_cast<__m128i*>(out), _mm_packs_epi16(words, words));
    __m128i sum = _mm_add_epi32(low, high);
    sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0x4E));
    sum = _mm_add_epi32(sum, _mm_shuffle_epi32(sum, 0xB1));
    return _mm_cvtsi128_si32(sum);
  }
};

}  // namespace
}  // namespace swivel::kernels
