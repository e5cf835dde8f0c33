// How a model's makers would have it sampled: generation_config.json, or what a GGUF's metadata and
// its tokenizer say. Absent means absent: whoever samples has its own defaults.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "formats/json.h"

namespace swivel::library {

struct GenerationDefaults {
  std::optional<bool> do_sample;  // false: greedy, whatever temperature says
  std::optional<double> temperature;
  std::optional<int64_t> top_k;
  std::optional<double> top_p;
  std::optional<double> min_p;
  std::optional<double> repetition_penalty;
  std::optional<double> presence_penalty;
  std::optional<double> frequency_penalty;
  std::optional<int64_t> max_new_tokens;
  std::vector<int32_t> end_ids;  // ids that end an answer: sorted, unique

  bool operator==(const GenerationDefaults&) const = default;
};

// generation_config.json. `name` is what messages call it. bad_input where a key has a value of the
// wrong kind or out of its range; keys it does not know are left alone. Null is absent.
Result<GenerationDefaults> read_generation_config(const json::Value& config, std::string_view name);

// Adds ids to `defaults.end_ids`, keeping them sorted and unique.
void add_end_ids(GenerationDefaults& defaults, const std::vector<int32_t>& ids);

}  // namespace swivel::library
