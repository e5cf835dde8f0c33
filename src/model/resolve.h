// Resolving: a family and what a checkpoint says about itself become a ModelConfig, in which every
// number is concrete, and the list of tensors that must be there.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/expression.h"
#include "model/facts.h"
#include "model/family_spec.h"
#include "model/model_config.h"

namespace swivel {

// The dimensions that shapes are made of; the same for all layers.
struct Dimensions {
  int64_t hidden_size = 0, num_layers = 0, num_heads = 0, num_kv_heads = 0, head_dim = 0;
  int64_t intermediate_size = 0, vocab_size = 0;
};

struct Resolution {
  ModelConfig config;
  Dimensions dimensions;
  Fields fields;
  bool tied_embeddings = false;
  std::vector<Role> biased;               // roles whose tensors have a bias
  NormKind norm = NormKind::rms;          // as the container stores the weights of norms
  std::vector<std::string> kinds;         // of every layer, by the family's name
  std::vector<std::string> rope_tensors;  // tensors with rotary divisors, read already
  std::vector<std::string> unread;        // keys of the checkpoint that nobody read

  bool has_bias(Role role) const;
};

// ERRORS: bad_input, one sentence that names the key or the fact.
Result<Resolution> resolve(const FamilySpec& family, Facts& facts);

// A tensor that the checkpoint must store.
struct TensorSlot {
  Role role;
  int64_t layer = -1;  // -1: of the whole model
  bool bias = false;
  std::string name;  // "model.layers.3.self_attn.q_proj.weight"
  Shape shape;
  std::string shape_text;  // "[num_heads * head_dim, hidden_size]"
};
std::vector<TensorSlot> tensor_slots(const FamilySpec& family, const Resolution& resolution,
                                     ModelSource::Container container);

int64_t extent(const Resolution& resolution, Extent extent);

// Whether a tensor is one that the family does not read: it matches an ignore pattern, or is the
// stored head of a model whose head is its embedding.
bool is_ignored(const FamilySpec& family, const Resolution& resolution,
                ModelSource::Container container, std::string_view tensor);

// "*" stands for any characters.
bool matches_pattern(std::string_view pattern, std::string_view text);

}  // namespace swivel
