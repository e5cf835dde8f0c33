// Chooses the tokens of one sequence, one row of logits after the other.
//
// The steps, in this order, are those of transformers' and vLLM's samplers:
//   1. log probabilities, if asked for, are those of the model: taken before anything is changed;
//   2. forbidden ids and logit_bias;
//   3. repetition_penalty over the ids of prompt and answer: a positive logit is divided by it, a
//      negative one multiplied (Keskar et al. 2019, "CTRL", section 4.1, with the sign correction
//      of transformers);
//   4. presence_penalty once and frequency_penalty per occurrence in the answer are subtracted
//      (OpenAI's API reference, "Frequency and presence penalties");
//   5. temperature divides the logits; 0 takes the largest and is done;
//   6. top_k keeps what is not below the k-th largest logit (equals of the k-th stay, as in
//      transformers and vLLM);
//   7. top_p keeps the fewest of the most probable whose share of what top_k left reaches top_p
//      (Holtzman et al. 2020, "The Curious Case of Neural Text Degeneration"); among equals the
//      smaller id is first;
//   8. min_p drops what is less probable than min_p times the most probable (Nguyen et al. 2024,
//      "Turning Up the Heat");
//   9. one draw from what is left.
// llama.cpp differs by default in applying the temperature after the truncations.
//
// The draw is a function of (seed, how many tokens the answer has): neither the batch, nor threads,
// nor a recomputed prefix change it. Thread safety: one thread at a time.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/result.h"
#include "sampling/penalties.h"
#include "sampling/sampling_params.h"

namespace swivel {

struct TokenLogprob {
  int32_t id = 0;
  float logprob = 0;
};

struct SampledToken {
  int32_t id = 0;
  // Only with SamplingParams::logprobs.
  float logprob = 0;
  std::vector<TokenLogprob> top;  // most probable first
};

class Sampler {
 public:
  // REQUIRES: check(params, vocab_size) has passed.
  explicit Sampler(SamplingParams params);

  // The ids of the prompt count for the repetition penalty.
  void add_prompt(std::span<const int32_t> ids);

  // The next token, which counts as part of the answer from then on. `logits` is one row of
  // [vocab_size] and is overwritten. `forbidden` ids are not chosen.
  // ERRORS: bad_input if no finite logit is left to choose from.
  Result<SampledToken> sample(std::span<float> logits, std::span<const int32_t> forbidden = {});

  const SamplingParams& params() const { return params_; }

 private:
  int32_t choose(std::span<const float> logits, float largest);
  int32_t draw_from_all(std::span<const float> logits, float largest);
  void gather(std::span<const float> logits, float largest, float threshold);
  void gather_top_p(std::span<const float> logits, float largest);
  void keep_top_p(double total);
  void keep_min_p();

  SamplingParams params_;
  Penalties penalties_;
  int64_t position_ = 0;  // tokens sampled
  // What the truncations leave, in the order of the ids; weights are exp((logit - largest) / T).
  std::vector<int32_t> ids_;
  std::vector<float> weights_;
  std::vector<int32_t> order_;
  std::vector<double> block_sums_;
  std::vector<float> model_logits_;
};

}  // namespace swivel
