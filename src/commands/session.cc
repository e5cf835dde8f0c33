#include "commands/session.h"

#include <algorithm>
#include <chrono>

#include "base/thread_pool.h"
#include "commands/terminal.h"
#include "kernels/choose.h"
#include "library/locate.h"

namespace swivel {
namespace {

using Clock = std::chrono::steady_clock;

// More would take memory for keys and values that a short chat never fills.
constexpr int64_t kDefaultContext = 8192;

Result<int> threads_of(const GenerationOptions& options) {
  const int64_t threads = options.threads.value_or(available_cpus());
  if (threads < 1 || threads > 1024)
    return fail(ErrorCode::bad_input, "--threads is {}; it lies between 1 and 1024", threads);
  return static_cast<int>(threads);
}

Result<EngineOptions> engine_options(const GenerationOptions& options,
                                     const library::LoadedModel& model) {
  EngineOptions engine;
  engine.threads = TRY(threads_of(options));
  const int64_t made_for = model.model.config.max_positions;
  engine.context = made_for > 0 ? std::min(made_for, kDefaultContext) : kDefaultContext;
  if (options.ctx) engine.context = *options.ctx;
  if (made_for > 0 && engine.context > made_for)
    print_note(fmt::format("--ctx {}: {} was made for {} tokens", engine.context,
                           model.located.name, made_for));
  engine.max_sequences = 1;
  engine.vocabulary = model.tokenizer.vocab_size();
  engine.kv_type = options.kv == "f32" ? ops::KvType::f32 : ops::KvType::f16;
  return engine;
}

LoadOptions load_options(const GenerationOptions& options, ThreadPool& threads) {
  LoadOptions load;
  if (options.family) load.family = *options.family;
  load.unread_keys = options.strict ? Strictness::strict : Strictness::warn;
  load.kernels = &kernels::choose();
  load.threads = &threads;
  return load;
}

}  // namespace

Result<std::unique_ptr<Session>> Session::open(std::string_view name,
                                               const GenerationOptions& options) {
  const auto begin = Clock::now();
  if (const std::string_view note = kernels::choice_note(); !note.empty()) print_note(note);
  const library::Located located = TRY(library::locate(name));
  ThreadPool threads(TRY(threads_of(options)));
  auto loaded = TRY(library::load(located, load_options(options, threads)));
  std::unique_ptr<Session> session(new Session(std::move(loaded)));
  const auto& model = session->model_;
  for (const std::string& warning : model.model.description.warnings)
    print_note(fmt::format("{}: {}", model.located.name, warning));
  session->turn_options_ = TRY(swivel::turn_options(options, model.generation));
  session->engine_ =
      TRY(Engine::create(model.model, kernels::choose(), TRY(engine_options(options, model))));
  session->load_seconds_ = std::chrono::duration<double>(Clock::now() - begin).count();
  return session;
}

Result<TurnResult> Session::answer(const Prompt& prompt, const Interrupt& interrupt,
                                   const std::function<Verdict(const AnswerPiece&)>& on_piece) {
  std::optional<TurnResult> result;
  SequenceId id = 0;
  TurnEvents events;
  events.on_piece = [&](const AnswerPiece& piece) {
    if (on_piece(piece) == Verdict::stop) engine_->cancel(id);
  };
  events.on_end = [&](TurnResult ended) { result = std::move(ended); };
  id = TRY(start_turn(*engine_, model_, prompt, turn_options_, std::move(events)));
  while (engine_->step())
    if (interrupt.pressed()) engine_->cancel(id);
  return std::move(*result);
}

std::string unread_arguments(const library::LoadedModel& model, const PromptInputs& inputs) {
  const auto chosen = model.chat.templates.choose(
      inputs.template_name,
      inputs.tools.is_null() ? ChatTemplates::Tools::none : ChatTemplates::Tools::given);
  if (!chosen) return "";
  const auto variables = chosen->variables();
  std::string unread;
  for (const auto& [key, value] : inputs.template_arguments)
    if (std::find(variables.begin(), variables.end(), key) == variables.end())
      unread += (unread.empty() ? "" : ", ") + key;
  return unread;
}

}  // namespace swivel
