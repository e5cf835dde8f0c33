// Attention over pages, for any vector V: the softmax runs along, page by page (Milakov and
// Gimelshein 2018), for groups of queries that share every load of keys and values.
//
// What a query computes depends on its own range of tokens only: scores are sums over the
// dimensions in order, the maximum rises page by page, outputs are sums over the tokens in order.
// Which queries share the call changes no bit.
#pragma once

#include "kernels/attention.h"
#include "kernels/x86/compiler.h"
#include "kernels/x86/loops/rows.h"
#include "kernels/x86/loops/stored.h"

namespace swivel::kernels {
namespace {

// Up to V::kQueries queries and what they have so far.
struct AttentionGroup {
  const AttentionQuery* queries;
  int count;
  float* q;     // [head_dim][kQueries], scaled
  float* sums;  // [kQueries][padded value_dim]
  float largest[16];
  float total[16];
};

SWIVEL_INLINE int64_t padded_dims(int64_t dims) { return (dims + 31) / 32 * 32; }

// scores [N][kPageTokens]: every token of the page against N queries.
template <class V, class L, int N>
SWIVEL_NOINLINE void page_scores(const typename L::Element* keys, int64_t head_dim, const float* q,
                                 float* scores) {
  for (int token = 0; token < kPageTokens; token += 2 * V::kLanes) {
    typename V::Float low[N];
    typename V::Float high[N];
    SWIVEL_UNROLL for (int n = 0; n < N; ++n) low[n] = high[n] = V::zero();
    for (int64_t d = 0; d < head_dim; ++d) {
      const auto k0 = L::load(keys + kPageTokens * d + token);
      const auto k1 = L::load(keys + kPageTokens * d + token + V::kLanes);
      SWIVEL_UNROLL for (int n = 0; n < N; ++n) {
        const auto v = V::set(q[V::kQueries * d + n]);
        low[n] = V::fma(k0, v, low[n]);
        high[n] = V::fma(k1, v, high[n]);
      }
    }
    SWIVEL_UNROLL for (int n = 0; n < N; ++n) {
      V::store(scores + kPageTokens * n + token, low[n]);
      V::store(scores + kPageTokens * n + token + V::kLanes, high[n]);
    }
  }
}

// Adds tokens [begin, end) of the page, weighted, to dimensions from `dim` on of N queries' sums:
// two vectors of them.
template <class V, class L, int N>
SWIVEL_NOINLINE void page_values(const typename L::Element* values, int64_t dims, int64_t dim,
                                 int64_t begin, int64_t end, const float* weights, float* sums,
                                 int64_t sums_stride) {
  const int64_t left = dims - dim;
  typename V::Float low[N];
  typename V::Float high[N];
  SWIVEL_UNROLL for (int n = 0; n < N; ++n) {
    low[n] = V::load(sums + n * sums_stride + dim);
    high[n] = V::load(sums + n * sums_stride + dim + V::kLanes);
  }
  for (int64_t t = begin; t < end; ++t) {
    const auto* at = values + t * dims + dim;
    const bool whole = left >= 2 * V::kLanes;
    const auto v0 = whole ? L::load(at) : L::load(at, left);
    const auto v1 = whole              ? L::load(at + V::kLanes)
                    : left > V::kLanes ? L::load(at + V::kLanes, left - V::kLanes)
                                       : V::zero();
    SWIVEL_UNROLL for (int n = 0; n < N; ++n) {
      const auto weight = V::set(weights[kPageTokens * n + t]);
      low[n] = V::fma(v0, weight, low[n]);
      high[n] = V::fma(v1, weight, high[n]);
    }
  }
  SWIVEL_UNROLL for (int n = 0; n < N; ++n) {
    V::store(sums + n * sums_stride + dim, low[n]);
    V::store(sums + n * sums_stride + dim + V::kLanes, high[n]);
  }
}

// Turns one query's scores of a page into weights and carries its maximum and total on. Tokens
// [begin, end) of the page are its own.
template <class V>
void weigh(AttentionGroup& group, int n, int64_t begin, int64_t end, int64_t dims, float* scores) {
  const auto lowest = V::set(-__builtin_inff());
  auto here = lowest;
  for (int t = 0; t < kPageTokens; t += V::kLanes)
    here = V::max(V::keep(V::load(scores + t), begin - t, end - t, lowest), here);
  const float largest = V::largest(here);
  if (largest > group.largest[n]) {
    alignas(64) float factor[V::kLanes];
    V::store(factor, exponential<V>(V::set(group.largest[n] - largest)));
    group.largest[n] = largest;
    group.total[n] *= factor[0];
    float* sums = group.sums + n * dims;
    for (int64_t d = 0; d < dims; d += V::kLanes)
      V::store(sums + d, V::mul(V::load(sums + d), V::set(factor[0])));
  }
  const auto shift = V::set(group.largest[n]);
  auto total = V::zero();
  for (int t = 0; t < kPageTokens; t += V::kLanes) {
    const auto weight =
        V::keep(exponential<V>(V::sub(V::load(scores + t), shift)), begin - t, end - t, V::zero());
    total = V::add(total, weight);
    V::store(scores + t, weight);
  }
  group.total[n] += V::sum(total);
}

// One page for a group of exactly N queries.
template <class V, class L, int N>
void page_times(AttentionGroup& group, const KvGeometry& geometry, const std::byte* head,
                int64_t first_token) {
  using Element = typename L::Element;
  alignas(64) float scores[N * kPageTokens];
  const int64_t dims = padded_dims(geometry.value_dim);
  page_scores<V, L, N>(reinterpret_cast<const Element*>(head), geometry.head_dim, group.q, scores);
  int64_t first = kPageTokens;
  int64_t last = 0;
  for (int n = 0; n < N; ++n) {
    const int64_t begin = group.queries[n].begin - first_token;
    const int64_t end = group.queries[n].end - first_token;
    if (begin >= kPageTokens || end <= 0) {
      for (int t = 0; t < kPageTokens; t += V::kLanes)
        V::store(scores + kPageTokens * n + t, V::zero());
      continue;
    }
    weigh<V>(group, n, begin, end, dims, scores + kPageTokens * n);
    first = begin < first ? begin : first;
    last = end > last ? end : last;
  }
  first = first < 0 ? 0 : first;
  last = last > kPageTokens ? kPageTokens : last;
  const auto* values = reinterpret_cast<const Element*>(head + geometry.value_offset);
  for (int64_t d = 0; d < geometry.value_dim; d += 2 * V::kLanes)
    page_values<V, L, N>(values, geometry.value_dim, d, first, last, scores, group.sums, dims);
}

template <class V, class L, int N>
SWIVEL_INLINE void page_times_any(AttentionGroup& group, const KvGeometry& geometry,
                                  const std::byte* head, int64_t first_token) {
  if (group.count == N) {
    page_times<V, L, N>(group, geometry, head, first_token);
  } else if constexpr (N > 1) {
    page_times_any<V, L, N - 1>(group, geometry, head, first_token);
  }
}

template <class V>
void begin_group(AttentionGroup& group, const KvGeometry& geometry, float scale) {
  for (int n = 0; n < group.count; ++n) {
    for (int64_t d = 0; d < geometry.head_dim; ++d)
      group.q[V::kQueries * d + n] = group.queries[n].q[d] * scale;
    group.largest[n] = -__builtin_inff();
    group.total[n] = 0;
  }
  const int64_t dims = padded_dims(geometry.value_dim);
  for (int64_t i = 0; i < group.count * dims; i += V::kLanes) V::store(group.sums + i, V::zero());
}

template <class V>
void end_group(const AttentionGroup& group, const KvGeometry& geometry) {
  const int64_t dims = padded_dims(geometry.value_dim);
  for (int n = 0; n < group.count; ++n) {
    const auto total = V::set(group.total[n]);
    for (int64_t d = 0; d < geometry.value_dim; d += V::kLanes) {
      V::store(group.queries[n].out + d, V::div(V::load(group.sums + n * dims + d), total),
               geometry.value_dim - d);
    }
  }
}

template <class V, class L>
void attend(const AttentionArgs& args) {
  static_assert(kMaxAttentionQueries % V::kQueries == 0 && V::kQueries <= 16);
  AttentionGroup groups[kMaxAttentionQueries / V::kQueries];
  const int64_t dims = padded_dims(args.geometry.value_dim);
  float* scratch = args.scratch;
  int count = 0;
  int64_t begin = args.queries[0].begin;
  int64_t end = 0;
  for (int first = 0; first < args.count; first += V::kQueries, ++count) {
    AttentionGroup& group = groups[count];
    group.queries = args.queries + first;
    group.count = args.count - first < V::kQueries ? args.count - first : V::kQueries;
    group.sums = scratch;
    group.q = scratch + V::kQueries * dims;
    scratch = group.q + V::kQueries * args.geometry.head_dim;
    begin_group<V>(group, args.geometry, args.scale);
    for (int n = 0; n < group.count; ++n) {
      begin = group.queries[n].begin < begin ? group.queries[n].begin : begin;
      end = group.queries[n].end > end ? group.queries[n].end : end;
    }
  }
  for (int64_t page = begin / kPageTokens; page * kPageTokens < end; ++page) {
    const std::byte* head = args.memory + args.pages[page] * args.geometry.page_bytes;
    for (int g = 0; g < count; ++g)
      page_times_any<V, L, V::kQueries>(groups[g], args.geometry, head, page * kPageTokens);
  }
  for (int g = 0; g < count; ++g) end_group<V>(groups[g], args.geometry);
}

template <class V>
void paged_attention(const AttentionArgs& args) {
  if (args.count == 0) return;
  if (args.geometry.type == KvType::f32) {
    attend<V, StoredF32<V>>(args);
  } else {
    attend<V, StoredF16<V>>(args);
  }
}

template <class V>
void write_page(const KvGeometry& geometry, std::byte* head, int32_t slot, const float* key,
                const float* value) {
  std::byte* values = head + geometry.value_offset;
  if (geometry.type == KvType::f32) {
    auto* k = reinterpret_cast<float*>(head) + slot;
    for (int64_t d = 0; d < geometry.head_dim; ++d) k[d * kPageTokens] = key[d];
    auto* v = reinterpret_cast<float*>(values) + int64_t{slot} * geometry.value_dim;
    for (int64_t d = 0; d < geometry.value_dim; ++d) v[d] = value[d];
    return;
  }
  auto* k = reinterpret_cast<uint16_t*>(head) + slot;
  for (int64_t d = 0; d < geometry.head_dim; d += V::kLanes) {
    const int64_t left = geometry.head_dim - d;
    uint16_t some[V::kLanes];
    V::store_f16(some, V::load(key + d, left), V::kLanes);
    for (int64_t i = 0; i < (left < V::kLanes ? left : V::kLanes); ++i)
      k[(d + i) * kPageTokens] = some[i];
  }
  auto* v = reinterpret_cast<uint16_t*>(values) + int64_t{slot} * geometry.value_dim;
  for (int64_t d = 0; d < geometry.value_dim; d += V::kLanes) {
    const int64_t left = geometry.value_dim - d;
    V::store_f16(v + d, V::load(value + d, left), left);
  }
}

}  // namespace
}  // namespace swivel::kernels
