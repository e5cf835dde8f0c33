// Takes models out of the cache: a repository whole, or one revision and the contents that nothing
// else refers to. Deletes below the repository's own folder only; a symbolic link is deleted, not
// followed, and a folder of the cache that is one is refused.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "library/hub_cache.h"
#include "net/repo_name.h"

namespace swivel::library {

struct Removal {
  enum class Scope { repository, revision };

  net::RepoName repo;
  Scope scope = Scope::repository;
  std::vector<std::string> refs;       // that go
  std::vector<std::string> snapshots;  // commits that go
  std::vector<std::string> blobs;      // contents and unfinished parts that go
  int64_t bytes = 0;                   // of disk space that is freed
};

// `revision` empty: all of it. A ref goes alone if another leads to the same commit; a commit goes
// with all its refs; the last snapshot takes the repository's folder with it.
// not_found where the cache has no such repository or revision; bad_input where a folder is a link.
Result<Removal> plan_removal(const HubCache& cache, const net::RepoName& repo,
                             const std::string& revision);

// bad_input while another process downloads into the repository.
Status run_removal(const HubCache& cache, const Removal& removal);

}  // namespace swivel::library
