// Attention over paged keys and values: the layout of a page and the arguments of the kernel.
//
// A page holds kPageTokens tokens of one sequence, for every kv head its keys, then its values:
//   keys   [head_dim][kPageTokens]   so that a vector holds one dimension of consecutive tokens
//   values [kPageTokens][value_dim]
// in float32 or in IEEE half floats. Each head's part is padded to a multiple of 64 bytes.
#pragma once

#include <cstddef>
#include <cstdint>

namespace swivel::kernels {

inline constexpr int kPageTokens = 32;

enum class KvType : uint8_t { f32, f16 };

// One head of a page, and the place of a head and a page in the memory of a layer.
struct KvGeometry {
  KvType type;
  int32_t head_dim;
  int32_t value_dim;
  int64_t value_offset;  // bytes from a head's keys to its values
  int64_t head_bytes;    // bytes from one kv head to the next
  int64_t page_bytes;    // bytes from one page to the next
};

KvGeometry kv_geometry(KvType type, int32_t num_kv_heads, int32_t head_dim, int32_t value_dim);

// One query vector: it attends to tokens [begin, end) of the sequence. REQUIRES: begin < end.
struct AttentionQuery {
  const float* q;  // [head_dim]
  float* out;      // [value_dim]
  int64_t begin;
  int64_t end;
};

// The largest number of queries in one call.
inline constexpr int kMaxAttentionQueries = 48;

struct AttentionArgs {
  KvGeometry geometry;
  const std::byte* memory;  // page 0 of the layer, at the kv head that these queries read
  const int32_t* pages;     // of the sequence
  float scale;
  const AttentionQuery* queries;
  int32_t count;   // of queries, at most kMaxAttentionQueries
  float* scratch;  // attention_scratch_floats(geometry) floats, aligned to 64 bytes
};

int64_t attention_scratch_floats(const KvGeometry& geometry);

}  // namespace swivel::kernels
