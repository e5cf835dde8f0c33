// The families this process knows, and which of them a checkpoint belongs to.
//
// Lookup: the file given with --family alone; otherwise the user's folder
// ($XDG_CONFIG_HOME/swivel/families, or ~/.config/...), then the built-in files. A file of the
// user's with the name of a built-in family takes its place. A family.toml beside the model counts
// only where none of these matches.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "model/facts.h"
#include "model/family_spec.h"

namespace swivel {

struct EmbeddedFile {
  std::string_view name;  // "qwen3.toml"
  std::string_view text;
};
// The files of families/, as they were when the program was built.
std::span<const EmbeddedFile> embedded_families();

std::filesystem::path user_family_folder();  // may not exist

// All families, the user's first. ERRORS: bad_input if a file is not valid, "FILE:LINE: ...".
Result<std::vector<FamilySpec>> known_families(const std::filesystem::path& user_folder);

Result<FamilySpec> read_family_file(const std::filesystem::path& path);

// Whether the checkpoint is one that the family means.
bool matches(const FamilySpec& family, const Facts& facts);

struct FamilyLookup {
  std::optional<std::filesystem::path> file;  // --family FILE
  std::filesystem::path user_folder;          // empty: user_family_folder()
  std::filesystem::path model_folder;         // where a family.toml of the model's own would lie
};

// ERRORS: bad_input if none or two match, naming them and what the checkpoint says it is.
Result<FamilySpec> find_family(const FamilyLookup& lookup, const Facts& facts);

}  // namespace swivel
