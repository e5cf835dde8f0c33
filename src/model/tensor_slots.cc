// Which tensors a resolved model must have, and which others may be there.

#include <algorithm>

#include "model/read_fields.h"
#include "model/resolve.h"

namespace swivel {
namespace {

// The extent's text, with the widths of query and key norms spelled out.
std::string_view text_of(const Resolution& resolution, Extent wanted) {
  const auto& attention = std::get<AttentionConfig>(resolution.config.layers.front().mixer);
  const bool full = attention.qk_norm && attention.qk_norm->over == QkNormWidth::full;
  if (wanted == Extent::q_norm_width) return full ? extent_text(Extent::query_width) : "head_dim";
  if (wanted == Extent::k_norm_width) return full ? extent_text(Extent::kv_width) : "head_dim";
  return extent_text(wanted);
}

TensorSlot slot_of(const FamilySpec& family, const Resolution& resolution,
                   ModelSource::Container container, Role role, int64_t layer, bool bias) {
  const RoleInfo& role_info = info(role);
  TensorSlot slot{role, layer, bias, {}, {}, {}};
  slot.name = tensor_name(family, container, role, layer, bias ? "bias" : "weight");
  const int64_t rows = extent(resolution, role_info.rows);
  if (bias || role_info.form == RoleForm::vector) {
    slot.shape = Shape{rows};
    slot.shape_text = fmt::format("[{}]", text_of(resolution, role_info.rows));
  } else {
    slot.shape = Shape{rows, extent(resolution, role_info.cols)};
    slot.shape_text = fmt::format("[{}, {}]", text_of(resolution, role_info.rows),
                                  text_of(resolution, role_info.cols));
  }
  return slot;
}

}  // namespace

int64_t extent(const Resolution& resolution, Extent extent) {
  const Dimensions& d = resolution.dimensions;
  const auto& attention = std::get<AttentionConfig>(resolution.config.layers.front().mixer);
  const bool full = attention.qk_norm && attention.qk_norm->over == QkNormWidth::full;
  switch (extent) {
    case Extent::none:
      return 1;
    case Extent::hidden_size:
      return d.hidden_size;
    case Extent::vocab_size:
      return d.vocab_size;
    case Extent::intermediate_size:
      return d.intermediate_size;
    case Extent::query_width:
      return d.num_heads * d.head_dim;
    case Extent::kv_width:
      return d.num_kv_heads * d.head_dim;
    case Extent::q_norm_width:
      return full ? d.num_heads * d.head_dim : d.head_dim;
    case Extent::k_norm_width:
      return full ? d.num_kv_heads * d.head_dim : d.head_dim;
  }
  return 0;
}

std::vector<TensorSlot> tensor_slots(const FamilySpec& family, const Resolution& resolution,
                                     ModelSource::Container container) {
  std::vector<TensorSlot> slots;
  for (const auto& [role, module] : family.names) {
    if (info(role).scope != RoleScope::model) continue;
    if (role == Role::lm_head && resolution.tied_embeddings) continue;
    slots.push_back(slot_of(family, resolution, container, role, -1, false));
  }
  for (int64_t layer = 0; layer < resolution.dimensions.num_layers; ++layer) {
    for (const auto& [role, module] : family.names) {
      if (info(role).scope != RoleScope::layer) continue;
      slots.push_back(slot_of(family, resolution, container, role, layer, false));
      if (resolution.has_bias(role))
        slots.push_back(slot_of(family, resolution, container, role, layer, true));
    }
  }
  return slots;
}

bool matches_pattern(std::string_view pattern, std::string_view text) {
  size_t p = 0, t = 0;
  size_t star = pattern.npos, star_text = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_text = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != pattern.npos) {
      p = star + 1;
      t = ++star_text;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

bool is_ignored(const FamilySpec& family, const Resolution& resolution,
                ModelSource::Container container, std::string_view tensor) {
  if (resolution.tied_embeddings &&
      tensor == tensor_name(family, container, Role::lm_head, 0, "weight"))
    return true;
  const auto& patterns =
      container == ModelSource::Container::gguf ? family.gguf.ignore : family.ignore;
  return std::ranges::any_of(
      patterns, [&](const std::string& pattern) { return matches_pattern(pattern, tensor); });
}

}  // namespace swivel
