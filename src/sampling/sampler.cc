#include "sampling/sampler.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "sampling/random.h"
#include "sampling/select.h"
#include "sampling/softmax.h"

namespace swivel {
namespace {

// Below this the largest logit has all the weight, and 1 / temperature would leave float's range.
constexpr float kGreedyBelow = 1e-5f;

// Draws among `weights`; the last one of positive weight takes what rounding leaves.
size_t draw(std::span<const float> weights, double target) {
  size_t chosen = 0;
  double reached = 0;
  for (size_t i = 0; i < weights.size(); ++i) {
    if (weights[i] <= 0) continue;
    chosen = i;
    reached += weights[i];
    if (reached > target) break;
  }
  return chosen;
}

void add_logprobs(std::span<const float> logits, int64_t count, SampledToken& token) {
  const float largest = largest_of(logits);
  const double normaliser = log_sum_exp(logits, largest);
  token.top.clear();
  for (const int32_t id : largest_indices(logits, count))
    token.top.push_back({id, static_cast<float>(logits[id] - normaliser)});
}

}  // namespace

Sampler::Sampler(SamplingParams params) : params_(std::move(params)) {}

void Sampler::add_prompt(std::span<const int32_t> ids) { penalties_.add_prompt(ids); }

Result<SampledToken> Sampler::sample(std::span<float> logits, std::span<const int32_t> forbidden) {
  const float model_largest = largest_of(logits);
  if (!std::isfinite(model_largest))
    return fail(ErrorCode::bad_input, "the model gave no finite logit for token {} of the answer",
                position_ + 1);
  SampledToken token;
  double normaliser = 0;
  if (params_.logprobs) {
    normaliser = log_sum_exp(logits, model_largest);
    add_logprobs(logits, *params_.logprobs, token);
    // The chosen token's own logit may be penalised below; keep what it was.
    model_logits_.assign(logits.begin(), logits.end());
  }
  for (const int32_t id : forbidden)
    if (id >= 0 && id < static_cast<int64_t>(logits.size())) logits[id] = -INFINITY;
  for (const LogitBias& bias : params_.logit_bias) logits[bias.id] += bias.bias;
  penalties_.apply(params_, logits);
  const float largest = largest_of(logits);
  if (!std::isfinite(largest))
    return fail(ErrorCode::bad_input, "every token is forbidden at token {} of the answer",
                position_ + 1);
  token.id = choose(logits, largest);
  if (params_.logprobs) token.logprob = static_cast<float>(model_logits_[token.id] - normaliser);
  penalties_.add_answer(token.id);
  ++position_;
  return token;
}

int32_t Sampler::choose(std::span<const float> logits, float largest) {
  if (params_.temperature < kGreedyBelow) return index_of_largest(logits);
  const int64_t size = static_cast<int64_t>(logits.size());
  const bool limited = params_.top_k > 0 && params_.top_k < size;
  if (!limited && params_.top_p >= 1 && params_.min_p <= 0) return draw_from_all(logits, largest);
  if (limited) {
    gather(logits, largest, kth_largest(logits, params_.top_k));
    if (params_.top_p < 1) keep_top_p(std::accumulate(weights_.begin(), weights_.end(), 0.0));
  } else if (params_.top_p < 1) {
    gather_top_p(logits, largest);
  } else {
    // A little below the limit: keep_min_p decides exactly.
    gather(logits, largest, largest + params_.temperature * (std::log(params_.min_p) - 0.01f));
  }
  keep_min_p();
  const double total = std::accumulate(weights_.begin(), weights_.end(), 0.0);
  return ids_[draw(weights_, uniform_at(params_.seed, position_) * total)];
}

void Sampler::gather(std::span<const float> logits, float largest, float threshold) {
  ids_.clear();
  indices_not_below(logits, threshold, ids_);
  weights_.resize(ids_.size());
  for (size_t i = 0; i < ids_.size(); ++i) weights_[i] = logits[ids_[i]];
  exponentials(weights_, largest, 1 / params_.temperature, weights_);
}

// Widens the band of logits below the largest until it holds the wanted share of everything.
void Sampler::gather_top_p(std::span<const float> logits, float largest) {
  const double total = sum_of_exponentials(logits, largest, 1 / params_.temperature);
  for (float band = 8; band <= 128; band *= 2) {
    gather(logits, largest, largest - band * params_.temperature);
    if (std::accumulate(weights_.begin(), weights_.end(), 0.0) >= params_.top_p * total) break;
  }
  keep_top_p(total);
}

void Sampler::keep_top_p(double total) {
  order_.resize(ids_.size());
  std::iota(order_.begin(), order_.end(), 0);
  std::sort(order_.begin(), order_.end(), [&](int32_t a, int32_t b) {
    return weights_[a] != weights_[b] ? weights_[a] > weights_[b] : ids_[a] < ids_[b];
  });
  size_t kept = 0;
  for (double reached = 0; kept < order_.size() && reached < params_.top_p * total; ++kept)
    reached += weights_[order_[kept]];
  order_.resize(std::max<size_t>(kept, 1));
  std::sort(order_.begin(), order_.end());
  for (size_t i = 0; i < order_.size(); ++i) {
    ids_[i] = ids_[order_[i]];
    weights_[i] = weights_[order_[i]];
  }
  ids_.resize(order_.size());
  weights_.resize(order_.size());
}

void Sampler::keep_min_p() {
  // The most probable token has weight 1.
  for (float& weight : weights_)
    if (weight < params_.min_p) weight = 0;
}

int32_t Sampler::draw_from_all(std::span<const float> logits, float largest) {
  constexpr size_t kBlock = 512;
  const float scale = 1 / params_.temperature;
  block_sums_.clear();
  for (size_t begin = 0; begin < logits.size(); begin += kBlock)
    block_sums_.push_back(sum_of_exponentials(
        logits.subspan(begin, std::min(kBlock, logits.size() - begin)), largest, scale));
  const double total = std::accumulate(block_sums_.begin(), block_sums_.end(), 0.0);
  double target = uniform_at(params_.seed, position_) * total;
  // The last block that is not empty takes what rounding leaves.
  size_t chosen = 0;
  double before = 0, reached = 0;
  for (size_t b = 0; b < block_sums_.size(); ++b) {
    if (block_sums_[b] <= 0) continue;
    chosen = b;
    before = reached;
    reached += block_sums_[b];
    if (reached > target) break;
  }
  const auto block =
      logits.subspan(chosen * kBlock, std::min(kBlock, logits.size() - chosen * kBlock));
  weights_.resize(block.size());
  exponentials(block, largest, scale, weights_);
  return static_cast<int32_t>(chosen * kBlock + draw(weights_, target - before));
}

}  // namespace swivel
