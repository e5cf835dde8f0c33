#include "engine/engine.h"

#include <algorithm>
#include <map>
#include <mutex>

#include "base/thread_pool.h"
#include "engine/page_pool.h"
#include "engine/scheduler.h"
#include "engine/sequence.h"
#include "model/batch.h"
#include "model/forward.h"
#include "model/kv_store.h"
#include "model/workspace.h"

namespace swivel {
namespace {

using Clock = Sequence::Clock;

// Positions and rows are 32-bit in a Batch.
constexpr int64_t kMaxTokens = int64_t{1} << 28;

Status in_range(std::string_view name, int64_t value, int64_t low, int64_t high) {
  if (value >= low && value <= high) return {};
  return fail(ErrorCode::bad_input, "{} is {}; it lies between {} and {}", name, value, low, high);
}

Status check(const EngineOptions& options) {
  TRY(in_range("threads", options.threads, 1, 1024));
  TRY(in_range("the context", options.context, 2, kMaxTokens));
  TRY(in_range("kv_tokens", options.kv_tokens, 0, kMaxTokens));
  TRY(in_range("max_batch_tokens", options.max_batch_tokens, 1, 1 << 16));
  TRY(in_range("max_sequences", options.max_sequences, 1, options.max_batch_tokens));
  return {};
}

double seconds(Clock::time_point from, Clock::time_point to) {
  return std::chrono::duration<double>(to - from).count();
}

bool contains(const std::vector<int32_t>& ids, int32_t id) {
  return std::find(ids.begin(), ids.end(), id) != ids.end();
}

// Keys of a rope that changes with the length depend on how long their sequence was: those of one
// do not serve another.
PrefixReuse reuse_for(const ModelConfig& config, const EngineOptions& options) {
  for (const LayerConfig& layer : config.layers) {
    const auto* attention = std::get_if<AttentionConfig>(&layer.mixer);
    if (attention == nullptr) return PrefixReuse::off;
    const auto& rope = attention->rope;
    if (rope && rope->switch_length < options.context) return PrefixReuse::off;
  }
  return options.reuse;
}

}  // namespace

struct Engine::State {
  State(const Model& model, const kernels::Table& kernels, const EngineOptions& options, KvStore kv)
      : model(model),
        options(options),
        threads(options.threads),
        kv(std::move(kv)),
        workspace(kernels, threads),
        pool(this->kv.pages()),
        scheduler(pool, {.page_tokens = ops::kKvPageTokens,
                         .max_batch_tokens = options.max_batch_tokens,
                         .max_sequences = options.max_sequences,
                         .reuse = reuse_for(model.config, options)}) {}

  Status check_request(const Request& request) const;
  void take_arrivals();
  void run(const std::vector<Chunk>& chunks);
  void deliver(Sequence& sequence, std::span<float> logits);
  void finish(Sequence& sequence, Outcome outcome);

  const Model& model;
  const EngineOptions options;
  ThreadPool threads;
  KvStore kv;
  Workspace workspace;
  PagePool pool;
  Scheduler scheduler;
  std::map<SequenceId, std::unique_ptr<Sequence>> sequences;
  std::vector<float> logits;  // [sequences that sample, vocab_size]

