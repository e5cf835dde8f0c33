#include "sampling/sampling_params.h"

#include <cmath>

namespace swivel {
namespace {

// NaN is in no range.
Status in_range(std::string_view name, double value, double low, double high) {
  if (value >= low && value <= high) return {};
  return fail(ErrorCode::bad_input, "{} is {}; it lies between {} and {}", name, value, low, high);
}

Status above_zero(std::string_view name, double value, double high) {
  if (value > 0 && value <= high) return {};
  return fail(ErrorCode::bad_input, "{} is {}; it is above 0 and at most {}", name, value, high);
}

}  // namespace

Status check(const SamplingParams& params, int64_t vocab_size) {
  TRY(in_range("temperature", params.temperature, 0, 100));
  if (params.top_k < 0)
    return fail(ErrorCode::bad_input, "top_k is {}; it is 0 (no limit) or more", params.top_k);
  TRY(above_zero("top_p", params.top_p, 1));
  TRY(in_range("min_p", params.min_p, 0, 1));
  TRY(above_zero("repetition_penalty", params.repetition_penalty, 100));
  TRY(in_range("presence_penalty", params.presence_penalty, -100, 100));
  TRY(in_range("frequency_penalty", params.frequency_penalty, -100, 100));
  if (params.logprobs) TRY(in_range("logprobs", *params.logprobs, 0, kMaxLogprobs));
  for (const LogitBias& bias : params.logit_bias) {
    if (bias.id < 0 || bias.id >= vocab_size)
      return fail(ErrorCode::bad_input, "logit_bias names token {}; the model has tokens 0 to {}",
                  bias.id, vocab_size - 1);
    if (std::isnan(bias.bias) || bias.bias == INFINITY)
      return fail(ErrorCode::bad_input, "logit_bias of token {} is no finite number", bias.id);
  }
  return {};
}

}  // namespace swivel
