#include "library/model_folder.h"

#include <algorithm>

#include "formats/safetensors.h"

namespace swivel::library {
namespace {

namespace fs = std::filesystem;

constexpr const char* kIndex = "model.safetensors.index.json";

bool is_there(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

void sort_unique(std::vector<std::string>& names) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
}

}  // namespace

Result<ModelFolder> look_into(const fs::path& folder) {
  ModelFolder found;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    const std::string name = it->path().filename().string();
    std::error_code ignored;
    if (it->is_symlink(ignored) && !it->exists(ignored)) {
      found.missing.push_back(name);
      continue;
    }
    if (!it->is_regular_file(ignored)) continue;
    const std::string extension = it->path().extension().string();
    if (extension == ".safetensors") found.safetensors.push_back(name);
    if (extension == ".gguf" || extension == ".GGUF") found.ggufs.push_back(name);
    found.has_config |= name == "config.json";
    found.has_tokenizer |= name == "tokenizer.json" || name == "tokenizer.model";
  }
  if (is_there(folder / kIndex)) {
    const auto index = TRY(safetensors::Index::open(folder / kIndex));
    for (const std::string& shard : index.shards())
      if (!is_there(folder / shard)) found.missing.push_back(shard);
  }
  sort_unique(found.safetensors);
  sort_unique(found.ggufs);
  sort_unique(found.missing);
  return found;
}

std::string listed(const std::vector<std::string>& names, size_t at_most) {
  std::string text;
  for (size_t i = 0; i < names.size() && i < at_most; ++i) {
    if (i > 0) text += i + 1 == names.size() ? " and " : ", ";
    text += names[i];
  }
  if (names.size() > at_most) text += fmt::format(" and {} more", names.size() - at_most);
  return text;
}

}  // namespace swivel::library
