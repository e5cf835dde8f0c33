#include "library/load.h"

#include "base/mapped_file.h"
#include "library/describe.h"
#include "model/memory.h"
#include "model/source.h"

namespace swivel::library {
namespace {

namespace fs = std::filesystem;

bool is_folder_model(const Located& located) {
  return located.container == Located::Container::huggingface;
}

// config.json and the like; nothing if the file is not there.
Result<std::optional<json::Value>> read_json(const fs::path& file) {
  std::error_code ignored;
  if (!fs::exists(file, ignored)) return std::nullopt;
  return TRY(json::parse_file(file.string()));
}

Result<GenerationDefaults> folder_generation(const fs::path& folder) {
  const fs::path file = folder / "generation_config.json";
  if (const auto config = TRY(read_json(file)))
    return read_generation_config(*config, file.string());
  // Without the file, the ids that end an answer stand in config.json.
  GenerationDefaults defaults;
  const fs::path model_file = folder / "config.json";
  if (const auto config = TRY(read_json(model_file))) {
    const json::Value* ids = config->find("eos_token_id");
    if (ids != nullptr)
      defaults =
          TRY(read_generation_config(json::Object{{"eos_token_id", *ids}}, model_file.string()));
  }
  return defaults;
}

}  // namespace

Result<ModelSource> open_source(const Located& located) {
  ModelSource source =
      TRY(is_folder_model(located) ? huggingface_source(located.path) : gguf_source(located.path));
  source.name = located.name;
  return source;
}

Result<Model> load_weights(const Located& located, const LoadOptions& options) {
  LoadOptions limited = options;
  if (!limited.memory_limit) limited.memory_limit = available_memory();
  return load_model(TRY(open_source(located)), limited);
}

Result<Tokenizer> load_tokenizer(const Located& located) {
  if (is_folder_model(located)) return Tokenizer::from_huggingface(located.path);
  return Tokenizer::from_gguf(TRY(gguf::File::open(located.path)));
}

Result<ChatTemplateFiles> load_chat(const Located& located) {
  if (is_folder_model(located)) return chat_template_files(located.path);
  return chat_template_files(TRY(gguf::File::open(located.path)));
}

Result<GenerationDefaults> load_generation(const Located& located, const Tokenizer& tokenizer) {
  GenerationDefaults defaults;
  if (is_folder_model(located)) {
    defaults = TRY(folder_generation(located.path));
  } else {
    defaults = TRY(gguf_generation(TRY(gguf::File::open(located.path))));
  }
  add_end_ids(defaults, tokenizer.end_ids());
  return defaults;
}

Result<LoadedModel> load(const Located& located, const LoadOptions& options) {
  // The small parts first: what is wrong with them is said before gigabytes are read.
  Tokenizer tokenizer = TRY(load_tokenizer(located));
  ChatTemplateFiles chat = TRY(load_chat(located));
  GenerationDefaults generation = TRY(load_generation(located, tokenizer));
  Description description = TRY(describe(located));
  Model model = TRY(load_weights(located, options));
  return LoadedModel{.located = located,
                     .model = std::move(model),
                     .tokenizer = std::move(tokenizer),
                     .chat = std::move(chat),
                     .generation = std::move(generation),
                     .description = std::move(description)};
}

}  // namespace swivel::library
