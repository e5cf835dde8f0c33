#include "kernels/reference/attention.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

#include "kernels/half.h"

namespace swivel::kernels {
namespace {

int64_t round_to_line(int64_t bytes) { return (bytes + 63) / 64 * 64; }

float load(KvType type, const std::byte* from, int64_t i) {
  if (type == KvType::f32) return reinterpret_cast<const float*>(from)[i];
  return from_f16(reinterpret_cast<const uint16_t*>(from)[i]);
}

void store(KvType type, std::byte* to, int64_t i, float value) {
  if (type == KvType::f32) {
    reinterpret_cast<float*>(to)[i] = value;
  } else {
    reinterpret_cast<uint16_t*>(to)[i] = to_f16(value);
  }
}

const std::byte* head_of(const AttentionArgs& args, int64_t token) {
  return args.memory + args.pages[token / kPageTokens] * args.geometry.page_bytes;
}

double score(const AttentionArgs& args, const AttentionQuery& query, int64_t token) {
  const std::byte* keys = head_of(args, token);
  double sum = 0;
  for (int64_t d = 0; d < args.geometry.head_dim; ++d) {
    sum += double{query.q[d]} *
           double{load(args.geometry.type, keys, d * kPageTokens + token % kPageTokens)};
  }
  return sum * args.scale;
}

void attend(const AttentionArgs& args, const AttentionQuery& query) {
  double largest = -std::numeric_limits<double>::infinity();
  for (int64_t t = query.begin; t < query.end; ++t)
    largest = std::max(largest, score(args, query, t));
  const int64_t dims = args.geometry.value_dim;
  auto* sums = reinterpret_cast<double*>(args.scratch);
  std::fill(sums, sums + dims, 0.0);
  double total = 0;
  for (int64_t t = query.begin; t < query.end; ++t) {
    const double weight = std::exp(score(args, query, t) - largest);
    const std::byte* values = head_of(args, t) + args.geometry.value_offset;
    for (int64_t d = 0; d < dims; ++d)
      sums[d] += weight * load(args.geometry.type, values, t % kPageTokens * dims + d);
    total += weight;
  }
  for (int64_t d = 0; d < dims; ++d) query.out[d] = static_cast<float>(sums[d] / total);
}

}  // namespace

KvGeometry kv_geometry(KvType type, int32_t num_kv_heads, int32_t head_dim, int32_t value_dim) {
  const int64_t element = type == KvType::f32 ? 4 : 2;
  const int64_t key_bytes = round_to_line(element * head_dim * kPageTokens);
  const int64_t value_bytes = round_to_line(element * value_dim * kPageTokens);
  return {.type = type,
          .head_dim = head_dim,
          .value_dim = value_dim,
          .value_offset = key_bytes,
          .head_bytes = key_bytes + value_bytes,
          .page_bytes = (key_bytes + value_bytes) * num_kv_heads};
}

int64_t attention_scratch_floats(const KvGeometry& geometry) {
  // For each query its scaled vector and its sums, which the reference keeps in double.
  const int64_t dims = (int64_t{geometry.value_dim} + 31) / 32 * 32;
  return kMaxAttentionQueries * (geometry.head_dim + dims) + 2 * dims + 64;
}

void reference_write_kv(const KvGeometry& geometry, std::byte* head, int32_t slot, const float* key,
                        const float* value) {
  for (int64_t d = 0; d < geometry.head_dim; ++d)
    store(geometry.type, head, d * kPageTokens + slot, key[d]);
  std::byte* values = head + geometry.value_offset;
  for (int64_t d = 0; d < geometry.value_dim; ++d)
    store(geometry.type, values, int64_t{slot} * geometry.value_dim + d, value[d]);
}

void reference_attention(const AttentionArgs& args) {
  for (int32_t i = 0; i < args.count; ++i) attend(args, args.queries[i]);
}

}  // namespace swivel::kernels
