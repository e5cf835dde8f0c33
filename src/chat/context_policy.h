// What happens when a conversation outgrows the context.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "chat/prompt.h"

namespace swivel {

enum class OnFull {
  stop,   // the answer ends where the context is full; a conversation without room is refused
  slide,  // the oldest turns are left out of the prompt; system messages stay
  error,  // a conversation that may not have room for its whole answer is refused
};

std::optional<OnFull> on_full_named(std::string_view word);

struct Room {
  int64_t context = 0;                // tokens, prompt and answer together
  std::optional<int64_t> max_tokens;  // what the answer may need; empty: a quarter of the context

  int64_t answer() const { return max_tokens.value_or(std::max<int64_t>(context / 4, 1)); }
};

struct FittedPrompt {
  Prompt prompt;
  json::Value messages;           // those that stand in the prompt
  int64_t left_out_messages = 0;  // how many do not
};

// The prompt of a conversation, made to fit. bad_input, with the numbers, where it does not.
Result<FittedPrompt> fit_prompt(const library::LoadedModel& model, PromptInputs inputs,
                                const Room& room, OnFull on_full);

// Removes the oldest turn: from the first message that is not the system's up to the next user
// message. Returns how many messages went; 0 if only one turn is left.
int64_t drop_oldest_turn(json::Array& messages);

}  // namespace swivel
