// What is asked of the engine, and what became of it. Ids in, ids out: no text here.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "base/result.h"
#include "sampling/sampler.h"
#include "sampling/sampling_params.h"

namespace swivel {

using SequenceId = int64_t;

enum class Verdict { go, stop };

enum class FinishReason {
  stop_id,     // a stop id was sampled
  stopped,     // on_token said stop
  max_tokens,  // the request's own limit
  context,     // the sequence fills the context
  cancelled,   // cancel()
  failed,      // Outcome::error says why
};

struct Outcome {
  FinishReason reason = FinishReason::failed;
  std::optional<int32_t> stop_id;
  int64_t prompt_tokens = 0;
  int64_t reused_tokens = 0;  // of the prompt, whose keys and values were still there
  int64_t answer_tokens = 0;  // sampled tokens, a final stop id included
  int64_t preemptions = 0;    // how often its pages were taken and its prefix recomputed
  double queued_seconds = 0;  // submit to the first step that ran a part of it
  double prompt_seconds = 0;  // from there to the first sampled token
  double answer_seconds = 0;  // from there to the end
  std::optional<Error> error;
};

// Immutable once submitted.
struct Request {
  std::vector<int32_t> prompt;  // not empty
  SamplingParams sampling;
  std::vector<int32_t> stop_ids;      // end the answer; they are not delivered
  int64_t min_tokens = 0;             // stop ids are forbidden before this many tokens
  std::optional<int64_t> max_tokens;  // empty: until the context is full

  // Called on the thread that calls step(), in order; on_end last and once for every request that
  // submit accepted. Neither may call step(); both may call submit() and cancel().
  std::function<Verdict(const SampledToken&)> on_token;
  std::function<void(const Outcome&)> on_end;
};

}  // namespace swivel
