// What the vector kernels ask of the compiler. Included before <immintrin.h>.
#pragma once

// SWIVEL_UNROLL before a loop with a constant number of turns: unroll it wholly, so that arrays of
// vectors become registers.
#if defined(__clang__)
#define SWIVEL_UNROLL _Pragma("unroll")
#else
#define SWIVEL_UNROLL _Pragma("GCC unroll 32")
// GCC 12's own <immintrin.h> passes deliberately undefined vectors.
#pragma GCC diagnostic ignored "-Wmaybe-uninitialized"
#pragma GCC diagnostic ignored "-Wuninitialized"
#endif

#define SWIVEL_INLINE inline __attribute__((always_inline))
#define SWIVEL_NOINLINE __attribute__((noinline))
// Keeps the compiler from moving loads across: without it, Clang and GCC gather the loads of a
// whole unrolled loop at its top and spill what they displace.
#define SWIVEL_KEEP_LOADS_HERE asm volatile("" ::: "memory")
