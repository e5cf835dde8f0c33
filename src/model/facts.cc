#include "model/facts.h"

#include <algorithm>

#include "formats/gguf_words.h"

namespace swivel {
namespace {

// Keys of config.json that change nothing forward computes: training, bookkeeping, token ids that
// the tokenizer and generation_config.json state as well.
constexpr std::string_view kHarmlessKeys[] = {
    "_attn_implementation",
    "_attn_implementation_autoset",
    "_name_or_path",
    "add_cross_attention",
    "architectures",
    "attention_dropout",
    "auto_map",
    "bos_token_id",
    "chunk_size_feed_forward",
    "cross_attention_hidden_size",
    "dtype",
    "eos_token_id",
    "id2label",
    "initializer_range",
    "is_decoder",
    "is_encoder_decoder",
    "is_llama_config",
    "label2id",
    "model_type",
    "output_attentions",
    "output_hidden_states",
    "pad_token_id",
    "pretraining_tp",
    "problem_type",
    "return_dict",
    "sep_token_id",
    "task_specific_params",
    "tokenizer_class",
    "torch_dtype",
    "transformers.js_config",
    "transformers_version",
    "unsloth_fixed",
    "unsloth_version",
    "use_cache",
};

// Of GGUF's metadata only the architecture's own keys can change the arithmetic.
bool harmless_gguf(std::string_view key, std::string_view architecture) {
  return !key.starts_with(std::string(architecture) + ".");
}

}  // namespace

Facts::Facts(ModelSource::Container container, const json::Value& facts, std::string name,
             FindTensor find_tensor)
    : container_(container),
      facts_(facts),
      name_(std::move(name)),
      find_tensor_(std::move(find_tensor)) {
  if (!is_gguf()) return;
  if (const json::Value* word = facts.find(gguf_words::kArchitecture); word && word->is_string())
    architecture_ = word->as_string();
}

const json::Value* Facts::peek(std::string_view path) const {
  if (const json::Value* whole = facts_.find(path)) return whole;
  const json::Value* value = &facts_;
  while (value) {
    const size_t dot = path.find('.');
    value = value->find(path.substr(0, dot));
    if (dot == path.npos) return value;
    path.remove_prefix(dot + 1);
  }
  return nullptr;
}

const json::Value* Facts::find(std::string_view path) {
  read_.emplace(path);
  return peek(path);
}

std::string Facts::gguf_key(std::string_view key) const {
  if (!key.starts_with("%")) return std::string(key);
  return architecture_ + std::string(key.substr(1));
}

std::vector<std::string> Facts::unread() const {
  std::vector<std::string> keys;
  if (!facts_.is_object()) return keys;
  for (const auto& [key, value] : facts_.as_object()) {
    const bool harmless = is_gguf() ? harmless_gguf(key, architecture_)
                                    : std::ranges::binary_search(kHarmlessKeys, key);
    if (harmless) continue;
    const auto inside = read_.lower_bound(key + ".");
    const bool parts_read = inside != read_.end() && inside->starts_with(key + ".");
    if (!read_.contains(key) && !parts_read) {
      keys.push_back(key);
    } else if (value.is_object()) {
      for (const auto& [part, unused] : value.as_object())
        if (!read_.contains(key + "." + part)) keys.push_back(key + "." + part);
    }
  }
  return keys;
}

}  // namespace swivel
