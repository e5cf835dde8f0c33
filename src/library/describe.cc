#include "library/describe.h"

#include <algorithm>

#include "base/mapped_file.h"
#include "formats/gguf_words.h"

namespace swivel::library {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxCard = size_t{16} << 20;
constexpr int64_t kMaxBaseModels = 64;

std::string text_of(const gguf::File& file, std::string_view key) {
  const gguf::Value* value = file.find(key);
  return value != nullptr && value->string() ? std::string(*value->string()) : std::string();
}

std::vector<std::string> texts_of(const gguf::File& file, std::string_view key) {
  std::vector<std::string> result;
  const gguf::Value* value = file.find(key);
  if (value != nullptr && value->array() != nullptr)
    for (const std::string_view text : value->array()->strings()) result.emplace_back(text);
  return result;
}

std::string numbered(std::string_view key, int64_t i) {
  const size_t at = key.find("{i}");
  return fmt::format("{}{}{}", key.substr(0, at), i, key.substr(at + 3));
}

std::vector<std::string> base_models(const gguf::File& file) {
  std::vector<std::string> result;
  const gguf::Value* count = file.find(gguf_words::kBaseModelCount);
  if (count == nullptr || !count->integer()) return result;
  for (int64_t i = 0; i < std::min(*count->integer(), kMaxBaseModels); ++i) {
    // "https://huggingface.co/org/name" names the model better than its title does.
    std::string url = text_of(file, numbered(gguf_words::kBaseModelUrl, i));
    const size_t host = url.find("huggingface.co/");
    if (host != std::string::npos) url.erase(0, host + std::string_view("huggingface.co/").size());
    if (url.empty()) url = text_of(file, numbered(gguf_words::kBaseModelName, i));
    if (!url.empty()) result.push_back(url);
  }
  return result;
}

// The files of a folder itself, not of those below it.
std::vector<Description::File> files_of(const fs::path& folder) {
  std::vector<Description::File> files;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    std::error_code ignored;
    if (!it->is_regular_file(ignored)) continue;
    const auto bytes = fs::file_size(it->path(), ignored);
    if (!ignored) files.push_back({it->path().filename().string(), static_cast<int64_t>(bytes)});
  }
  std::sort(files.begin(), files.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  return files;
}

}  // namespace

Result<GenerationDefaults> gguf_generation(const gguf::File& file) {
  json::Object config;
  const auto take = [&](std::string_view key, const char* name) {
    if (const gguf::Value* value = file.find(key)) config.emplace_back(name, gguf::to_json(*value));
  };
  take(gguf_words::kTemperature, "temperature");
  take(gguf_words::kTopK, "top_k");
  take(gguf_words::kTopP, "top_p");
  take(gguf_words::kMinP, "min_p");
  take(gguf_words::kRepetitionPenalty, "repetition_penalty");
  return read_generation_config(config, file.name());
}

ModelCard gguf_card(const gguf::File& file) {
  return {.license = text_of(file, gguf_words::kLicense),
          .license_name = text_of(file, gguf_words::kLicenseName),
          .license_link = text_of(file, gguf_words::kLicenseLink),
          .base_models = base_models(file),
          .languages = texts_of(file, gguf_words::kLanguages),
          .tags = texts_of(file, gguf_words::kTags)};
}

Result<Description> describe(const Located& located) {
  Description description{.name = located.name, .revision = located.commit};
  if (located.container == Located::Container::huggingface) {
    description.kind = "Hugging Face folder";
    description.files = files_of(located.path);
    if (const auto card = read_file(located.path / "README.md", kMaxCard))
      description.card = read_model_card(*card);
  } else {
    description.kind = "GGUF file";
    description.card = gguf_card(TRY(gguf::File::open(located.path)));
    std::error_code ignored;
    description.files.push_back({located.path.filename().string(),
                                 static_cast<int64_t>(fs::file_size(located.path, ignored))});
  }
  for (const Description::File& file : description.files) description.bytes += file.bytes;
  return description;
}

}  // namespace swivel::library
