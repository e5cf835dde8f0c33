#include "sampling/penalties.h"

namespace swivel {

void Penalties::add_prompt(std::span<const int32_t> ids) {
  for (const int32_t id : ids) counts_.try_emplace(id, 0);
}

void Penalties::add_answer(int32_t id) { ++counts_[id]; }

void Penalties::apply(const SamplingParams& params, std::span<float> logits) const {
  const float repetition = params.repetition_penalty;
  const float presence = params.presence_penalty;
  const float frequency = params.frequency_penalty;
  if (repetition == 1 && presence == 0 && frequency == 0) return;
  for (const auto& [id, count] : counts_) {
    if (id < 0 || id >= static_cast<int64_t>(logits.size())) continue;
    float& logit = logits[id];
    logit = logit > 0 ? logit / repetition : logit * repetition;
    if (count > 0) logit -= presence + frequency * static_cast<float>(count);
  }
}

}  // namespace swivel
