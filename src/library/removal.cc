#include "library/removal.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <set>

#include "library/descriptor.h"
#include "library/model_folder.h"

namespace swivel::library {
namespace {

namespace fs = std::filesystem;

// Bytes that deleting the file frees; a link frees none.
int64_t own_bytes(const fs::path& file) {
  struct stat facts;
  if (::lstat(file.c_str(), &facts) != 0 || !S_ISREG(facts.st_mode)) return 0;
  return facts.st_size;
}

Status refuse_links(const fs::path& folder) {
  for (const char* name : {"", "refs", "blobs", "snapshots"}) {
    const fs::path place = *name == '\0' ? folder : folder / name;
    std::error_code ignored;
    if (fs::is_symlink(place, ignored))
      return fail(ErrorCode::bad_input,
                  "{}: is a symbolic link; what it leads to is not the cache's to delete",
                  place.string());
  }
  return {};
}

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
    names.push_back(it->path().filename().string());
  std::sort(names.begin(), names.end());
  return names;
}

void plan_whole(const HubCache& cache, Removal& removal) {
  removal.scope = Removal::Scope::repository;
  removal.snapshots = cache.commits(removal.repo);
  removal.blobs = names_in(cache.repo_folder(removal.repo) / "blobs");
  removal.refs.clear();
  for (const HubCache::Ref& ref : cache.refs(removal.repo)) removal.refs.push_back(ref.name);
}

// The contents that only the snapshots which go refer to.
void plan_blobs(const HubCache& cache, Removal& removal) {
  std::set<std::string> going, staying;
  for (const std::string& commit : cache.commits(removal.repo)) {
    const bool goes = std::count(removal.snapshots.begin(), removal.snapshots.end(), commit) > 0;
    for (const HubCache::File& file : cache.files(removal.repo, commit))
      if (!file.blob.empty()) (goes ? going : staying).insert(file.blob);
  }
  std::set_difference(going.begin(), going.end(), staying.begin(), staying.end(),
                      std::back_inserter(removal.blobs));
}

Status plan_revision(const HubCache& cache, const std::string& revision, Removal& removal) {
  removal.scope = Removal::Scope::revision;
  const auto commit = cache.resolve(removal.repo, revision);
  const std::vector<HubCache::Ref> refs = cache.refs(removal.repo);
  if (!commit) {
    std::vector<std::string> there;
    for (const HubCache::Ref& ref : refs) there.push_back(ref.name);
    return fail(ErrorCode::not_found, "{} is not in the cache at {}{}{}", removal.repo.str(),
                revision, there.empty() ? "" : "; there is ", listed(there));
  }
  size_t others = 0;
  for (const HubCache::Ref& ref : refs) {
    if (ref.commit != *commit) continue;
    if (revision == *commit || ref.name == revision)
      removal.refs.push_back(ref.name);
    else
      ++others;
  }
  if (others > 0) return {};  // the snapshot is still wanted
  removal.snapshots.push_back(*commit);
  if (cache.commits(removal.repo) == removal.snapshots)
    plan_whole(cache, removal);
  else
    plan_blobs(cache, removal);
  return {};
}

// Takes every lock of the repository, so that nobody downloads while it is deleted.
Status take_locks(const fs::path& folder, std::vector<Descriptor>& locks) {
  for (const std::string& name : names_in(folder)) {
    const fs::path path = folder / name;
    Descriptor file(::open(path.c_str(), O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC));
    if (!file.is_open()) continue;
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
      return fail(ErrorCode::bad_input, "{}: another process downloads into it; try again later",
                  folder.filename().string());
    locks.push_back(std::move(file));
  }
  return {};
}

Status delete_folder(const fs::path& path) {
  std::error_code error;
  fs::remove_all(path, error);  // deletes links, does not follow them
  if (error) return fail(ErrorCode::bad_input, "{}: {}", path.string(), error.message());
  return {};
}

Status delete_file(const fs::path& path) {
  std::error_code error;
  fs::remove(path, error);
  if (error) return fail(ErrorCode::bad_input, "{}: {}", path.string(), error.message());
  return {};
}

}  // namespace

Result<Removal> plan_removal(const HubCache& cache, const net::RepoName& repo,
                             const std::string& revision) {
  Removal removal{.repo = repo};
  const fs::path folder = cache.repo_folder(repo);
  std::error_code ignored;
  if (!fs::exists(fs::symlink_status(folder, ignored)))
    return fail(ErrorCode::not_found, "{} is not in the cache {}", repo.str(),
                cache.root().string());
  TRY(refuse_links(folder));
  if (revision.empty())
    plan_whole(cache, removal);
  else
    TRY(plan_revision(cache, revision, removal));
  for (const std::string& blob : removal.blobs) removal.bytes += own_bytes(folder / "blobs" / blob);
  return removal;
}

Status run_removal(const HubCache& cache, const Removal& removal) {
  const fs::path folder = cache.repo_folder(removal.repo);
  const fs::path locks_folder = cache.root() / ".locks" / folder.filename();
  TRY(refuse_links(folder));
  std::vector<Descriptor> locks;
  TRY(take_locks(locks_folder, locks));
  if (removal.scope == Removal::Scope::repository) {
    TRY(delete_folder(folder));
    std::error_code ignored;
    if (!fs::is_symlink(cache.root() / ".locks", ignored)) TRY(delete_folder(locks_folder));
    return {};
  }
  // Names first, contents last: at no moment does a name lead to nothing.
  for (const std::string& ref : removal.refs) TRY(delete_file(folder / "refs" / ref));
  for (const std::string& commit : removal.snapshots)
    TRY(delete_folder(folder / "snapshots" / commit));
  for (const std::string& blob : removal.blobs) TRY(delete_file(folder / "blobs" / blob));
  return {};
}

}  // namespace swivel::library
