#include "chat/chat_turn.h"

#include <memory>

#include "chat/stop_strings.h"
#include "text/stream_decoder.h"

namespace swivel {
namespace {

// Where the markers are control tokens, decoding must not swallow them.
Tokenizer::SkipSpecials skip_for(const Tokenizer& tokenizer, const Prompt& prompt) {
  if (!prompt.reasoning) return Tokenizer::SkipSpecials::yes;
  const auto id = tokenizer.id_of(prompt.reasoning->close);
  return id && tokenizer.is_special(*id) ? Tokenizer::SkipSpecials::no
                                         : Tokenizer::SkipSpecials::yes;
}

TurnFinish finish_of(const Outcome& outcome) {
  switch (outcome.reason) {
    case FinishReason::stop_id:
    case FinishReason::stopped:
      return TurnFinish::stop;
    case FinishReason::max_tokens:
      return TurnFinish::max_tokens;
    case FinishReason::context:
      return TurnFinish::context;
    case FinishReason::cancelled:
      return TurnFinish::cancelled;
    case FinishReason::failed:
      return TurnFinish::failed;
  }
  return TurnFinish::failed;
}

// The way of each token: decoder, reasoning splitter, stop strings, caller.
class Turn {
 public:
  Turn(const library::LoadedModel& model, const Prompt& prompt, const TurnOptions& options,
       TurnEvents events)
      : decoder_(model.tokenizer, skip_for(model.tokenizer, prompt)),
        splitter_(prompt.reasoning, prompt.starts_in),
        stops_(options.stop_strings),
        keep_tokens_(options.sampling.logprobs.has_value()),
        events_(std::move(events)) {}

  Verdict take(const SampledToken& token) {
    if (keep_tokens_) result_.tokens.push_back(token);
    pass_on(splitter_.push(decoder_.push(token.id)));
    return stops_.found().empty() ? Verdict::go : Verdict::stop;
  }

  void end(const Outcome& outcome) {
    if (stops_.found().empty()) pass_on(splitter_.push(decoder_.finish()));
    if (stops_.found().empty()) pass_on(splitter_.finish());
    if (stops_.found().empty()) emit({AnswerPart::text, stops_.finish()});
    result_.finish = stops_.found().empty() ? finish_of(outcome) : TurnFinish::stop;
    result_.stop_string = stops_.found();
    result_.outcome = outcome;
    if (events_.on_end) events_.on_end(std::move(result_));
  }

 private:
  void pass_on(const std::vector<AnswerPiece>& pieces) {
    for (const AnswerPiece& piece : pieces) {
      if (piece.part == AnswerPart::reasoning) {
        emit(piece);
        continue;
      }
      auto step = stops_.push(piece.text);
      emit({AnswerPart::text, std::move(step.text)});
      if (step.stopped) return;
    }
  }

  void emit(const AnswerPiece& piece) {
    if (piece.text.empty()) return;
    (piece.part == AnswerPart::reasoning ? result_.reasoning : result_.text) += piece.text;
    if (events_.on_piece) events_.on_piece(piece);
  }

  StreamDecoder decoder_;
  ReasoningSplitter splitter_;
  StopStrings stops_;
  bool keep_tokens_;
  TurnEvents events_;
  TurnResult result_;
};

}  // namespace

Result<SequenceId> start_turn(Engine& engine, const library::LoadedModel& model,
                              const Prompt& prompt, const TurnOptions& options, TurnEvents events) {
  const auto turn = std::make_shared<Turn>(model, prompt, options, std::move(events));
  Request request;
  request.prompt = prompt.ids;
  request.sampling = options.sampling;
  request.stop_ids = model.generation.end_ids;
  request.stop_ids.insert(request.stop_ids.end(), options.stop_ids.begin(), options.stop_ids.end());
  request.min_tokens = options.min_tokens;
  request.max_tokens = options.max_tokens;
  request.on_token = [turn](const SampledToken& token) { return turn->take(token); };
  request.on_end = [turn](const Outcome& outcome) { turn->end(outcome); };
  return engine.submit(std::move(request));
}

std::string_view finish_word(TurnFinish finish) {
  switch (finish) {
    case TurnFinish::stop:
      return "stop";
    case TurnFinish::max_tokens:
    case TurnFinish::context:
      return "length";
    case TurnFinish::cancelled:
      return "cancelled";
    case TurnFinish::failed:
      return "error";
  }
  return "error";
}

}  // namespace swivel
