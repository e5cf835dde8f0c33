#include "commands/generation_options.h"

#include <cmath>
#include <cstdlib>
#include <limits>
#include <random>

#include "base/mapped_file.h"
#include "chat/messages.h"
#include "commands/clock.h"
#include "commands/input.h"
#include "text/chat_template.h"

namespace swivel {
namespace {

void declare_conversation(CommandLine& line, GenerationOptions& options) {
  line.section("Conversation");
  line.option("--system", options.system, "TEXT", "system message");
  line.option("--messages", options.messages, "FILE",
              "messages to begin with: a JSON array, or an object with messages and tools");
  line.option("--tools", options.tools, "FILE", "tools the model may call: a JSON array");
  line.option("--thinking", options.thinking, "WHEN",
              "whether the model reasons first, where its template lets one choose");
  line.choices({"auto", "on", "off"});
  line.option("--template-arg", options.template_arguments, "KEY=JSON",
              "variable of the chat template");
  line.option("--template", options.template_name, "NAME",
              "which of the model's chat templates is used");
  line.option("--now", options.now, "TIME", "what the chat template takes for the time");
}

void declare_sampling(CommandLine& line, GenerationOptions& options) {
  line.section("Sampling (defaults: the model's generation_config.json, else neutral)");
  line.option("--temperature", options.temperature, "X",
              "divides the logits; 0: the most probable");
  line.option("--top-k", options.top_k, "N", "keep the N most probable; 0: all");
  line.option("--top-p", options.top_p, "X", "keep the most probable that together reach X");
  line.option("--min-p", options.min_p, "X", "drop what is less probable than X times the first");
  line.option("--repetition-penalty", options.repetition_penalty, "X",
              "divides the logits of tokens seen before");
  line.option("--presence-penalty", options.presence_penalty, "X",
              "subtracted once from tokens of the answer");
  line.option("--frequency-penalty", options.frequency_penalty, "X",
              "subtracted from them each time they occurred");
  line.option("--logit-bias", options.logit_bias, "ID=X",
              "added to the logit of a token; -inf forbids it");
  line.option("--seed", options.seed, "N", "the same seed gives the same answer (default random)");
  line.option("--logprobs", options.logprobs, "N",
              "log probabilities of the tokens and of N alternatives each");
}

void declare_limits(CommandLine& line, GenerationOptions& options) {
  line.section("Limits");
  line.option("--max-tokens", options.max_tokens, "N", "most tokens of the answer");
  line.option("--min-tokens", options.min_tokens, "N", "fewest tokens of the answer");
  line.option("--stop", options.stop, "TEXT", "end the answer before this text");
  line.option("--stop-id", options.stop_ids, "ID", "end the answer at this token");
  line.option("--ctx", options.ctx, "N",
              "context in tokens (default: what the model was made for, at most 8192)");
  line.option("--on-full", options.on_full, "WHAT",
              "when the conversation outgrows the context: end the answer there, leave out the "
              "oldest turns, or refuse");
  line.choices({"stop", "slide", "error"});
}

void declare_machine(CommandLine& line, GenerationOptions& options) {
  line.section("Loading and output");
  line.option("--threads", options.threads, "N", "threads (default: the CPUs of this process)");
  line.option("--kv", options.kv, "TYPE", "form of keys and values");
  line.choices({"f16", "f32"});
  line.option("--family", options.family, "FILE", "family file to use");
  line.flag("--strict", options.strict, "refuse a configuration with keys that nothing reads");
  line.flag("--json", options.json, "one JSON object per answer instead of text");
  line.flag("--verbose", options.verbose, "say how long it took, on stderr");
}

template <class To, class From>
void override_with(To& target, const std::optional<From>& value) {
  if (value) target = static_cast<To>(*value);
}

SamplingParams defaults_of(const library::GenerationDefaults& defaults) {
  SamplingParams params;
  override_with(params.temperature, defaults.temperature);
  override_with(params.top_k, defaults.top_k);
  override_with(params.top_p, defaults.top_p);
  override_with(params.min_p, defaults.min_p);
  override_with(params.repetition_penalty, defaults.repetition_penalty);
  override_with(params.presence_penalty, defaults.presence_penalty);
  override_with(params.frequency_penalty, defaults.frequency_penalty);
  if (defaults.do_sample == false) params.temperature = 0;
  return params;
}

uint64_t random_seed() {
  std::random_device device;
  // Below 2^53, so that the number survives every JSON reader.
  return ((uint64_t{device()} << 32) | device()) >> 11;
}

Result<int32_t> read_id(const std::string& text, std::string_view option) {
  char* end = nullptr;
  const long long id = std::strtoll(text.c_str(), &end, 10);
  if (text.empty() || *end != '\0' || id < 0 || id > std::numeric_limits<int32_t>::max())
    return fail(ErrorCode::bad_input, "{}: expected a token id, found '{}'", option, text);
  return static_cast<int32_t>(id);
}

}  // namespace

void declare_generation(CommandLine& line, GenerationOptions& options) {
  declare_conversation(line, options);
  declare_sampling(line, options);
  declare_limits(line, options);
  declare_machine(line, options);
}

Result<LogitBias> read_logit_bias(const std::string& text) {
  const size_t middle = text.find('=');
  if (middle == std::string::npos)
    return fail(ErrorCode::bad_input, "--logit-bias: expected ID=NUMBER, found '{}'", text);
  const std::string number = text.substr(middle + 1);
  char* end = nullptr;
  LogitBias bias;
  bias.id = TRY(read_id(text.substr(0, middle), "--logit-bias"));
  bias.bias = std::strtof(number.c_str(), &end);
  if (number.empty() || *end != '\0')
    return fail(ErrorCode::bad_input, "--logit-bias: expected ID=NUMBER, found '{}'", text);
  return bias;
}

Result<TurnOptions> turn_options(const GenerationOptions& options,
                                 const library::GenerationDefaults& defaults) {
  TurnOptions turn;
  turn.sampling = defaults_of(defaults);
  override_with(turn.sampling.temperature, options.temperature);
  override_with(turn.sampling.top_k, options.top_k);
  override_with(turn.sampling.top_p, options.top_p);
  override_with(turn.sampling.min_p, options.min_p);
  override_with(turn.sampling.repetition_penalty, options.repetition_penalty);
  override_with(turn.sampling.presence_penalty, options.presence_penalty);
  override_with(turn.sampling.frequency_penalty, options.frequency_penalty);
  for (const std::string& bias : options.logit_bias)
    turn.sampling.logit_bias.push_back(TRY(read_logit_bias(bias)));
  turn.sampling.seed = options.seed ? static_cast<uint64_t>(*options.seed) : random_seed();
  turn.sampling.logprobs = options.logprobs;
  turn.stop_strings = options.stop;
  for (const std::string& id : options.stop_ids)
    turn.stop_ids.push_back(TRY(read_id(id, "--stop-id")));
  turn.min_tokens = options.min_tokens.value_or(0);
  turn.max_tokens = options.max_tokens ? options.max_tokens : defaults.max_new_tokens;
  return turn;
}

Result<PromptInputs> prompt_inputs(const GenerationOptions& options) {
  PromptInputs inputs;
  if (options.messages) {
    auto conversation =
        TRY(read_conversation(TRY(read_input(*options.messages)), *options.messages));
    inputs.messages = std::move(conversation.messages);
    inputs.tools = std::move(conversation.tools);
  }
  if (options.tools)
    inputs.tools = TRY(read_tools(TRY(read_input(*options.tools)), *options.tools));
  if (options.system) set_system(inputs.messages.as_array(), *options.system);
  inputs.template_arguments = TRY(template_arguments(options.template_arguments));
  if (options.thinking != "auto")
    inputs.template_arguments.emplace_back("enable_thinking", options.thinking == "on");
  inputs.template_name = options.template_name;
  const WallClock clock = TRY(wall_clock(options.now));
  inputs.now = clock.now;
  inputs.utc_offset = clock.utc_offset;
  return inputs;
}

void set_system(json::Array& messages, std::string_view text) {
  if (!messages.empty() && messages.front().find("role")->as_string() == "system")
    messages.erase(messages.begin());
  if (!text.empty()) messages.insert(messages.begin(), message("system", text));
}

}  // namespace swivel
