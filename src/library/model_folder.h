// What kind of model a folder holds and whether it is whole, by names alone (and the index of
// shards). The folder may be a user's or a snapshot of the cache.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

namespace swivel::library {

struct ModelFolder {
  bool has_config = false;               // config.json
  bool has_tokenizer = false;            // tokenizer.json or tokenizer.model
  std::vector<std::string> safetensors;  // that are there; sorted
  std::vector<std::string> ggufs;        // that are there; sorted
  // Files that belong to the model and are not there: shards of the index, links to nothing;
  // sorted.
  std::vector<std::string> missing;

  bool has_weights() const { return !safetensors.empty() || !ggufs.empty(); }
};

// bad_input for an index of shards that is malformed; a folder that is not there is empty.
Result<ModelFolder> look_into(const std::filesystem::path& folder);

// "a, b, c and 7 more".
std::string listed(const std::vector<std::string>& names, size_t at_most = 5);

}  // namespace swivel::library
