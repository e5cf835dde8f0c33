#include "model/describe.h"

#include <map>

#include <fmt/ranges.h>

#include "formats/shown.h"

namespace swivel {
namespace {

using Trait = std::pair<std::string, std::string>;

std::string norm_text(const FamilySpec& family, const ops::Norm& norm) {
  return fmt::format("{}, eps {}", to_word(family.norm), norm.eps);
}

// "1 of 4 layers, 28 of 28": which layers are of each kind.
std::string layers_text(const Resolution& resolution) {
  std::vector<std::pair<std::string, int>> counts;
  for (const std::string& kind : resolution.kinds) {
    if (counts.empty() || counts.back().first != kind) counts.emplace_back(kind, 0);
    ++counts.back().second;
  }
  if (counts.size() > 8)
    return fmt::format("{} ({})", resolution.kinds.size(), fmt::join(resolution.kinds, " "));
  std::vector<std::string> runs;
  for (const auto& [kind, count] : counts) runs.push_back(fmt::format("{} {}", count, kind));
  return fmt::format("{}", fmt::join(runs, ", then "));
}

std::string scaling_text(const RopeConfig& rope) {
  std::string text(to_word(rope.scaling));
  if (rope.switch_length != INT64_MAX)
    text += fmt::format(", from {} positions on", rope.switch_length);
  if (rope.base.attention_factor != 1)
    text += fmt::format(", attention factor {}", rope.base.attention_factor);
  return text;
}

std::string qk_norm_text(const AttentionConfig& attention) {
  if (!attention.qk_norm) return "none";
  return fmt::format("over {}, {}",
                     attention.qk_norm->over == QkNormWidth::head ? "each head" : "all heads",
                     to_word(attention.qk_norm->at));
}

std::string biases_text(const Resolution& resolution) {
  std::vector<std::string_view> names;
  for (Role role : resolution.biased) names.push_back(info(role).name);
  return names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "));
}

void add_attention(std::vector<Trait>& traits, const AttentionConfig& attention,
                   const std::string& place) {
  traits.emplace_back(place + "window", attention.window == 0
                                            ? "none: all tokens before"
                                            : fmt::format("{} tokens", attention.window));
  if (!attention.rope) {
    traits.emplace_back(place + "position", "none");
    return;
  }
  traits.emplace_back(
      place + "position",
      fmt::format("rope, {} of {} elements of a head, {}", attention.rope->base.rotary_dim,
                  attention.head_dim, to_word(attention.rope->base.pairing)));
  traits.emplace_back(place + "rope scaling", scaling_text(*attention.rope));
}

std::vector<Trait> traits_of(const FamilySpec& family, const Resolution& resolution) {
  const ModelConfig& config = resolution.config;
  const Dimensions& d = resolution.dimensions;
  const LayerConfig& first = config.layers.front();
  const auto& attention = std::get<AttentionConfig>(first.mixer);
  std::vector<Trait> traits = {
      {"layers", layers_text(resolution)},
      {"hidden size", fmt::format("{}", d.hidden_size)},
      {"heads", fmt::format("{} of {} elements, {} for keys and values", d.num_heads, d.head_dim,
                            d.num_kv_heads)},
      {"feed-forward",
       fmt::format("gated, {}, {} wide", to_word(family.activation), d.intermediate_size)},
      {"vocabulary", fmt::format("{}", d.vocab_size)},
      {"positions", fmt::format("{}", config.max_positions)},
      {"residual", fmt::format("{}, scale {}", to_word(family.residual), first.residual_scale)},
      {"norm", norm_text(family, config.final_norm)},
      {"query and key norm", qk_norm_text(attention)},
      {"attention scale",
       fmt::format("{} = {}", to_string(family.attention_scale), attention.scale)},
      {"biases", biases_text(resolution)},
      {"embedding scale", fmt::format("{}", config.embedding_scale)},
      {"logits",
       fmt::format("scale {}, cap {}", config.logits.scale,
                   config.logits.cap == 0 ? "none" : fmt::format("{}", config.logits.cap))},
      {"head", resolution.tied_embeddings ? "tied to the embedding" : "its own"},
  };
  std::vector<std::string> shown;
  for (size_t i = 0; i < resolution.kinds.size(); ++i) {
    const std::string& kind = resolution.kinds[i];
    if (std::find(shown.begin(), shown.end(), kind) != shown.end()) continue;
    shown.push_back(kind);
    const std::string place = family.kinds.size() > 1 ? kind + ": " : "";
    add_attention(traits, std::get<AttentionConfig>(config.layers[i].mixer), place);
  }
  return traits;
}

}  // namespace

std::string unread_warning(std::string_view family, const std::vector<std::string>& keys) {
  std::string text = fmt::format("not read by family {}:", formats::shown(family));
  for (const std::string& key : keys) text += (&key == &keys[0] ? " " : ", ") + formats::shown(key);
  return text;
}

int64_t stored_bytes(const Binding& binding) {
  int64_t bytes = 0;
  for (const StoredTensor* tensor : binding.tensors)
    bytes += static_cast<int64_t>(tensor->data.size());
  return bytes;
}

ModelDescription describe(const FamilySpec& family, const Resolution& resolution,
                          const Binding& binding, ModelSource::Container container) {
  ModelDescription description;
  description.family = family.name;
  description.family_file = family.file;
  description.container = container;
  description.tool_calls = family.tool_calls;
  description.reasoning = family.reasoning;
  description.traits = traits_of(family, resolution);
  description.ignored_tensors = binding.ignored;
  if (!resolution.unread.empty())
    description.warnings.push_back(unread_warning(family.name, resolution.unread));
  std::map<std::string, int> formats;
  for (const StoredTensor* tensor : binding.tensors) {
    description.parameters += tensor->shape.elements();
    ++formats[std::string(info(tensor->dtype).name)];
  }
  description.formats.assign(formats.begin(), formats.end());
  description.tensors = static_cast<int64_t>(binding.tensors.size());
  description.weight_bytes = stored_bytes(binding);
  return description;
}

}  // namespace swivel
