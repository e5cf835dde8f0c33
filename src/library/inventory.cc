#include "library/inventory.h"

#include <algorithm>

#include "base/mapped_file.h"
#include "formats/json.h"
#include "formats/shown.h"
#include "library/model_folder.h"

namespace swivel::library {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxConfig = size_t{16} << 20;

std::string model_type_of(const fs::path& folder) {
  const auto text = read_file(folder / "config.json", kMaxConfig);
  if (!text) return {};
  const auto config = json::parse(*text, "config.json");
  if (!config) return {};
  const json::Value* type = config->find("model_type");
  return type != nullptr && type->is_string() ? formats::shown(type->as_string()) : std::string();
}

// What the names in a folder say of it.
void look_at(const fs::path& folder, InventoryEntry& entry) {
  entry.path = folder;
  const auto found = look_into(folder);
  if (!found) {
    entry.kind = "unreadable";
    entry.state = InventoryEntry::State::partial;
    return;
  }
  entry.kind = !found->safetensors.empty() ? "safetensors"
               : !found->ggufs.empty()     ? "GGUF"
                                           : "no weights";
  if (found->has_config) entry.model_type = model_type_of(folder);
  if (!found->missing.empty()) entry.state = InventoryEntry::State::partial;
}

int64_t bytes_below(const fs::path& folder) {
  int64_t bytes = 0;
  std::error_code error;
  for (fs::recursive_directory_iterator it(folder, error), end; !error && it != end;
       it.increment(error)) {
    std::error_code ignored;
    const auto size = it->is_regular_file(ignored) ? fs::file_size(it->path(), ignored) : 0;
    if (!ignored) bytes += static_cast<int64_t>(size);
  }
  return bytes;
}

InventoryEntry snapshot_entry(const HubCache& cache, const net::RepoName& repo,
                              const std::string& commit, const std::vector<HubCache::Ref>& refs) {
  InventoryEntry entry{.origin = Located::Origin::cache, .commit = commit};
  for (const HubCache::Ref& ref : refs)
    if (ref.commit == commit) entry.revisions.push_back(ref.name);
  const auto& revisions = entry.revisions;
  const bool is_main = std::find(revisions.begin(), revisions.end(), "main") != revisions.end();
  entry.name = repo.str();
  if (!is_main) entry.name += "@" + (revisions.empty() ? commit : revisions.front());
  look_at(cache.snapshot_folder(repo, commit), entry);
  for (const HubCache::File& file : cache.files(repo, commit)) {
    entry.bytes += file.bytes;
    if (file.state == HubCache::File::State::broken) entry.state = InventoryEntry::State::partial;
  }
  return entry;
}

void add_repo(const HubCache& cache, const net::RepoName& repo,
              std::vector<InventoryEntry>& entries) {
  const std::vector<HubCache::Ref> refs = cache.refs(repo);
  const std::vector<std::string> commits = cache.commits(repo);
  for (const std::string& commit : commits)
    entries.push_back(snapshot_entry(cache, repo, commit, refs));
  if (!commits.empty() || !cache.has_unfinished(repo)) return;
  InventoryEntry entry{.name = repo.str(), .origin = Located::Origin::cache};
  entry.kind = "no weights";
  entry.path = cache.repo_folder(repo);
  entry.bytes = bytes_below(entry.path / "blobs");
  entry.state = InventoryEntry::State::partial;
  entries.push_back(std::move(entry));
}

}  // namespace

std::vector<InventoryEntry> inventory(const Places& places) {
  std::vector<InventoryEntry> entries;
  for (const BuiltIn& model : built_in_models(places)) {
    InventoryEntry entry{.name = model.name, .origin = Located::Origin::built_in};
    look_at(model.path, entry);
    entry.bytes = bytes_below(model.path);
    entries.push_back(std::move(entry));
  }
  const size_t built_in = entries.size();
  const HubCache cache(places.cache);
  for (const net::RepoName& repo : cache.repos()) add_repo(cache, repo, entries);
  std::sort(entries.begin() + static_cast<std::ptrdiff_t>(built_in), entries.end(),
            [](const InventoryEntry& a, const InventoryEntry& b) { return a.name < b.name; });
  return entries;
}

}  // namespace swivel::library
