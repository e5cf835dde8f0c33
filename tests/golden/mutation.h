// Every fact of a family file, replaced by something else that the vocabulary allows.
#pragma once

#include <string>
#include <vector>

#include "formats/json.h"

namespace swivel::golden {

struct Mutation {
  std::string what;  // "attention.scale = \"1/sqrt($head_dim)\" becomes 0.5"
  json::Value root;  // the whole file, with the fact replaced
  bool in_gguf;      // only seen by models that arrive as GGUF
};

// All mutations of the arithmetic facts that the file states.
std::vector<Mutation> mutations_of(const json::Value& root);

}  // namespace swivel::golden
