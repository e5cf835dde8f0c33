// From messages to the ids that a model is asked to continue.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "chat/messages.h"
#include "chat/reasoning.h"
#include "formats/json.h"
#include "library/load.h"

namespace swivel {

struct PromptInputs {
  json::Value messages = json::Array();  // as check_messages wants them
  json::Value tools;                     // an array of JSON schemas; null: none
  json::Object template_arguments;       // "enable_thinking": false, …
  std::optional<std::string> template_name;
  std::chrono::system_clock::time_point now;
  std::chrono::seconds utc_offset{0};
};

struct Prompt {
  std::string text;
  std::vector<int32_t> ids;
  std::optional<ReasoningMarkers> reasoning;  // how the answer will mark it
  AnswerPart starts_in = AnswerPart::text;    // reasoning: the prompt has opened it

  int64_t size() const { return static_cast<int64_t>(ids.size()); }
};

// Messages through the model's chat template. bad_input where the model has no template, or the
// template refuses the messages.
Result<Prompt> make_prompt(const library::LoadedModel& model, const PromptInputs& inputs);

// A text as it is, with what the tokenizer puts around every text.
Prompt make_raw_prompt(const library::LoadedModel& model, std::string text);

}  // namespace swivel
