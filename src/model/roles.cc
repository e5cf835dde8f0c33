#include "model/roles.h"

#include "base/check.h"
#include "formats/gguf_words.h"

namespace swivel {
namespace {

using enum Extent;
constexpr auto kModel = RoleScope::model;
constexpr auto kLayer = RoleScope::layer;
constexpr auto kMatrix = RoleForm::matrix;
constexpr auto kVector = RoleForm::vector;

// In the order of the enumerators; GGUF names come from formats/gguf_words.h.
constexpr RoleInfo kTable[kRoles] = {
    {"embed_tokens", kModel, kMatrix, vocab_size, hidden_size, {}, "one row a token"},
    {"final_norm", kModel, kVector, hidden_size, none, {}, "norm before the head"},
    {"lm_head",
     kModel,
     kMatrix,
     vocab_size,
     hidden_size,
     {},
     "hidden state to logits; not read where embeddings are tied"},
    {"attn_pre_norm", kLayer, kVector, hidden_size, none, {}, "norm before the mixer"},
    {"q_proj", kLayer, kMatrix, query_width, hidden_size, {}, "queries"},
    {"k_proj", kLayer, kMatrix, kv_width, hidden_size, {}, "keys"},
    {"v_proj", kLayer, kMatrix, kv_width, hidden_size, {}, "values"},
    {"o_proj", kLayer, kMatrix, hidden_size, query_width, {}, "attention's output"},
    {"q_norm", kLayer, kVector, q_norm_width, none, {}, "norm of queries"},
    {"k_norm", kLayer, kVector, k_norm_width, none, {}, "norm of keys"},
    {"attn_post_norm",
     kLayer,
     kVector,
     hidden_size,
     none,
     {},
     "norm of the mixer's output before it is added"},
    {"mlp_pre_norm", kLayer, kVector, hidden_size, none, {}, "norm before the feed-forward"},
    {"gate_proj", kLayer, kMatrix, intermediate_size, hidden_size, {}, "gate of the feed-forward"},
    {"up_proj", kLayer, kMatrix, intermediate_size, hidden_size, {}, "what the gate multiplies"},
    {"down_proj", kLayer, kMatrix, hidden_size, intermediate_size, {}, "back to the hidden size"},
    {"mlp_post_norm",
     kLayer,
     kVector,
     hidden_size,
     none,
     {},
     "norm of the feed-forward's output before it is added"},
};

template <size_t N>
std::string_view gguf_name(const gguf_words::RoleName (&names)[N], std::string_view role) {
  for (const auto& entry : names)
    if (entry.role == role) return entry.name;
  return {};
}

std::array<RoleInfo, kRoles> with_gguf_names() {
  std::array<RoleInfo, kRoles> table;
  for (int i = 0; i < kRoles; ++i) {
    table[i] = kTable[i];
    table[i].gguf_name = kTable[i].scope == kModel
                             ? gguf_name(gguf_words::kModelTensors, kTable[i].name)
                             : gguf_name(gguf_words::kLayerTensors, kTable[i].name);
    CHECK(!table[i].gguf_name.empty());
  }
  return table;
}

}  // namespace

const RoleInfo& info(Role role) {
  static const auto table = with_gguf_names();
  return table[static_cast<int>(role)];
}

std::optional<Role> role_named(std::string_view name) {
  for (int i = 0; i < kRoles; ++i)
    if (kTable[i].name == name) return static_cast<Role>(i);
  return std::nullopt;
}

std::string_view extent_text(Extent extent) {
  switch (extent) {
    case none:
      return "";
    case hidden_size:
      return "hidden_size";
    case vocab_size:
      return "vocab_size";
    case intermediate_size:
      return "intermediate_size";
    case query_width:
      return "num_heads * head_dim";
    case kv_width:
      return "num_kv_heads * head_dim";
    case q_norm_width:
      return "query norm width";
    case k_norm_width:
      return "key norm width";
  }
  return "";
}

}  // namespace swivel
