// Which tokens a sequence holds so far, and what that costs them.
#pragma once

#include <cstdint>
#include <span>
#include <unordered_map>

#include "sampling/sampling_params.h"

namespace swivel {

class Penalties {
 public:
  void add_prompt(std::span<const int32_t> ids);
  void add_answer(int32_t id);

  // Steps 3 and 4 of sampling/sampler.h, in place. Touches only ids that were added and that lie
  // in `logits`.
  void apply(const SamplingParams& params, std::span<float> logits) const;

 private:
  // id -> how often the answer holds it; 0 for ids that only the prompt holds.
  std::unordered_map<int32_t, int64_t> counts_;
};

}  // namespace swivel
