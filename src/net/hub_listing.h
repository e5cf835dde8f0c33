// What the Hub says of a repository at one revision: its commit and its files.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace swivel::net {

struct HubFile {
  // As the server wrote it: hostile until check_repo_path has passed.
  std::string path;
  std::optional<int64_t> bytes;  // never negative
  // The name of the content: SHA-256 of large files, git's SHA-1 of others. Empty: not said.
  std::string hash;

  bool operator==(const HubFile&) const = default;
};

struct HubListing {
  std::string commit;  // 40 hexadecimal digits
  std::vector<HubFile> files;
};

// The reply of /api/models/ORG/NAME/revision/REVISION?blobs=true. `name` is what messages call it.
// bad_input for anything but an object with "sha" and "siblings", for a size that is negative, for
// a hash that is none, and for more than 100000 files.
Result<HubListing> parse_hub_listing(std::string_view reply, std::string_view name);

// The branches and tags of /api/models/ORG/NAME/refs.
Result<std::vector<std::string>> parse_hub_refs(std::string_view reply, std::string_view name);

// The names in the reply of /api/models?search=…; those that are no "org/name" are left out.
Result<std::vector<std::string>> parse_hub_search(std::string_view reply, std::string_view name);

// An ETag header without its quotes and its "W/"; empty if what is left is no content hash.
std::string content_hash_of_etag(std::string_view etag);

}  // namespace swivel::net
