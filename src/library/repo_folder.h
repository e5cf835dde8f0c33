// Writes into one repository's folder of the cache (layout: library/hub_cache.h). Everything is
// opened relative to the folder, component by component, and no symbolic link below the cache's
// root is followed: neither a server's file name nor a link left by somebody leads outside.
//
// Thread safety: const functions may run in several threads; of two threads only the one that holds
// a content's lock may write that content.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "library/descriptor.h"
#include "library/hub_cache.h"

namespace swivel::library {

// While it lives, no other program that keeps to the cache's rules downloads the same content.
// Released by the system when a process dies.
class ContentLock {
 public:
  explicit ContentLock(Descriptor file) : file_(std::move(file)) {}

 private:
  Descriptor file_;
};

class RepoFolder {
 public:
  // Makes the folders that are missing. bad_input where something else is in the way.
  static Result<RepoFolder> open(const HubCache& cache, const net::RepoName& repo);

  const std::filesystem::path& path() const { return path_; }

  // Waits for the lock of a content. `on_wait` is called once if another process holds it;
  // `cancelled` is asked several times a second and may be empty. interrupted, bad_input.
  Result<ContentLock> lock(std::string_view hash, const std::function<void()>& on_wait,
                           const std::function<bool()>& cancelled) const;

  // Bytes of a content that is whole, or of the part of it that is there. REQUIRES (here and
  // below): `hash` is a content hash, `commit` a commit.
  std::optional<int64_t> content_bytes(std::string_view hash) const;
  int64_t part_bytes(std::string_view hash) const;

  // Opens the unfinished part for reading and writing, and makes it if it is missing.
  Result<Descriptor> open_part(std::string_view hash) const;
  // Makes the part the content: on disk before its name is.
  Status finish_part(std::string_view hash, const Descriptor& part) const;
  void remove_part(std::string_view hash) const;

  // snapshots/COMMIT/PATH → the content; replaces a link that leads elsewhere.
  // REQUIRES: net::check_repo_path(file).
  Status link(std::string_view commit, std::string_view file, std::string_view hash) const;

  // refs/REVISION = commit; nothing if the revision is the commit. REQUIRES: check_revision.
  Status write_ref(std::string_view revision, std::string_view commit) const;

 private:
  RepoFolder(std::filesystem::path path, Descriptor repo, Descriptor blobs, Descriptor locks)
      : path_(std::move(path)),
        repo_(std::move(repo)),
        blobs_(std::move(blobs)),
        locks_(std::move(locks)) {}

  std::filesystem::path path_;
  Descriptor repo_;
  Descriptor blobs_;
  Descriptor locks_;
};

}  // namespace swivel::library
