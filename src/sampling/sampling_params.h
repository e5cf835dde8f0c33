// How the next token is chosen from a row of logits. Plain data; the meaning and the order of the
// steps is sampling/sampler.h's. Every default is neutral: it leaves the model's distribution as
// is.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"

namespace swivel {

struct LogitBias {
  int32_t id = 0;
  float bias = 0;  // added to the logit; -infinity forbids the token
};

struct SamplingParams {
  float temperature = 1;         // 0: the most probable token, the smallest id among equals
  int64_t top_k = 0;             // 0: no limit
  float top_p = 1;               // (0, 1]
  float min_p = 0;               // [0, 1]
  float repetition_penalty = 1;  // > 0; over prompt and answer
  float presence_penalty = 0;    // over the answer
  float frequency_penalty = 0;   // over the answer
  std::vector<LogitBias> logit_bias;
  uint64_t seed = 0;
  // Set: each token comes with its log probability and with this many most probable ones.
  std::optional<int64_t> logprobs;
};

// The most alternatives a token may be asked to come with.
inline constexpr int64_t kMaxLogprobs = 100;

// ERRORS: bad_input with the name, the legal range and the value of the first field out of range.
Status check(const SamplingParams& params, int64_t vocab_size);

}  // namespace swivel
