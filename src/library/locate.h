// The MODEL argument to files on this machine. Looks, in this order, at
//   1. an existing path: a Hugging Face folder (config.json in it) or a .gguf file;
//   2. a name built in: a folder of models/ that comes with the program;
//   3. org/name[@revision] in the Hugging Face cache, or org/name/FILE.gguf[@revision] for one
//      file of a repository that holds several.
// "hf:" in front forces the last. Nothing is downloaded and nothing is read but names, refs and the
// index of shards.
//
// Thread safety: free functions without state.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "library/hub_cache.h"

namespace swivel::library {

struct Located {
  enum class Container { huggingface, gguf };
  enum class Origin { path, built_in, cache };

  Container container = Container::huggingface;
  Origin origin = Origin::path;
  std::filesystem::path path;  // the folder, or the .gguf file
  std::string name;            // what people call it: the path as given, "mini-qwen3", "org/name"
  std::string commit;          // of a model in the cache; else empty
};

// Where models are looked for.
struct Places {
  // Folders whose subfolders are the built-in models; the first that has the name wins.
  std::vector<std::filesystem::path> built_in;
  std::filesystem::path cache;  // of the Hub: HubCache's root

  // SWIVEL_MODELS (a colon-separated list) if set; else beside the program: ../models and
  // ../share/swivel/models, then models/ in the folders above it (a build folder inside the source
  // tree). The cache as HF_HUB_CACHE, HF_HOME and XDG_CACHE_HOME say.
  static Places from_environment();
};

// What must be there: a tokenizer alone does not need the weights.
enum class Needs { everything, text_only };

// not_found: what was looked for where, the nearest names, and the `swivel pull` to type. A model
// in the cache with shards missing is not_found and names the shards. bad_input for a path that is
// neither kind and for a name that cannot be one.
Result<Located> locate(std::string_view model, const Places& places,
                       Needs needs = Needs::everything);
Result<Located> locate(std::string_view model, Needs needs = Needs::everything);

struct BuiltIn {
  std::string name;
  std::filesystem::path path;
};
// The built-in models, sorted by name, the first of each name.
std::vector<BuiltIn> built_in_models(const Places& places);

}  // namespace swivel::library
