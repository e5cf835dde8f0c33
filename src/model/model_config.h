// ModelConfig: everything forward needs, in concrete numbers, layer by layer. No family's name, no
// config key, nothing shared between layers and nothing implied. Made by resolve (model/resolve.h).
#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

#include "model/rope_scaling.h"
#include "ops/ops.h"

namespace swivel {

enum class QkNormWidth { head, full };  // one head at a time / all heads of q (of k) jointly
enum class QkNormPlace { before_rope, after_rope };

struct QkNorm {
  ops::Norm norm;
  QkNormWidth over = QkNormWidth::head;
  QkNormPlace at = QkNormPlace::before_rope;

  bool operator==(const QkNorm&) const = default;
};

// Softmax attention with grouped keys and values.
struct AttentionConfig {
  int num_heads = 0;
  int num_kv_heads = 0;  // divides num_heads
  int head_dim = 0;
  float scale = 1;     // multiplies q k
  int64_t window = 0;  // a token sees itself and the window - 1 before it; 0: all before it
  std::optional<QkNorm> qk_norm;
  std::optional<RopeConfig> rope;  // none: no positions

  bool operator==(const AttentionConfig&) const = default;
};

// down(activation(gate x) * up x).
struct GatedMlpConfig {
  int64_t intermediate_size = 0;
  ops::Activation activation = ops::Activation::silu;

  bool operator==(const GatedMlpConfig&) const = default;
};

// x += residual_scale * post_norm(mixer(pre_norm(x))), then the same with the feed-forward.
struct LayerConfig {
  std::optional<ops::Norm> attn_pre_norm;
  std::variant<AttentionConfig> mixer;
  std::optional<ops::Norm> attn_post_norm;
  std::optional<ops::Norm> mlp_pre_norm;
  std::variant<GatedMlpConfig> feed_forward;
  std::optional<ops::Norm> mlp_post_norm;
  float residual_scale = 1;

  bool operator==(const LayerConfig&) const = default;
};

struct ModelConfig {
  int64_t hidden_size = 0;
  int64_t vocab_size = 0;
  int64_t max_positions = 0;  // what the model was made for; forward does not enforce it
  float embedding_scale = 1;
  std::vector<LayerConfig> layers;
  ops::Norm final_norm;
  ops::LogitScaling logits;

  int num_layers() const { return static_cast<int>(layers.size()); }
  bool operator==(const ModelConfig&) const = default;
};

// Bytes of keys and values of one position, all layers, with elements of `element_bytes`.
int64_t kv_bytes_per_position(const ModelConfig& config, int64_t element_bytes);

}  // namespace swivel
