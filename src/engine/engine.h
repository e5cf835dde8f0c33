// The loop: schedule, forward, sample, deliver. Owns the memory of keys and values and the
// sequences in progress; borrows the model.
//
// Thread safety: one thread calls step(); submit() and cancel() may be called from any thread.
// A request's tokens depend on its prompt, its parameters and its seed, and not on what else runs.
#pragma once

#include <cstdint>
#include <memory>

#include "base/result.h"
#include "engine/request.h"
#include "engine/scheduler.h"
#include "model/model.h"
#include "ops/attention.h"

namespace swivel {

namespace kernels {
struct Table;
}

struct EngineOptions {
  int threads = 1;
  int64_t context = 4096;          // most tokens of one sequence
  int64_t kv_tokens = 0;           // memory for this many tokens in all; 0: `context`
  int64_t max_batch_tokens = 512;  // most tokens of one step: the size of a prompt's chunks
  int64_t max_sequences = 32;      // most sequences in one step
  int64_t vocabulary = 0;          // ids from here on are padding and never sampled; 0: none is
  ops::KvType kv_type = ops::KvType::f16;
  PrefixReuse reuse = PrefixReuse::on;  // of keys and values that an earlier prompt left
};

class Engine {
 public:
  // `model` and `kernels` outlive the engine.
  // ERRORS: bad_input for an option out of range; out_of_memory if the keys and values do not fit.
  static Result<std::unique_ptr<Engine>> create(const Model& model, const kernels::Table& kernels,
                                                EngineOptions options);
  // Requests in progress end here without a further call.
  ~Engine();

  // Queues a request. ERRORS: bad_input for a request that is malformed or can never fit, with the
  // numbers; then on_end is not called.
  Result<SequenceId> submit(Request request);

  // Ends a sequence before its next step; its on_end follows with `cancelled`. An id that has ended
  // or never was is ignored.
  void cancel(SequenceId id);

  // Runs one batch and delivers what it gave. Returns whether there is more to do.
  bool step();

  // Most tokens one sequence can hold, prompt and answer together.
  int64_t context() const;
  int64_t free_pages() const;
  int64_t total_pages() const;

 private:
  struct State;
  explicit Engine(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace swivel
