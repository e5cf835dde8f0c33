// What a model card (README.md) says in its YAML front matter, as tags: a claim of whoever wrote
// it, not a finding. Values that have another shape than expected are left out; a card never stops
// a model from loading.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace swivel::library {

struct ModelCard {
  std::string license;       // "apache-2.0", "other", …; empty: says nothing
  std::string license_name;  // with license "other": "llama3.2", …
  std::string license_link;
  std::vector<std::string> base_models;
  std::vector<std::string> languages;
  std::vector<std::string> tags;
  std::string pipeline_tag;

  bool operator==(const ModelCard&) const = default;
};

// A text without front matter, or with one that is malformed, gives an empty card.
ModelCard read_model_card(std::string_view markdown);

}  // namespace swivel::library
