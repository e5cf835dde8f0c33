// Weights: one named Weight or vector per role, as the kernels read them. Bound by bind_weights
// (model/bind.h); forward reads nothing else. Immutable; a view of the files in Model::files
// wherever their form allows.
#pragma once

#include <vector>

#include "ops/linear.h"
#include "tensor/weight.h"

namespace swivel {

struct AttentionWeights {
  ops::Linear q_proj;                 // [num_heads * head_dim, hidden_size]
  ops::Linear k_proj;                 // [num_kv_heads * head_dim, hidden_size]
  ops::Linear v_proj;                 // [num_kv_heads * head_dim, hidden_size]
  ops::Linear o_proj;                 // [hidden_size, num_heads * head_dim]
  std::vector<float> q_norm, k_norm;  // [head_dim] or the whole width; empty: none
};

struct MlpWeights {
  ops::Linear gate_proj, up_proj;  // [intermediate_size, hidden_size]
  ops::Linear down_proj;           // [hidden_size, intermediate_size]
};

// Norms that the layer's config does not have are empty.
struct LayerWeights {
  std::vector<float> attn_pre_norm, attn_post_norm;  // [hidden_size]
  AttentionWeights attention;
  std::vector<float> mlp_pre_norm, mlp_post_norm;  // [hidden_size]
  MlpWeights mlp;
};

struct Weights {
  Weight embed_tokens;  // [vocab_size, hidden_size], row_major
  std::vector<LayerWeights> layers;
  std::vector<float> final_norm;  // [hidden_size]
  ops::Linear lm_head;            // [vocab_size, hidden_size]; tied: made of embed_tokens' bytes
};

}  // namespace swivel
