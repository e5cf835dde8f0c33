// One turn of a conversation, from a prompt to an answer as it comes: encode is done
// (chat/prompt.h), this submits, decodes, splits reasoning from answer, and ends at stop strings.
// It holds no conversation: messages are the caller's.
//
// Stop strings are looked for in the answer proper, not in the reasoning.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "chat/prompt.h"
#include "engine/engine.h"
#include "library/load.h"
#include "sampling/sampling_params.h"

namespace swivel {

struct TurnOptions {
  SamplingParams sampling;
  std::vector<std::string> stop_strings;
  std::vector<int32_t> stop_ids;  // besides the model's own
  int64_t min_tokens = 0;
  std::optional<int64_t> max_tokens;
};

enum class TurnFinish { stop, max_tokens, context, cancelled, failed };

struct TurnResult {
  TurnFinish finish = TurnFinish::failed;
  std::string text;
  std::string reasoning;
  std::string stop_string;           // the one that ended it; empty: none
  std::vector<SampledToken> tokens;  // with SamplingParams::logprobs only
  Outcome outcome;                   // counts and times
};

struct TurnEvents {
  // Text that is new, whole characters; never part of a stop string. Reasoning comes first.
  std::function<void(const AnswerPiece&)> on_piece;
  // Once, last.
  std::function<void(TurnResult)> on_end;
};

// Starts a turn; the caller steps the engine. The model outlives the turn. ERRORS: as
// Engine::submit; then no event follows.
Result<SequenceId> start_turn(Engine& engine, const library::LoadedModel& model,
                              const Prompt& prompt, const TurnOptions& options, TurnEvents events);

// "stop", "length", "cancelled", "error": the words of JSON outputs.
std::string_view finish_word(TurnFinish finish);

}  // namespace swivel
