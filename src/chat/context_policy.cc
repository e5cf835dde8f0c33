#include "chat/context_policy.h"

#include <algorithm>

namespace swivel {
namespace {

bool has_role(const json::Value& message, std::string_view role) {
  return message.find("role")->as_string() == role;
}

bool is_instruction(const json::Value& message) {
  return has_role(message, "system") || has_role(message, "developer");
}

std::unexpected<Error> no_room(const Prompt& prompt, const Room& room) {
  return fail(ErrorCode::bad_input,
              "the prompt is {} tokens; the context of {} has no room for an answer: raise "
              "--ctx, choose --on-full slide, or begin anew",
              prompt.size(), room.context);
}

std::unexpected<Error> no_room_for_all(const Prompt& prompt, const Room& room) {
  return fail(ErrorCode::bad_input,
              "the prompt is {} tokens and its answer may take {}; the context is {}",
              prompt.size(), room.answer(), room.context);
}

}  // namespace

std::optional<OnFull> on_full_named(std::string_view word) {
  if (word == "stop") return OnFull::stop;
  if (word == "slide") return OnFull::slide;
  if (word == "error") return OnFull::error;
  return {};
}

int64_t drop_oldest_turn(json::Array& messages) {
  const auto first = std::find_if_not(messages.begin(), messages.end(), is_instruction);
  if (first == messages.end()) return 0;
  const auto next = std::find_if(first + 1, messages.end(), [](const json::Value& message) {
    return has_role(message, "user");
  });
  if (next == messages.end()) return 0;
  const int64_t dropped = next - first;
  messages.erase(first, next);
  return dropped;
}

Result<FittedPrompt> fit_prompt(const library::LoadedModel& model, PromptInputs inputs,
                                const Room& room, OnFull on_full) {
  FittedPrompt fitted;
  fitted.prompt = TRY(make_prompt(model, inputs));
  if (on_full == OnFull::slide)
    while (fitted.prompt.size() + room.answer() > room.context) {
      const int64_t dropped = drop_oldest_turn(inputs.messages.as_array());
      if (dropped == 0) break;
      fitted.left_out_messages += dropped;
      fitted.prompt = TRY(make_prompt(model, inputs));
    }
  if (on_full == OnFull::error && fitted.prompt.size() + room.answer() > room.context)
    return no_room_for_all(fitted.prompt, room);
  if (fitted.prompt.size() >= room.context) return no_room(fitted.prompt, room);
  fitted.messages = std::move(inputs.messages);
  return fitted;
}

}  // namespace swivel
