#include <algorithm>

#include <fmt/ranges.h>

#include "formats/json.h"
#include "formats/safetensors.h"
#include "formats/shown.h"

namespace swivel::safetensors {
namespace {

using formats::shown;

constexpr std::string_view kSingle = "model.safetensors";
constexpr std::string_view kIndex = "model.safetensors.index.json";
constexpr size_t kMaxIndexBytes = size_t{256} << 20;  // the largest published is below 20 MB

// A name that cannot lead out of the folder.
bool is_plain_file_name(std::string_view name) {
  return name.ends_with(".safetensors") && !name.starts_with('.') &&
         name.find_first_of(std::string_view("/\\\0", 3)) == std::string_view::npos;
}

std::string file_name(const File& file) {
  return std::filesystem::path(file.name()).filename().string();
}

Result<std::vector<std::shared_ptr<const File>>> open_shards(const std::filesystem::path& folder,
                                                             const Index& index) {
  const std::vector<std::string> shards = index.shards();
  std::vector<std::string> missing;
  for (const std::string& shard : shards) {
    std::error_code ignored;
    if (!std::filesystem::exists(folder / shard, ignored)) missing.push_back(shown(shard));
  }
  if (!missing.empty())
    return fail(ErrorCode::not_found, "{}: {} of {} shards are missing: {}", folder.string(),
                missing.size(), shards.size(), fmt::join(missing, ", "));
  std::vector<std::shared_ptr<const File>> files;
  for (const std::string& shard : shards)
    files.push_back(std::make_shared<const File>(TRY(File::open(folder / shard))));
  return files;
}

Status check_no_name_twice(std::span<const std::shared_ptr<const File>> files) {
  std::unordered_map<std::string_view, const File*> holder;
  for (const auto& file : files)
    for (const Entry& entry : file->entries()) {
      const auto [place, inserted] = holder.emplace(entry.name, file.get());
      if (!inserted)
        return fail(ErrorCode::bad_input, "{}: {} is in {} too", file->name(), shown(entry.name),
                    file_name(*place->second));
    }
  return {};
}

// REQUIRES: `files` are the index's shards, in their order.
Status check_against_index(std::span<const std::shared_ptr<const File>> files, const Index& index) {
  std::unordered_map<std::string_view, const File*> by_shard;
  const std::vector<std::string> shards = index.shards();
  for (size_t i = 0; i < shards.size(); ++i) by_shard[shards[i]] = files[i].get();
  for (const auto& [tensor, shard] : index.weight_map) {
    const File& file = *by_shard.at(shard);
    if (file.find(tensor) == nullptr)
      return fail(ErrorCode::bad_input, "{}: {} is missing; {} says that it is here", file.name(),
                  shown(tensor), kIndex);
  }
  return {};
}

}  // namespace

Result<Index> Index::read(std::string_view text, std::string_view name) {
  const json::Value root = TRY(json::parse(text, name, {.max_depth = 16}));
  const json::Value* map = root.find("weight_map");
  if (map == nullptr || !map->is_object() || map->as_object().empty())
    return fail(ErrorCode::bad_input,
                "{}: expected a weight_map from tensor names to files, found {}", name,
                map == nullptr ? "none" : json::kind_name(*map));
  Index index;
  for (const auto& [tensor, shard] : map->as_object()) {
    if (!shard.is_string() || !is_plain_file_name(shard.as_string()))
      return fail(ErrorCode::bad_input,
                  "{}: weight_map: {}: expected the name of a .safetensors file in the same "
                  "folder, found {}",
                  name, shown(tensor), shown(json::write(shard)));
    index.weight_map.emplace_back(tensor, shard.as_string());
  }
  const json::Value* metadata = root.find("metadata");
  const json::Value* size = metadata == nullptr ? nullptr : metadata->find("total_size");
  if (size != nullptr && size->is_number()) {
    const double bytes = size->as_number();  // some publishers write 14483464192.0
    if (!(bytes >= 0 && bytes < 9e18))
      return fail(ErrorCode::bad_input, "{}: metadata.total_size is {}; expected bytes", name,
                  json::write(*size));
    index.total_size = size->is_integer() ? size->as_integer() : static_cast<int64_t>(bytes);
  }
  return index;
}

Result<Index> Index::open(const std::filesystem::path& path) {
  return read(TRY(read_file(path, kMaxIndexBytes)), path.string());
}

std::vector<std::string> Index::shards() const {
  std::vector<std::string> shards;
  for (const auto& [tensor, shard] : weight_map)
    if (shards.empty() || shards.back() != shard) shards.push_back(shard);
  std::sort(shards.begin(), shards.end());
  shards.erase(std::unique(shards.begin(), shards.end()), shards.end());
  return shards;
}

std::optional<std::pair<const File*, const Entry*>> Checkpoint::find(std::string_view name) const {
  for (const auto& file : files)
    if (const Entry* entry = file->find(name)) return std::pair(file.get(), entry);
  return std::nullopt;
}

Result<Checkpoint> open_folder(const std::filesystem::path& folder) {
  Checkpoint checkpoint;
  std::error_code ignored;
  if (std::filesystem::exists(folder / kSingle, ignored)) {
    checkpoint.files.push_back(std::make_shared<const File>(TRY(File::open(folder / kSingle))));
    return checkpoint;
  }
  if (!std::filesystem::exists(folder / kIndex, ignored))
    return fail(ErrorCode::not_found, "{}: expected {} or {}, found neither", folder.string(),
                kSingle, kIndex);
  checkpoint.index = TRY(Index::open(folder / kIndex));
  checkpoint.files = TRY(open_shards(folder, *checkpoint.index));
  TRY(check_no_name_twice(checkpoint.files));
  TRY(check_against_index(checkpoint.files, *checkpoint.index));
  return checkpoint;
}

}  // namespace swivel::safetensors
