// The options that run and chat share: which model, how it is loaded, how tokens are chosen.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "chat/chat_turn.h"
#include "chat/context_policy.h"
#include "commands/command_line.h"

namespace swivel {

struct GenerationOptions {
  std::optional<std::string> system;
  std::string thinking = "auto";
  std::vector<std::string> template_arguments;
  std::optional<std::string> template_name;
  std::optional<std::string> now;
  std::optional<std::string> messages;
  std::optional<std::string> tools;

  std::optional<double> temperature, top_p, min_p;
  std::optional<double> repetition_penalty, presence_penalty, frequency_penalty;
  std::optional<int64_t> top_k, seed, max_tokens, min_tokens, logprobs;
  std::vector<std::string> logit_bias, stop, stop_ids;

  std::optional<int64_t> ctx, threads;
  std::string on_full = "stop";
  std::string kv = "f16";
  std::optional<std::string> family;
  bool strict = false;
  bool json = false;
  bool verbose = false;
};

void declare_generation(CommandLine& line, GenerationOptions& options);

// The model's own defaults, then what the command line says. The seed is a random one unless given.
Result<TurnOptions> turn_options(const GenerationOptions& options,
                                 const library::GenerationDefaults& defaults);

// Messages, tools, template arguments and clock; the system message first.
Result<PromptInputs> prompt_inputs(const GenerationOptions& options);

// Sets the system message, in front; removes it if `text` is empty.
void set_system(json::Array& messages, std::string_view text);

// "0123=-1.5", an id and what is added to its logit; "-inf" forbids it.
Result<LogitBias> read_logit_bias(const std::string& text);

}  // namespace swivel
