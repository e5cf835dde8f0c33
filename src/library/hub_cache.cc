#include "library/hub_cache.h"

#include <algorithm>
#include <cstdlib>

#include "base/mapped_file.h"
#include "net/hub.h"

namespace swivel::library {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kPrefix = "models--";

std::vector<fs::directory_entry> entries(const fs::path& folder) {
  std::vector<fs::directory_entry> found;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
    found.push_back(*it);
  return found;
}

// Files and links below a folder, by name relative to it; links to folders are not entered.
std::vector<std::string> names_below(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::recursive_directory_iterator it(folder, error), end; !error && it != end;
       it.increment(error)) {
    std::error_code ignored;
    const auto status = it->symlink_status(ignored);
    if (!fs::is_directory(status)) names.push_back(it->path().lexically_relative(folder).string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

std::optional<std::string> read_commit(const fs::path& file) {
  const auto text = read_file(file, 256);
  if (!text) return std::nullopt;
  std::string commit = *text;
  while (!commit.empty() && (commit.back() == '\n' || commit.back() == ' ')) commit.pop_back();
  if (!net::is_commit(commit)) return std::nullopt;
  return commit;
}

}  // namespace

fs::path HubCache::root_from_environment() {
  for (const char* name : {"HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"}) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') return value;
  }
  return fs::path(net::huggingface_home()) / "hub";
}

fs::path HubCache::repo_folder(const net::RepoName& repo) const {
  return root_ / (std::string(kPrefix) + repo.owner + "--" + repo.name);
}

fs::path HubCache::snapshot_folder(const net::RepoName& repo, std::string_view commit) const {
  return repo_folder(repo) / "snapshots" / commit;
}

std::vector<net::RepoName> HubCache::repos() const {
  std::vector<net::RepoName> found;
  for (const auto& entry : entries(root_)) {
    std::string name = entry.path().filename().string();
    if (!name.starts_with(kPrefix)) continue;
    name.erase(0, kPrefix.size());
    const size_t middle = name.find("--");
    if (middle == std::string::npos) continue;
    name.replace(middle, 2, "/");
    std::error_code ignored;
    if (const auto repo = net::parse_repo_name(name); repo && entry.is_directory(ignored))
      found.push_back(*repo);
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::vector<HubCache::Ref> HubCache::refs(const net::RepoName& repo) const {
  const fs::path folder = repo_folder(repo) / "refs";
  std::vector<Ref> found;
  for (const std::string& name : names_below(folder))
    if (const auto commit = read_commit(folder / name)) found.push_back({name, *commit});
  return found;
}

std::vector<std::string> HubCache::commits(const net::RepoName& repo) const {
  std::vector<std::string> found;
  for (const auto& entry : entries(repo_folder(repo) / "snapshots")) {
    const std::string name = entry.path().filename().string();
    if (net::is_commit(name)) found.push_back(name);
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::optional<std::string> HubCache::resolve(const net::RepoName& repo,
                                             std::string_view revision) const {
  std::error_code ignored;
  if (net::is_commit(revision) && fs::is_directory(snapshot_folder(repo, revision), ignored))
    return std::string(revision);
  if (!net::check_revision(revision)) return std::nullopt;
  return read_commit(repo_folder(repo) / "refs" / revision);
}

std::vector<HubCache::File> HubCache::files(const net::RepoName& repo,
                                            std::string_view commit) const {
  const fs::path folder = snapshot_folder(repo, commit);
  std::vector<File> found;
  for (const std::string& name : names_below(folder)) {
    File file{.name = name};
    std::error_code error;
    const fs::path target = fs::read_symlink(folder / name, error);
    if (!error && target.parent_path().filename() == "blobs") file.blob = target.filename();
    const auto bytes = fs::file_size(folder / name, error);
    if (error)
      file.state = File::State::broken;
    else
      file.bytes = static_cast<int64_t>(bytes);
    found.push_back(std::move(file));
  }
  return found;
}

bool HubCache::has_unfinished(const net::RepoName& repo) const {
  for (const auto& entry : entries(repo_folder(repo) / "blobs"))
    if (entry.path().extension() == ".incomplete") return true;
  return false;
}

}  // namespace swivel::library
