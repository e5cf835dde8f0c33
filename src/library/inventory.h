// The models on this machine that need no path: built in, and in the Hub's cache.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "library/locate.h"

namespace swivel::library {

struct InventoryEntry {
  enum class State { whole, partial };  // partial: files are missing or a download has not finished

  std::string name;  // as MODEL takes it: "mini-qwen3", "org/name", "org/name@v1"
  Located::Origin origin = Located::Origin::built_in;
  std::string commit;                  // of a snapshot in the cache
  std::vector<std::string> revisions;  // refs that lead to it, sorted
  std::string kind;                    // "safetensors", "GGUF", "no weights"
  std::string model_type;              // config.json's, shown; may be empty
  int64_t bytes = 0;                   // of its files; contents that snapshots share count in each
  State state = State::whole;
  std::filesystem::path path;
};

// Built-in models first, then the cache's, by name. One entry a snapshot; a repository of which
// nothing but unfinished downloads is there is one partial entry without a commit.
std::vector<InventoryEntry> inventory(const Places& places);

}  // namespace swivel::library
