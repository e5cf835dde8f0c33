#include "commands/answer_json.h"

namespace swivel {
namespace {

bool is_whole_text(const std::string& bytes) {
  // The writer replaces what is no UTF-8.
  return json::quote(bytes).find("\xEF\xBF\xBD") == std::string::npos;
}

json::Value token_json(const Tokenizer& tokenizer, int32_t id, float logprob) {
  const std::string bytes = tokenizer.token_bytes(id);
  json::Object token = {{"id", id}, {"text", bytes}};
  if (!is_whole_text(bytes)) {
    json::Array numbers;
    for (const char byte : bytes) numbers.push_back(static_cast<int>(static_cast<uint8_t>(byte)));
    token.emplace_back("bytes", std::move(numbers));
  }
  token.emplace_back("logprob", static_cast<double>(logprob));
  return token;
}

json::Array logprobs_json(const Tokenizer& tokenizer, const std::vector<SampledToken>& tokens) {
  json::Array out;
  for (const SampledToken& token : tokens) {
    json::Value one = token_json(tokenizer, token.id, token.logprob);
    json::Array top;
    for (const TokenLogprob& other : token.top)
      top.push_back(token_json(tokenizer, other.id, other.logprob));
    one.as_object().emplace_back("top", std::move(top));
    out.push_back(std::move(one));
  }
  return out;
}

json::Object sampling_json(const SamplingParams& params) {
  // The seed as text: not every reader keeps 64 bits.
  return {{"temperature", static_cast<double>(params.temperature)},
          {"top_k", params.top_k},
          {"top_p", static_cast<double>(params.top_p)},
          {"min_p", static_cast<double>(params.min_p)},
          {"repetition_penalty", static_cast<double>(params.repetition_penalty)},
          {"presence_penalty", static_cast<double>(params.presence_penalty)},
          {"frequency_penalty", static_cast<double>(params.frequency_penalty)},
          {"seed", std::to_string(params.seed)}};
}

double per_second(int64_t count, double seconds) { return seconds > 0 ? count / seconds : 0; }

}  // namespace

json::Value answer_json(const Session& session, const TurnResult& result) {
  const Outcome& outcome = result.outcome;
  json::Object object = {{"model", session.name()}, {"text", result.text}};
  if (!result.reasoning.empty()) object.emplace_back("reasoning", result.reasoning);
  object.emplace_back("finish_reason", finish_word(result.finish));
  if (!result.stop_string.empty()) object.emplace_back("stop_string", result.stop_string);
  object.emplace_back("usage",
                      json::Object{{"prompt_tokens", outcome.prompt_tokens},
                                   {"reused_tokens", outcome.reused_tokens},
                                   {"completion_tokens", outcome.answer_tokens},
                                   {"total_tokens", outcome.prompt_tokens + outcome.answer_tokens},
                                   {"context", session.context()}});
  object.emplace_back("sampling", sampling_json(session.turn_options().sampling));
  object.emplace_back("seconds", json::Object{{"load", session.load_seconds()},
                                              {"prompt", outcome.prompt_seconds},
                                              {"answer", outcome.answer_seconds}});
  if (session.turn_options().sampling.logprobs)
    object.emplace_back("logprobs", logprobs_json(session.model().tokenizer, result.tokens));
  return object;
}

std::string timing_line(const Session& session, const TurnResult& result) {
  const Outcome& outcome = result.outcome;
  // The first token comes out of the prompt's pass.
  const int64_t decoded = std::max<int64_t>(outcome.answer_tokens - 1, 0);
  const std::string reused =
      outcome.reused_tokens > 0 ? fmt::format(" ({} reused)", outcome.reused_tokens) : "";
  return fmt::format(
      "loaded in {:.2f} s, prompt {} tokens{} in {:.2f} s ({:.1f}/s), answer {} tokens in {:.2f} s "
      "({:.1f}/s), seed {}, {}",
      session.load_seconds(), outcome.prompt_tokens, reused, outcome.prompt_seconds,
      per_second(outcome.prompt_tokens - outcome.reused_tokens, outcome.prompt_seconds),
      outcome.answer_tokens, outcome.answer_seconds, per_second(decoded, outcome.answer_seconds),
      session.turn_options().sampling.seed, finish_word(result.finish));
}

std::string logprobs_table(const library::LoadedModel& model, const TurnResult& result) {
  std::string out;
  for (const SampledToken& token : result.tokens) {
    out += fmt::format("{:>8.4f}  {}", token.logprob,
                       json::quote(model.tokenizer.token_bytes(token.id)));
    for (const TokenLogprob& other : token.top)
      out += fmt::format("  {} {:.4f}", json::quote(model.tokenizer.token_bytes(other.id)),
                         other.logprob);
    out += '\n';
  }
  return out;
}

}  // namespace swivel
