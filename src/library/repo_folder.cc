#include "library/repo_folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>
#include <vector>

#include "base/mapped_file.h"

namespace swivel::library {
namespace {

namespace fs = std::filesystem;

constexpr int kFolder = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
constexpr auto kLockInterval = std::chrono::milliseconds(100);

ErrorCode code_of(int cause) {
  if (cause == ENOSPC || cause == EDQUOT || cause == ENOMEM) return ErrorCode::out_of_memory;
  return ErrorCode::bad_input;
}

std::unexpected<Error> system_failure(const fs::path& place, int cause) {
  if (cause == ELOOP || cause == ENOTDIR)
    return fail(ErrorCode::bad_input,
                "{}: a symbolic link or a file is where a folder of the cache should be",
                place.string());
  return fail(code_of(cause), "{}: {}", place.string(), strerror(cause));
}

// Opens `name` below `folder`, making it if it is missing.
Result<Descriptor> enter(const Descriptor& folder, const std::string& name, const fs::path& place) {
  if (::mkdirat(folder.get(), name.c_str(), 0777) != 0 && errno != EEXIST)
    return system_failure(place, errno);
  Descriptor inner(::openat(folder.get(), name.c_str(), kFolder));
  if (!inner.is_open()) return system_failure(place, errno);
  return inner;
}

// The folders of a relative path and its last component.
struct Split {
  std::vector<std::string> folders;
  std::string name;
};

Split split(std::string_view path) {
  Split parts;
  size_t at = 0;
  for (size_t slash = path.find('/'); slash != std::string_view::npos;
       at = slash + 1, slash = path.find('/', at))
    parts.folders.emplace_back(path.substr(at, slash - at));
  parts.name = path.substr(at);
  return parts;
}

Result<Descriptor> enter_all(const Descriptor& base, const std::vector<std::string>& folders,
                             fs::path place) {
  Descriptor at(::fcntl(base.get(), F_DUPFD_CLOEXEC, 0));
  if (!at.is_open()) return system_failure(place, errno);
  for (const std::string& folder : folders) {
    place /= folder;
    at = TRY(enter(at, folder, place));
  }
  return at;
}

std::string link_target(int folder, const std::string& name) {
  char target[4096];
  const ssize_t length = ::readlinkat(folder, name.c_str(), target, sizeof target);
  return length < 0 ? std::string() : std::string(target, static_cast<size_t>(length));
}

// A name that no other writer uses.
std::string temporary_name(std::string_view name) {
  const auto thread = std::hash<std::thread::id>()(std::this_thread::get_id());
  return fmt::format("{}.{}.{:x}.tmp", name.substr(0, 200), ::getpid(), thread);
}

std::string part_name(std::string_view hash) { return std::string(hash) + ".incomplete"; }

Status write_text(int folder, const std::string& name, std::string_view text) {
  Descriptor file(
      ::openat(folder, name.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666));
  if (!file.is_open()) return system_failure(name, errno);
  if (::write(file.get(), text.data(), text.size()) != static_cast<ssize_t>(text.size()))
    return fail(ErrorCode::out_of_memory, "{}: cannot be written: {}", name, strerror(errno));
  return {};
}

}  // namespace

Result<RepoFolder> RepoFolder::open(const HubCache& cache, const net::RepoName& repo) {
  const fs::path path = cache.repo_folder(repo);
  std::error_code error;
  fs::create_directories(cache.root(), error);
  if (error) return fail(code_of(error.value()), "{}: {}", cache.root().string(), error.message());
  // The root may be a link: where the cache lies is the user's business.
  const Descriptor root(::open(cache.root().c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!root.is_open()) return system_failure(cache.root(), errno);
  const std::string name = path.filename().string();
  Descriptor folder = TRY(enter(root, name, path));
  Descriptor blobs = TRY(enter(folder, "blobs", path / "blobs"));
  const fs::path locks_place = cache.root() / ".locks";
  const Descriptor all_locks = TRY(enter(root, ".locks", locks_place));
  Descriptor locks = TRY(enter(all_locks, name, locks_place / name));
  return RepoFolder(path, std::move(folder), std::move(blobs), std::move(locks));
}

Result<ContentLock> RepoFolder::lock(std::string_view hash, const std::function<void()>& on_wait,
                                     const std::function<bool()>& cancelled) const {
  const std::string name = std::string(hash) + ".lock";
  Descriptor file(
      ::openat(locks_.get(), name.c_str(), O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0664));
  if (!file.is_open()) return system_failure(name, errno);
  bool told = false;
  while (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK && errno != EINTR) {
      // A file system without locks: the content's own check still stands.
      if (errno == ENOLCK || errno == ENOSYS || errno == EOPNOTSUPP) break;
      return system_failure(name, errno);
    }
    if (cancelled && cancelled()) return fail(ErrorCode::interrupted, "interrupted");
    if (!told && on_wait) on_wait();
    told = true;
    std::this_thread::sleep_for(kLockInterval);
  }
  return ContentLock(std::move(file));
}

std::optional<int64_t> RepoFolder::content_bytes(std::string_view hash) const {
  struct stat facts;
  if (::fstatat(blobs_.get(), std::string(hash).c_str(), &facts, 0) != 0 || !S_ISREG(facts.st_mode))
    return std::nullopt;
  return facts.st_size;
}

int64_t RepoFolder::part_bytes(std::string_view hash) const {
  struct stat facts;
  if (::fstatat(blobs_.get(), part_name(hash).c_str(), &facts, AT_SYMLINK_NOFOLLOW) != 0 ||
      !S_ISREG(facts.st_mode))
    return 0;
  return facts.st_size;
}

Result<Descriptor> RepoFolder::open_part(std::string_view hash) const {
  const std::string name = part_name(hash);
  // O_NONBLOCK: a pipe in the way is found to be one instead of waiting for its other end.
  Descriptor file(::openat(blobs_.get(), name.c_str(),
                           O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0666));
  if (!file.is_open()) return system_failure(path_ / "blobs" / name, errno);
  struct stat facts;
  if (::fstat(file.get(), &facts) != 0 || !S_ISREG(facts.st_mode) || facts.st_nlink > 1)
    return fail(ErrorCode::bad_input, "{}: is no file of its own",
                (path_ / "blobs" / name).string());
  return file;
}

Status RepoFolder::finish_part(std::string_view hash, const Descriptor& part) const {
  const std::string from = part_name(hash);
  const std::string to(hash);
  if (::fsync(part.get()) != 0 ||
      ::renameat(blobs_.get(), from.c_str(), blobs_.get(), to.c_str()) != 0)
    return system_failure(path_ / "blobs" / to, errno);
  return {};
}

void RepoFolder::remove_part(std::string_view hash) const {
  ::unlinkat(blobs_.get(), part_name(hash).c_str(), 0);
}

Status RepoFolder::link(std::string_view commit, std::string_view file,
                        std::string_view hash) const {
  Split parts = split(file);
  const fs::path place = path_ / "snapshots" / commit / file;
  std::vector<std::string> folders = {"snapshots", std::string(commit)};
  folders.insert(folders.end(), parts.folders.begin(), parts.folders.end());
  const Descriptor folder = TRY(enter_all(repo_, folders, path_));
  std::string target;
  for (size_t i = 0; i < folders.size(); ++i) target += "../";
  target += "blobs/" + std::string(hash);
  if (link_target(folder.get(), parts.name) == target) return {};
  struct stat facts;
  if (::fstatat(folder.get(), parts.name.c_str(), &facts, AT_SYMLINK_NOFOLLOW) == 0 &&
      S_ISDIR(facts.st_mode))
    return fail(ErrorCode::bad_input, "{}: is a folder; a file is to be there", place.string());
  const std::string beside = temporary_name(parts.name);
  if (::symlinkat(target.c_str(), folder.get(), beside.c_str()) != 0)
    return system_failure(place, errno);
  if (::renameat(folder.get(), beside.c_str(), folder.get(), parts.name.c_str()) != 0) {
    const int cause = errno;
    ::unlinkat(folder.get(), beside.c_str(), 0);
    return system_failure(place, cause);
  }
  return {};
}

Status RepoFolder::write_ref(std::string_view revision, std::string_view commit) const {
  if (revision == commit) return {};
  Split parts = split(revision);
  parts.folders.insert(parts.folders.begin(), "refs");
  const Descriptor folder = TRY(enter_all(repo_, parts.folders, path_));
  const std::string beside = temporary_name(parts.name);
  TRY(write_text(folder.get(), beside, commit));
  if (::renameat(folder.get(), beside.c_str(), folder.get(), parts.name.c_str()) != 0) {
    const int cause = errno;
    ::unlinkat(folder.get(), beside.c_str(), 0);
    return system_failure(path_ / "refs" / revision, cause);
  }
  return {};
}

}  // namespace swivel::library
