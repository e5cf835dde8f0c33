// The folder that all Hugging Face programs of a user share:
//
//   ROOT/models--org--name/refs/main                   the commit that "main" was when last pulled
//                          blobs/ETAG                   contents, named by SHA-256 or git SHA-1
//                          blobs/ETAG.incomplete        a download that is not finished
//                          snapshots/COMMIT/config.json → ../../blobs/ETAG
//   ROOT/.locks/models--org--name/ETAG.lock            held (flock) by whoever downloads ETAG
//
// HubCache names places and reads them; it writes nothing. RepoFolder (library/repo_folder.h)
// writes. Programs in other languages change the folder at any time: every answer is of the moment.
// Thread safety: immutable.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/repo_name.h"

namespace swivel::library {

class HubCache {
 public:
  explicit HubCache(std::filesystem::path root) : root_(std::move(root)) {}

  // HF_HUB_CACHE, HUGGINGFACE_HUB_CACHE, $HF_HOME/hub, $XDG_CACHE_HOME/huggingface/hub,
  // ~/.cache/huggingface/hub: the first that is set.
  static std::filesystem::path root_from_environment();

  const std::filesystem::path& root() const { return root_; }
  std::filesystem::path repo_folder(const net::RepoName& repo) const;  // ROOT/models--org--name
  std::filesystem::path snapshot_folder(const net::RepoName& repo, std::string_view commit) const;

  // The repositories of models that have a folder, sorted.
  std::vector<net::RepoName> repos() const;

  struct Ref {
    std::string name;    // "main", "refs/pr/1"
    std::string commit;  // 40 hexadecimal digits
  };
  // Sorted by name; a ref file that holds no commit is left out.
  std::vector<Ref> refs(const net::RepoName& repo) const;
  // The commits that have a snapshot, sorted.
  std::vector<std::string> commits(const net::RepoName& repo) const;

  // The commit of a revision: a commit itself if it has a snapshot, else a ref. Nothing if the
  // cache has neither.
  std::optional<std::string> resolve(const net::RepoName& repo, std::string_view revision) const;

  struct File {
    std::string name;   // in the repository, with '/'
    int64_t bytes = 0;  // of the content
    std::string blob;   // the name in blobs/; empty if the file is no link there
    enum class State { present, broken } state = State::present;  // broken: a link to nothing
  };
  // The files of a snapshot, sorted by name; links are followed for their size only.
  std::vector<File> files(const net::RepoName& repo, std::string_view commit) const;

  // Whether blobs/ holds a part of a download that has not finished.
  bool has_unfinished(const net::RepoName& repo) const;

 private:
  std::filesystem::path root_;
};

}  // namespace swivel::library
