#include "commands/bench_model.h"

#include <cmath>
#include <numeric>

#include "model/forward.h"

namespace swivel {
namespace {

// FNV-1a over the bits of the logits: says whether two runs computed the same, no more.
std::string hash_of(const std::vector<float>& values) {
  uint64_t hash = 0xCBF29CE484222325U;
  for (const std::byte byte : std::as_bytes(std::span(values)))
    hash = (hash ^ static_cast<uint64_t>(byte)) * 0x100000001B3U;
  return fmt::format("{:016x}", hash);
}

class Runner {
 public:
  static Result<Runner> make(const Model& model, const kernels::Table& kernels, ThreadPool& threads,
                             const BenchPlan& plan) {
    const int64_t tokens = std::max(plan.prompt_tokens, plan.context + plan.decode_tokens);
    const auto pages = static_cast<int32_t>((tokens + ops::kKvPageTokens - 1) / ops::kKvPageTokens);
    return Runner(model, kernels, threads, plan,
                  TRY(KvStore::create(model.config, ops::KvType::f16, pages)));
  }

  // Seconds that the counted part of one run takes.
  double prefill() {
    const Stopwatch watch;
    step(0, plan_.prompt_tokens);
    return watch.seconds();
  }
  double decode() {
    if (plan_.context > 0) step(0, plan_.context);
    const Stopwatch watch;
    for (int64_t i = 0; i < plan_.decode_tokens; ++i) step(plan_.context + i, 1);
    return watch.seconds();
  }
  std::string hash() const { return hash_of(logits_); }
  bool finite() const {
    return std::all_of(logits_.begin(), logits_.end(), [](float x) { return std::isfinite(x); });
  }

 private:
  Runner(const Model& model, const kernels::Table& kernels, ThreadPool& threads,
         const BenchPlan& plan, KvStore kv)
      : model_(model),
        plan_(plan),
        kv_(std::move(kv)),
        workspace_(std::make_unique<Workspace>(kernels, threads)),
        logits_(static_cast<size_t>(model.config.vocab_size)),
        pages_(static_cast<size_t>(kv_.pages())) {
    std::iota(pages_.begin(), pages_.end(), 0);
  }

  // Tokens [start, start + count) of a sequence of arbitrary tokens; logits of the last.
  void step(int64_t start, int64_t count) {
    std::vector<int32_t> tokens;
    for (int64_t i = start; i < start + count; ++i)
      tokens.push_back(static_cast<int32_t>((i * 7919 + 17) % model_.config.vocab_size));
    Batch batch;
    append(batch, tokens, static_cast<int32_t>(start), static_cast<int32_t>(start + count), pages_,
           LogitRows::last);
    forward(model_, batch, kv_, *workspace_, {logits_.data(), {1, model_.config.vocab_size}});
  }

  const Model& model_;
  BenchPlan plan_;
  KvStore kv_;
  std::unique_ptr<Workspace> workspace_;
  std::vector<float> logits_;
  std::vector<int32_t> pages_;
};

Result<BenchResult> measure(Runner& runner, std::string work, double (Runner::*once)(),
                            int64_t tokens, int64_t runs) {
  (runner.*once)();  // touches every page and fills the caches; not counted
  const std::string hash = runner.hash();
  std::vector<double> rates;
  for (int64_t i = 0; i < runs; ++i) {
    rates.push_back(static_cast<double>(tokens) / (runner.*once)());
    if (!runner.finite())
      return fail(ErrorCode::refused, "{}: the logits hold values that are no numbers", work);
    if (runner.hash() != hash)
      return fail(ErrorCode::refused, "{}: two runs differ in their logits ({}, {})", work, hash,
                  runner.hash());
  }
  return BenchResult{std::move(work), spread_of(std::move(rates)), hash};
}

}  // namespace

Result<std::vector<BenchResult>> bench_model(const Model& model, const kernels::Table& kernels,
                                             ThreadPool& threads, const BenchPlan& plan) {
  Runner runner = TRY(Runner::make(model, kernels, threads, plan));
  std::vector<BenchResult> results;
  if (plan.prompt_tokens > 0) {
    results.push_back(
        TRY(measure(runner, "prefill", &Runner::prefill, plan.prompt_tokens, plan.runs)));
  }
  if (plan.decode_tokens > 0) {
    results.push_back(
        TRY(measure(runner, "decode", &Runner::decode, plan.decode_tokens, plan.runs)));
  }
  return results;
}

TokenCost token_cost(const Model& model) {
  TokenCost cost;
  const auto add = [&](const ops::Linear& linear) {
    cost.weight_bytes += static_cast<double>(linear.weight.data.size());
    cost.products += static_cast<double>(linear.weight.rows * linear.weight.cols);
    if (linear.weight.layout == WeightLayout::interleaved16) cost.packed = true;
  };
  for (const LayerWeights& layer : model.weights.layers) {
    for (const ops::Linear* linear :
         {&layer.attention.q_proj, &layer.attention.k_proj, &layer.attention.v_proj,
          &layer.attention.o_proj, &layer.mlp.gate_proj, &layer.mlp.up_proj,
          &layer.mlp.down_proj}) {
      add(*linear);
    }
  }
  cost.weight_bytes += static_cast<double>(model.weights.lm_head.weight.data.size());
  return cost;
}

}  // namespace swivel
