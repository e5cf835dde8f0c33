// Pulls a repository's files at a revision into the cache: asks the Hub what there is, chooses,
// looks at what is there already, checks the disk's free space, downloads several files at once and
// links them. Says what it does by events; prints nothing.
//
// The ref ("main") is written last: until then it leads to the snapshot of before, so an
// interrupted pull never hides a whole model behind half of one.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "library/hub_cache.h"
#include "net/hub.h"

namespace swivel::library {

struct PullRequest {
  net::RepoName repo;
  std::string revision = "main";
  std::vector<std::string> include;  // patterns; empty: library/file_choice.h decides
  int jobs = 4;                      // files at once, 1 to 32
};

struct PullPlan {
  struct File {
    net::HubFile facts;  // bytes and hash are set
    // there: nothing to fetch; part: some bytes are there; missing: none are.
    enum class State { there, part, missing } state = State::missing;
    int64_t have = 0;  // bytes that are there
  };

  PullRequest request;
  std::string commit;
  std::vector<File> files;  // sorted by name
  int64_t bytes = 0;        // of all files
  int64_t bytes_to_fetch = 0;
  int64_t bytes_free = 0;  // of the disk that the cache is on

  std::filesystem::path snapshot;  // where the files will be
};

struct PullEvent {
  enum class Kind {
    waiting,   // another process downloads this file
    progress,  // `bytes` of the file are there; may go back to less
    again,     // a failure that is tried again; `text` says which
    finished,  // the file is whole, checked and linked
  };
  Kind kind = Kind::progress;
  size_t file = 0;  // in PullPlan::files
  int64_t bytes = 0;
  std::string_view text;
};

// How to talk to the Hub, and what stands in for the machine in tests.
struct PullContext {
  net::HubAccess access;
  net::HttpClientOptions http;  // its `cancelled` also stops waiting and hashing
  HubCache cache;
  // Bytes free for `path` or the nearest folder above it that exists; empty: the system's answer.
  std::function<std::optional<int64_t>(const std::filesystem::path& path)> free_bytes;
};

// Reads nothing but names and sizes, writes nothing. Errors as net::Hub::list and choose_files.
Result<PullPlan> plan_pull(const PullContext& context, const PullRequest& request);

// out_of_memory if the disk has no room, before anything is fetched; otherwise as
// library/download.h. The first failure stops the other files, whose parts stay.
// `on_event` is called from several threads, one at a time.
Status run_pull(const PullContext& context, const PullPlan& plan,
                const std::function<void(const PullEvent&)>& on_event);

}  // namespace swivel::library
