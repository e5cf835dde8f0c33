// Which files of a repository a pull takes.
//
// Without patterns: what a model needs to run here and what says under which terms: safetensors
// weights, JSON, tokenizer and template files, model card and licence, of the top folder and of
// additional_chat_templates/. Weights of other formats (.bin, .pt, .pth, .msgpack, .h5, .onnx),
// code and pictures are left out, and so is a second copy of the weights (consolidated*.safetensors
// beside model*.safetensors). A repository with GGUF weights only is taken whole if it has one
// GGUF; with several the user says which.
//
// With patterns: the files that match any of them, and no others. '*' and '?' match '/' too, as in
// other programs that take such patterns; a pattern that ends in '/' means all below it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "net/hub_listing.h"
#include "net/repo_name.h"

namespace swivel::library {

// Sorted by name. Every name has passed net::check_repo_path, no two differ in case only, and none
// is a folder of another. not_found where nothing is left, with what there is; bad_input for a
// listing with a name that leaves its folder, chosen or not.
Result<std::vector<net::HubFile>> choose_files(const net::HubListing& listing,
                                               const net::RepoName& repo,
                                               const std::vector<std::string>& include);

bool matches(std::string_view pattern, std::string_view name);

// "1.5 GB", "312 kB", "17 bytes": powers of ten, as download sizes are written.
std::string size_text(int64_t bytes);

}  // namespace swivel::library
