// Causal attention over keys and values that lie in pages.
//
// A page holds kKvPageTokens consecutive tokens of one sequence for one layer; its inner layout is
// the kernels' own (kernels/attention.h). KvStore owns the memory, the engine's PagePool decides
// who holds which page. A page number means the same page in every layer.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "kernels/attention.h"
#include "ops/run.h"
#include "tensor/tensor.h"

namespace swivel::ops {

inline constexpr int kKvPageTokens = kernels::kPageTokens;
using KvType = kernels::KvType;  // f32, f16

// The keys and values of one layer.
struct KvPages {
  KvType type = KvType::f16;
  int num_kv_heads = 0;
  int head_dim = 0;             // of keys
  int value_dim = 0;            // of values
  std::span<std::byte> memory;  // pages * kv_page_bytes(*this), aligned to 64
};

// Bytes of one page of one layer; a multiple of 64. `memory` is not looked at.
int64_t kv_page_bytes(const KvPages& kv);

// The rows of a batch that belong to one sequence: rows [first_row, first_row + rows) are its
// tokens at places [start, start + rows) of the sequence, where `start` tokens are already in the
// pages. pages[i] holds tokens [i * kKvPageTokens, (i + 1) * kKvPageTokens).
// REQUIRES: pages.size() * kKvPageTokens >= start + rows.
struct KvSpan {
  int64_t first_row = 0;
  int64_t rows = 0;
  int64_t start = 0;
  std::span<const int32_t> pages;
};

// Stores keys k [n, num_kv_heads * head_dim] and values v [n, num_kv_heads * value_dim] of the
// spans' rows at their places. Rows outside all spans are not stored.
void write_kv(const Run& run, const KvPages& kv, std::span<const KvSpan> spans, const Tensor& k,
              const Tensor& v);

struct Attention {
  int num_heads = 0;   // a multiple of the KvPages' num_kv_heads; head h reads kv head h / group
  float scale = 1;     // multiplies q k
  int64_t window = 0;  // a token sees itself and the window - 1 before it; 0: all before it

  bool operator==(const Attention&) const = default;
};

// out [n, num_heads * value_dim] = softmax(scale * q k) v for q [n, num_heads * head_dim]. The
// spans' own keys and values must be written before. Rows outside all spans are left alone.
void attention(const Run& run, Tensor out, const Tensor& q, const KvPages& kv,
               std::span<const KvSpan> spans, const Attention& attention);

}  // namespace swivel::ops
