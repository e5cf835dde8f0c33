// One content of a repository from the Hub into the cache: resumed where a part is there, bounded
// by the size that the Hub stated, checked against its hash before it gets its name.
//
// Thread safety: as RepoFolder and Hub; different contents may be downloaded at once.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "library/repo_folder.h"
#include "net/hub.h"

namespace swivel::library {

// What is happening to one file; called from the thread that downloads it. All may be empty.
struct DownloadWatch {
  std::function<void()> waiting;          // another process holds the content's lock
  std::function<void(int64_t bytes)> at;  // so many bytes are there; less than before: begun anew
  std::function<void(std::string_view why)> again;  // a failure that is tried again
};

// Leaves a part to resume behind when it is interrupted or gives up. not_found: unreachable or
// refused by the Hub; bad_input: the Hub's bytes are not those it named; out_of_memory: the disk is
// full; interrupted. REQUIRES: file.bytes and file.hash are set, check_repo_path(file.path).
Status download(net::Hub& hub, const net::RepoName& repo, std::string_view commit,
                const net::HubFile& file, const RepoFolder& folder, const DownloadWatch& watch);

}  // namespace swivel::library
