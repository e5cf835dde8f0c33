// The roles that tensors play in a model: their names in family files, their shapes, their GGUF
// names. A family file says which roles exist and what the checkpoint calls them.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace swivel {

enum class Role {
  embed_tokens,
  final_norm,
  lm_head,
  attn_pre_norm,
  q_proj,
  k_proj,
  v_proj,
  o_proj,
  q_norm,
  k_norm,
  attn_post_norm,
  mlp_pre_norm,
  gate_proj,
  up_proj,
  down_proj,
  mlp_post_norm,
};
inline constexpr int kRoles = 16;

// An extent that the configuration decides.
enum class Extent {
  none,
  hidden_size,
  vocab_size,
  intermediate_size,
  query_width,   // num_heads * head_dim
  kv_width,      // num_kv_heads * head_dim
  q_norm_width,  // head_dim, or query_width where the norm spans all heads
  k_norm_width,  // head_dim, or kv_width
};

enum class RoleScope { model, layer };
enum class RoleForm { matrix, vector };  // a vector's extent is its only axis

struct RoleInfo {
  std::string_view name;
  RoleScope scope;
  RoleForm form;
  Extent rows;  // of a vector: its length
  Extent cols;
  std::string_view gguf_name;
  std::string_view doc;

  bool may_have_bias() const { return form == RoleForm::matrix && scope == RoleScope::layer; }
};

const RoleInfo& info(Role role);
std::optional<Role> role_named(std::string_view name);

// As messages write it: "num_heads * head_dim".
std::string_view extent_text(Extent extent);

}  // namespace swivel