  // What other threads hand over; taken at the start of each step.
  std::mutex mutex;
  std::vector<std::unique_ptr<Sequence>> submitted;
  std::vector<SequenceId> cancelled;
  SequenceId next_id = 1;
};

Engine::Engine(std::unique_ptr<State> state) : state_(std::move(state)) {}
Engine::~Engine() = default;

Result<std::unique_ptr<Engine>> Engine::create(const Model& model, const kernels::Table& kernels,
                                               EngineOptions options) {
  TRY(check(options));
  if (options.kv_tokens == 0) options.kv_tokens = options.context;
  if (options.vocabulary == 0) options.vocabulary = model.config.vocab_size;
  options.vocabulary = std::min(options.vocabulary, model.config.vocab_size);
  const int64_t pages = (options.kv_tokens + ops::kKvPageTokens - 1) / ops::kKvPageTokens;
  // A sequence never outgrows the pool, so that the oldest can always go on.
  options.context = std::min(options.context, pages * ops::kKvPageTokens);
  auto kv = TRY(KvStore::create(model.config, options.kv_type, static_cast<int32_t>(pages)));
  return std::unique_ptr<Engine>(
      new Engine(std::make_unique<State>(model, kernels, options, std::move(kv))));
}

int64_t Engine::context() const { return state_->options.context; }
int64_t Engine::free_pages() const { return state_->pool.free(); }
int64_t Engine::total_pages() const { return state_->pool.total(); }

Status Engine::State::check_request(const Request& request) const {
  TRY(swivel::check(request.sampling, options.vocabulary));
  const int64_t size = static_cast<int64_t>(request.prompt.size());
  if (size == 0) return fail(ErrorCode::bad_input, "the prompt holds no token");
  if (size >= options.context)
    return fail(ErrorCode::bad_input,
                "the prompt is {} tokens; the context of {} has room for {} and an answer", size,
                options.context, options.context - 1);
  for (const int32_t id : request.prompt)
    if (id < 0 || id >= model.config.vocab_size)
      return fail(ErrorCode::bad_input, "the prompt holds token {}; the model has tokens 0 to {}",
                  id, model.config.vocab_size - 1);
  if (request.max_tokens && *request.max_tokens < 1)
    return fail(ErrorCode::bad_input, "max_tokens is {}; it is 1 or more", *request.max_tokens);
  if (request.min_tokens < 0)
    return fail(ErrorCode::bad_input, "min_tokens is {}; it is 0 or more", request.min_tokens);
  if (request.max_tokens && request.min_tokens > *request.max_tokens)
    return fail(ErrorCode::bad_input, "min_tokens is {}, more than max_tokens, {}",
                request.min_tokens, *request.max_tokens);
  return {};
}

Result<SequenceId> Engine::submit(Request request) {
  TRY(state_->check_request(request));
  const std::lock_guard lock(state_->mutex);
  const SequenceId id = state_->next_id++;
  state_->submitted.push_back(std::make_unique<Sequence>(id, std::move(request)));
  return id;
}

void Engine::cancel(SequenceId id) {
  const std::lock_guard lock(state_->mutex);
  state_->cancelled.push_back(id);
}

void Engine::State::take_arrivals() {
  std::vector<std::unique_ptr<Sequence>> arrived;
  std::vector<SequenceId> ended;
  {
    const std::lock_guard lock(mutex);
    arrived.swap(submitted);
    ended.swap(cancelled);
  }
  for (auto& sequence : arrived) {
    scheduler.add(sequence.get());
    sequences.emplace(sequence->id, std::move(sequence));
  }
  for (const SequenceId id : ended)
    if (const auto found = sequences.find(id); found != sequences.end())
      finish(*found->second, {.reason = FinishReason::cancelled});
}

bool Engine::step() {
  state_->take_arrivals();
  const auto chunks = state_->scheduler.next();
  if (!chunks.empty()) state_->run(chunks);
  const std::lock_guard lock(state_->mutex);
  return !state_->sequences.empty() || !state_->submitted.empty();
}

void Engine::State::run(const std::vector<Chunk>& chunks) {
  Batch batch;
  const auto now = Clock::now();
  for (const Chunk& chunk : chunks) {
    Sequence& sequence = *chunk.sequence;
    if (sequence.started == Clock::time_point()) sequence.started = now;
    append(batch, std::span(sequence.tokens).subspan(chunk.start, chunk.count),
           static_cast<int32_t>(chunk.start), static_cast<int32_t>(sequence.size()), sequence.pages,
           chunk.reaches_end() ? LogitRows::last : LogitRows::none);
  }
  const int64_t rows = static_cast<int64_t>(batch.logit_rows.size());
  const int64_t vocab_size = model.config.vocab_size;
  if (static_cast<int64_t>(logits.size()) < rows * vocab_size) logits.resize(rows * vocab_size);
  forward(model, batch, kv, workspace, Tensor{logits.data(), {rows, vocab_size}});
  float* row = logits.data();
  for (const Chunk& chunk : chunks) {
    const bool samples = chunk.reaches_end();
    scheduler.advance(chunk);
    if (!samples) continue;
    deliver(*chunk.sequence, {row, static_cast<size_t>(options.vocabulary)});
    row += vocab_size;
  }
}

void Engine::State::deliver(Sequence& sequence, std::span<float> row) {
  const Request& request = sequence.request;
  const bool may_end = sequence.answer_size() >= request.min_tokens;
  const auto token = sequence.sampler.sample(
      row, may_end ? std::span<const int32_t>() : std::span(request.stop_ids));
  if (sequence.answer_size() == 0) sequence.first_token = Clock::now();
  if (!token) return finish(sequence, {.reason = FinishReason::failed, .error = token.error()});
  sequence.tokens.push_back(token->id);
  if (contains(request.stop_ids, token->id))
    return finish(sequence, {.reason = FinishReason::stop_id, .stop_id = token->id});
  if (request.on_token && request.on_token(*token) == Verdict::stop)
    return finish(sequence, {.reason = FinishReason::stopped});
  if (request.max_tokens && sequence.answer_size() >= *request.max_tokens)
    return finish(sequence, {.reason = FinishReason::max_tokens});
  if (sequence.size() >= options.context)
    return finish(sequence, {.reason = FinishReason::context});
}

void Engine::State::finish(Sequence& sequence, Outcome outcome) {
  const auto now = Clock::now();
  const auto started = sequence.started == Clock::time_point() ? now : sequence.started;
  const auto first = sequence.first_token == Clock::time_point() ? now : sequence.first_token;
  outcome.prompt_tokens = sequence.prompt_size();
  outcome.reused_tokens = sequence.reused;
  outcome.answer_tokens = sequence.answer_size();
  outcome.preemptions = sequence.preemptions;
  outcome.queued_seconds = seconds(sequence.submitted, started);
  outcome.prompt_seconds = seconds(started, first);
  outcome.answer_seconds = seconds(first, now);
  scheduler.remove(&sequence);
  const auto node = sequences.extract(sequence.id);
  if (sequence.request.on_end) sequence.request.on_end(outcome);
}

}  // namespace swivel
