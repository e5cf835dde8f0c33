// How fast a model runs: decode and prefill of one sequence through model/forward.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/thread_pool.h"
#include "commands/bench_timing.h"
#include "kernels/table.h"
#include "model/model.h"

namespace swivel {

struct BenchPlan {
  int64_t prompt_tokens = 512;  // of prefill
  int64_t decode_tokens = 64;   // of each decode run
  int64_t context = 8;          // tokens before the first decoded one
  int64_t runs = 5;             // of each work, after one that is not counted
};

struct BenchResult {
  std::string work;  // "prefill", "decode"
  Spread tokens_per_second;
  std::string logits_hash;  // of the float32 logits of the last step; equal in every run
};

// One result for each work. ERRORS: out_of_memory; refused if two runs disagree in their logits or
// these are no numbers.
Result<std::vector<BenchResult>> bench_model(const Model& model, const kernels::Table& kernels,
                                             ThreadPool& threads, const BenchPlan& plan);

// What one token costs: bytes of weights that a decode step reads, and multiply-adds of the linear
// layers without the head, which a prompt needs for one row only.
struct TokenCost {
  double weight_bytes = 0;
  double products = 0;
  bool packed = false;  // multiplied in 8 bits
};
TokenCost token_cost(const Model& model);

}  // namespace swivel
