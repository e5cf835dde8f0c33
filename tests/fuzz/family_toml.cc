// Family files: any text is either refused in one sentence or becomes a family that resolves, or
// refuses to resolve, real configurations without harm.

#include <cstdlib>
#include <string>

#include "model/resolve.h"

namespace {

constexpr const char* kConfigs[] = {
    R"({"architectures":["A"],"hidden_act":"silu","hidden_size":8,"num_hidden_layers":2,
        "num_attention_heads":4,"num_key_value_heads":2,"head_dim":4,"intermediate_size":12,
        "vocab_size":16,"max_position_embeddings":64,"rms_norm_eps":1e-6,
        "layer_types":["full_attention","sliding_attention"],"use_sliding_window":true,
        "rope_scaling":{"rope_type":"yarn","factor":4}})",
    R"({"general.architecture":"llama","llama.embedding_length":8,"llama.block_count":1,
        "llama.attention.head_count":2,"llama.feed_forward_length":12,"llama.context_length":64,
        "llama.attention.layer_norm_rms_epsilon":1e-6,"llama.vocab_size":16})"};

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace swivel;
  auto family = parse_family(std::string(reinterpret_cast<const char*>(data), size), "fuzz.toml");
  if (!family) {
    if (family.error().message.find('\n') != std::string::npos) abort();
    return 0;
  }
  for (const char* text : kConfigs) {
    const auto config = json::parse(text, "config.json");
    const auto container = config->find("general.architecture")
                               ? ModelSource::Container::gguf
                               : ModelSource::Container::huggingface;
    Facts facts(container, *config, "config.json", [](std::string_view) { return nullptr; });
    if (const auto resolution = resolve(*family, facts))
      tensor_slots(*family, *resolution, container);
  }
  return 0;
}
