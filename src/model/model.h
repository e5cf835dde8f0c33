// Model: a configuration, the weights bound to it, and the files they lie in. Immutable once
// loaded; shared by threads.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "formats/json.h"
#include "model/model_config.h"
#include "model/weights.h"
#include "tensor/stored_tensor.h"

namespace swivel {

class ThreadPool;
struct FamilySpec;
namespace kernels {
struct Table;
}

// One file of weights: its name for messages, what it holds, and what keeps its bytes mapped.
struct WeightFile {
  std::string name;  // "model-00002-of-00005.safetensors"
  std::vector<StoredTensor> tensors;
  // Tensors in a form this program does not read: their names, and why. Harmless if the family
  // ignores them.
  std::vector<std::pair<std::string, std::string>> unreadable;
  std::shared_ptr<const void> owner;
};

// What a model is made of, as library found it.
struct ModelSource {
  enum class Container { huggingface, gguf };
  Container container = Container::huggingface;
  std::string name;        // what messages call it: the path or the name that the user gave
  std::string facts_name;  // "config.json", or the GGUF file's name
  // config.json; or a GGUF file's metadata as an object of its keys, tokenizer.* left out except
  // the length of tokenizer.ggml.tokens as the integer "tokenizer.ggml.tokens.length".
  json::Value facts;
  std::filesystem::path folder;  // where a family.toml of the model's own would lie
  std::vector<WeightFile> files;
};

enum class Strictness { warn, strict };

struct LoadOptions {
  std::optional<std::filesystem::path> family;  // --family FILE
  std::filesystem::path family_folder;          // empty: the user's (model/families.h)
  Strictness unread_keys = Strictness::warn;    // strict: an unread key is an error
  // Weights are packed for these kernels, by these threads. Both outlive the load.
  const kernels::Table* kernels = nullptr;
  ThreadPool* threads = nullptr;
  // Refuse a model whose weights take more bytes, before any memory is taken.
  std::optional<int64_t> memory_limit;
};

// What `inspect` and the chat layer want to know; nothing that forward reads.
struct ModelDescription {
  std::string family;       // the family file's name = ...
  std::string family_file;  // the path it was read from, or "families/X.toml (built in)"
  ModelSource::Container container = ModelSource::Container::huggingface;
  std::string tool_calls;  // [chat] tool_calls, a dialect's name or "none"
  std::string reasoning;   // [chat] reasoning
  std::vector<std::pair<std::string, std::string>> traits;  // "attention scale" → "0.125", in order
  std::vector<std::string> ignored_tensors;
  std::vector<std::string> warnings;
  std::vector<std::pair<std::string, int>> formats;  // "BF16" → how many tensors
  int64_t tensors = 0;                               // bound ones
  int64_t parameters = 0;
  int64_t weight_bytes = 0;  // as stored
};

struct Model {
  ModelConfig config;
  Weights weights;
  ModelDescription description;
  std::vector<std::shared_ptr<const void>> files;
};

// Matches a family, resolves the configuration, binds every tensor to a role. One clear sentence on
// failure: bad_input (no family or two match, a shape differs, a tensor nobody claims),
// out_of_memory (the limit). REQUIRES: options.kernels, options.threads.
Result<Model> load_model(ModelSource source, const LoadOptions& options);

// The same with a family that the caller has chosen, whether or not it matches.
Result<Model> load_model_as(const FamilySpec& family, ModelSource source,
                            const LoadOptions& options);

// The same as far as it goes without the weights' data. Fills `config`. kernels and threads may be
// null.
Result<ModelDescription> describe_model(const ModelSource& source, const LoadOptions& options,
                                        ModelConfig& config);

}  // namespace swivel
