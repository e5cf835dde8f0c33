// Small checkpoints in memory, for the tests of this folder.
#pragma once

#include <list>
#include <string>
#include <vector>

#include "model/families.h"
#include "model/resolve.h"

namespace swivel {

inline std::string family_text(std::string_view name) {
  for (const EmbeddedFile& file : embedded_families())
    if (file.name == std::string(name) + ".toml") return std::string(file.text);
  return {};
}

inline FamilySpec family_named(std::string_view name) {
  auto family = parse_family(family_text(name), std::string(name) + ".toml");
  CHECK(family.has_value());
  return std::move(*family);
}

// `text` with the first `from` replaced. REQUIRES: `from` occurs.
inline std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const size_t at = text.find(from);
  CHECK(at != text.npos);
  return text.replace(at, from.size(), to);
}

inline json::Value parsed(std::string_view text) {
  auto value = json::parse(text, "test");
  CHECK(value.has_value());
  return std::move(*value);
}

inline const char* kTinyConfig = R"({
  "architectures": ["Qwen3ForCausalLM"], "model_type": "qwen3", "hidden_act": "silu",
  "hidden_size": 8, "num_hidden_layers": 2, "num_attention_heads": 4, "num_key_value_heads": 2,
  "head_dim": 4, "intermediate_size": 12, "vocab_size": 16, "max_position_embeddings": 64,
  "rms_norm_eps": 1e-6, "tie_word_embeddings": false})";

// A checkpoint of zeros with exactly the tensors that the family wants for this config.
struct TinyCheckpoint {
  explicit TinyCheckpoint(const FamilySpec& family, json::Value config) {
    source.name = "tiny";
    source.facts_name = "config.json";
    source.facts = std::move(config);
    Facts facts(source.container, source.facts, source.facts_name,
                [](std::string_view) { return nullptr; });
    auto resolution = resolve(family, facts);
    CHECK(resolution.has_value());
    source.files.push_back({"model.safetensors", {}, {}, nullptr});
    for (const TensorSlot& slot : tensor_slots(family, *resolution, source.container))
      add(slot.name, slot.shape);
  }

  void add(std::string name, Shape shape) {
    auto& bytes = data.emplace_back(shape.elements() * sizeof(float));
    source.files[0].tensors.push_back({std::move(name), DType::f32, shape, bytes});
  }
  StoredTensor& tensor(std::string_view name) {
    for (StoredTensor& tensor : source.files[0].tensors)
      if (tensor.name == name) return tensor;
    CHECK(false);
    return source.files[0].tensors.front();
  }
  void remove(std::string_view name) {
    std::erase_if(source.files[0].tensors,
                  [&](const StoredTensor& tensor) { return tensor.name == name; });
  }

  ModelSource source;
  std::list<std::vector<std::byte>> data;
};

}  // namespace swivel
