// A model that is ready to answer: loaded, with an engine around it. What run and chat work with.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.h"
#include "chat/chat_turn.h"
#include "chat/context_policy.h"
#include "commands/generation_options.h"
#include "commands/interrupt.h"
#include "engine/engine.h"
#include "library/load.h"

namespace swivel {

class Session {
 public:
  // Locates and loads the model. Warnings go to stderr.
  static Result<std::unique_ptr<Session>> open(std::string_view model,
                                               const GenerationOptions& options);

  const library::LoadedModel& model() const { return model_; }
  const std::string& name() const { return model_.located.name; }
  int64_t context() const { return engine_->context(); }
  double load_seconds() const { return load_seconds_; }
  const TurnOptions& turn_options() const { return turn_options_; }
  Room room() const { return {context(), turn_options_.max_tokens}; }

  // One answer, whole; `on_piece` sees it as it comes. Ctrl-C ends it with TurnFinish::cancelled.
  // ERRORS: as start_turn.
  Result<TurnResult> answer(const Prompt& prompt, const Interrupt& interrupt,
                            const std::function<Verdict(const AnswerPiece&)>& on_piece);

  // The next answer draws with another seed, so that equal questions may be answered differently.
  void next_seed() { ++turn_options_.sampling.seed; }

 private:
  explicit Session(library::LoadedModel model) : model_(std::move(model)) {}

  library::LoadedModel model_;
  std::unique_ptr<Engine> engine_;
  TurnOptions turn_options_;
  double load_seconds_ = 0;
};

// What a template argument is that the model's template does not read; empty if all are read.
std::string unread_arguments(const library::LoadedModel& model, const PromptInputs& inputs);

}  // namespace swivel
