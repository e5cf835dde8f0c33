// The other side of `swivel verify`: the fixed prompts, and the reference engine that answers them.
// The reference is scripts/verify/reference.py, carried inside the program and run by a python3 in
// which transformers or llama-cpp-python is installed.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "formats/json.h"

namespace swivel {

struct VerifyPrompts {
  std::vector<std::string> texts;   // completed greedily
  json::Array conversations;        // {"messages": [...], "tools": [...] or null}
};

// Prompts of several languages, scripts and kinds of text, and conversations with and without a
// system turn, tools and an answer's history. The same in every report of one Swivel version.
VerifyPrompts verify_prompts();

struct ReferenceJob {
  std::string python = "python3";
  std::string model;           // a folder or a .gguf file
  std::string engine = "auto"; // "transformers", "llama.cpp"
  std::string dtype = "float32";
  std::string now;             // "2025-01-31": the clock that templates see
  int64_t new_tokens = 16;
};

struct ReferenceAnswer {
  std::string engine;  // name and version
  struct Text {
    std::vector<int32_t> ids;
    std::vector<int32_t> greedy;
    std::vector<float> logits;  // [ids.size() + greedy.size(), vocab_size]
  };
  std::vector<Text> texts;
  std::vector<std::optional<std::string>> rendered;  // empty where the reference has no template
  int64_t vocab_size = 0;
};

// ERRORS: not_found where Python or the engine is missing, with what to install; bad_input where
// the reply is not what was asked for. Takes texts * positions * vocab_size floats.
Result<ReferenceAnswer> ask_reference(const ReferenceJob& job, const VerifyPrompts& prompts);

}  // namespace swivel
