// The bound tensors as kernels read them.

#include "base/check.h"
#include "model/bind.h"
#include "model/transforms.h"

namespace swivel {
namespace {

// Where a role's values go.
struct Place {
  ops::Linear* linear = nullptr;
  std::vector<float>* vector = nullptr;
};

Place place_in_layer(LayerWeights& layer, Role role) {
  switch (role) {
    case Role::attn_pre_norm:
      return {nullptr, &layer.attn_pre_norm};
    case Role::q_proj:
      return {&layer.attention.q_proj, nullptr};
    case Role::k_proj:
      return {&layer.attention.k_proj, nullptr};
    case Role::v_proj:
      return {&layer.attention.v_proj, nullptr};
    case Role::o_proj:
      return {&layer.attention.o_proj, nullptr};
    case Role::q_norm:
      return {nullptr, &layer.attention.q_norm};
    case Role::k_norm:
      return {nullptr, &layer.attention.k_norm};
    case Role::attn_post_norm:
      return {nullptr, &layer.attn_post_norm};
    case Role::mlp_pre_norm:
      return {nullptr, &layer.mlp_pre_norm};
    case Role::gate_proj:
      return {&layer.mlp.gate_proj, nullptr};
    case Role::up_proj:
      return {&layer.mlp.up_proj, nullptr};
    case Role::down_proj:
      return {&layer.mlp.down_proj, nullptr};
    case Role::mlp_post_norm:
      return {nullptr, &layer.mlp_post_norm};
    case Role::embed_tokens:
    case Role::final_norm:
    case Role::lm_head:
      break;
  }
  return {};
}

std::vector<float> norm_weight(const StoredTensor& tensor, NormKind norm) {
  std::vector<float> weight = ops::to_floats(tensor);
  return norm == NormKind::rms_plus_one ? add_one(std::move(weight)) : weight;
}

}  // namespace

Result<Weights> load_weights(const Resolution& resolution, const Binding& binding,
                             const kernels::Table& kernels, ThreadPool& threads) {
  Weights weights;
  weights.layers.resize(resolution.config.layers.size());
  for (size_t i = 0; i < binding.slots.size(); ++i) {
    const TensorSlot& slot = binding.slots[i];
    const StoredTensor& tensor = *binding.tensors[i];
    if (slot.role == Role::embed_tokens) {
      weights.embed_tokens = as_stored(tensor);
      if (resolution.tied_embeddings)
        weights.lm_head.weight = TRY(ops::pack(kernels, threads, tensor));
    } else if (slot.role == Role::lm_head) {
      weights.lm_head.weight = TRY(ops::pack(kernels, threads, tensor));
    } else if (slot.role == Role::final_norm) {
      weights.final_norm = norm_weight(tensor, resolution.norm);
    } else {
      const Place place = place_in_layer(weights.layers[slot.layer], slot.role);
      if (place.vector)
        *place.vector = norm_weight(tensor, resolution.norm);
      else if (slot.bias)
        place.linear->bias = ops::to_floats(tensor);
      else
        place.linear->weight = TRY(ops::pack(kernels, threads, tensor));
    }
  }
  return weights;
}

int64_t packed_weight_bytes(const Binding& binding, const kernels::Table& kernels, bool tied) {
  int64_t bytes = 0;
  for (size_t i = 0; i < binding.slots.size(); ++i) {
    const TensorSlot& slot = binding.slots[i];
    const bool embedding = slot.role == Role::embed_tokens;
    if (slot.bias || info(slot.role).form == RoleForm::vector) {
      bytes += binding.tensors[i]->shape.elements() * int64_t{sizeof(float)};
    } else if (!embedding || tied) {
      bytes += ops::packed_bytes(kernels, *binding.tensors[i]);
    }
  }
  return bytes;
}

}  // namespace swivel
