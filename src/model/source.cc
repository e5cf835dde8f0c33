#include "model/source.h"

#include "formats/gguf_words.h"
#include "formats/safetensors.h"

namespace swivel {
namespace {

namespace fs = std::filesystem;

// A reader's entries as tensors; those it refuses are kept by name.
template <class File, class Entries>
void add_entries(const File& file, const Entries& entries, WeightFile& out) {
  for (const auto& entry : entries) {
    auto tensor = file.tensor(entry);
    if (tensor)
      out.tensors.push_back(std::move(*tensor));
    else
      out.unreadable.emplace_back(std::string(entry.name), tensor.error().message);
  }
}

}  // namespace

json::Value gguf_facts(const gguf::File& file) {
  json::Object facts;
  for (const gguf::MetadataEntry& entry : file.metadata()) {
    const gguf::Array* array = entry.value.array();
    if (entry.key == "tokenizer.ggml.tokens" && array)
      facts.emplace_back(std::string(gguf_words::kTokenCount), array->size());
    if (array && entry.key.starts_with("tokenizer.")) continue;
    facts.emplace_back(std::string(entry.key), gguf::to_json(entry.value));
  }
  return facts;
}

Result<ModelSource> huggingface_source(const fs::path& folder) {
  ModelSource source;
  source.container = ModelSource::Container::huggingface;
  source.name = folder.string();
  source.facts_name = (folder / "config.json").string();
  source.folder = folder;
  source.facts = TRY(json::parse_file(source.facts_name));
  const safetensors::Checkpoint checkpoint = TRY(safetensors::open_folder(folder));
  for (const auto& file : checkpoint.files) {
    WeightFile weights;
    weights.name = fs::path(file->name()).filename().string();
    weights.owner = file;
    add_entries(*file, file->entries(), weights);
    source.files.push_back(std::move(weights));
  }
  return source;
}

Result<ModelSource> gguf_source(const fs::path& path) {
  auto file = std::make_shared<const gguf::File>(TRY(gguf::File::open(path)));
  ModelSource source;
  source.container = ModelSource::Container::gguf;
  source.name = path.string();
  source.facts_name = path.filename().string();
  source.folder = path.parent_path();
  source.facts = gguf_facts(*file);
  if (const json::Value* parts = source.facts.find("split.count");
      parts && parts->is_integer() && parts->as_integer() > 1)
    return fail(ErrorCode::bad_input,
                "{}: is one of {} parts of a split file; join them into one first", path.string(),
                parts->as_integer());
  WeightFile weights;
  weights.name = source.facts_name;
  weights.owner = file;
  add_entries(*file, file->entries(), weights);
  source.files.push_back(std::move(weights));
  return source;
}

}  // namespace swivel
