// The JSON form of an answer (docs/json.md, "run"), and what is said about it in words.
#pragma once

#include <string>

#include "chat/chat_turn.h"
#include "commands/session.h"
#include "formats/json.h"

namespace swivel {

json::Value answer_json(const Session& session, const TurnResult& result);

// "prompt 23 tokens in 0.12 s (190.0/s), answer 40 tokens in 1.30 s (30.8/s), seed 17, stop"
std::string timing_line(const Session& session, const TurnResult& result);

// The tokens with their log probabilities, one a line.
std::string logprobs_table(const library::LoadedModel& model, const TurnResult& result);

}  // namespace swivel
