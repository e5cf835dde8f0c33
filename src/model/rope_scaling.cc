#include "model/rope_scaling.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace swivel {
namespace {

constexpr double kTwoPi = 2 * std::numbers::pi;

// theta^(2 i / rotary_dim) for each pair.
std::vector<float> wave_bases(double theta, int rotary_dim) {
  std::vector<float> bases(rotary_dim / 2);
  for (size_t i = 0; i < bases.size(); ++i)
    bases[i] = std::pow(static_cast<float>(theta),
                        static_cast<float>(2 * i) / static_cast<float>(rotary_dim));
  return bases;
}

std::vector<float> plain_frequencies(double theta, int rotary_dim) {
  std::vector<float> frequencies = wave_bases(theta, rotary_dim);
  for (float& f : frequencies) f = 1.0F / f;
  return frequencies;
}

// The base of dynamic NTK for a length above max_positions.
double grown_theta(const RopeConfig& config, int64_t length) {
  const float factor = static_cast<float>(config.factor);
  const float ratio =
      factor * static_cast<float>(length) / static_cast<float>(config.switch_length);
  const float dim = static_cast<float>(config.base.rotary_dim);
  return static_cast<float>(config.theta) * std::pow(ratio - (factor - 1), dim / (dim - 2));
}

// The share of each frequency that is interpolated, 0 to 1 (equation 23 of the paper).
std::vector<float> yarn_ramp(const RopeSettings& s) {
  auto turning_pair = [&](double rotations) {
    return s.rotary_dim * std::log(s.original_positions / (rotations * kTwoPi)) /
           (2 * std::log(s.theta));
  };
  double low = turning_pair(s.beta_fast);
  double high = turning_pair(s.beta_slow);
  if (s.truncate) {
    low = std::floor(low);
    high = std::ceil(high);
  }
  low = std::max(low, 0.0);
  high = std::min(high, s.rotary_dim - 1.0);
  if (low == high) high += 0.001;
  std::vector<float> ramp(s.rotary_dim / 2);
  for (size_t i = 0; i < ramp.size(); ++i)
    ramp[i] = std::clamp(
        (static_cast<float>(i) - static_cast<float>(low)) / static_cast<float>(high - low), 0.0F,
        1.0F);
  return ramp;
}

double yarn_attention_factor(const RopeSettings& s, double factor) {
  if (s.attention_factor) return *s.attention_factor;
  auto mscale = [&](double m) { return factor <= 1 ? 1.0 : 0.1 * m * std::log(factor) + 1; };
  if (s.mscale.value_or(0) != 0 && s.mscale_all_dim.value_or(0) != 0)
    return mscale(*s.mscale) / mscale(*s.mscale_all_dim);
  return mscale(1);
}

void apply_yarn(const RopeSettings& s, double factor, ops::Rope& rope) {
  const std::vector<float> ramp = yarn_ramp(s);
  const std::vector<float> bases = wave_bases(s.theta, s.rotary_dim);
  for (size_t i = 0; i < bases.size(); ++i) {
    const float kept = 1 - ramp[i];
    const float interpolated = 1.0F / (static_cast<float>(factor) * bases[i]);
    rope.inv_freq[i] = interpolated * (1 - kept) + 1.0F / bases[i] * kept;
  }
  rope.attention_factor = static_cast<float>(yarn_attention_factor(s, factor));
}

void apply_llama3(const RopeSettings& s, ops::Rope& rope) {
  const float factor = static_cast<float>(*s.factor);
  const float low = static_cast<float>(*s.low_freq_factor);
  const float high = static_cast<float>(*s.high_freq_factor);
  const float original = static_cast<float>(s.original_positions);
  for (float& f : rope.inv_freq) {
    const float wavelength = static_cast<float>(kTwoPi) / f;
    if (wavelength > original / low) {
      f /= factor;
    } else if (wavelength >= original / high && high > low) {
      const float smooth = (original / wavelength - low) / (high - low);
      f = (1 - smooth) * f / factor + smooth * f;
    }
  }
}

Status divide(std::vector<float>& out, const RopeSettings& s, const std::vector<double>& divisors,
              std::string_view name) {
  const std::vector<float> bases = wave_bases(s.theta, s.rotary_dim);
  if (divisors.size() != bases.size())
    return fail(ErrorCode::bad_input, "{} has {} entries; half the rotary dimension is {}", name,
                divisors.size(), bases.size());
  out.resize(bases.size());
  for (size_t i = 0; i < bases.size(); ++i) {
    if (!(divisors[i] > 0)) return fail(ErrorCode::bad_input, "{} holds {}", name, divisors[i]);
    out[i] = 1.0F / (static_cast<float>(divisors[i]) * bases[i]);
  }
  return {};
}

Status apply_longrope(const RopeSettings& s, double factor, RopeConfig& config) {
  TRY(divide(config.base.inv_freq, s, s.short_factor, "short_factor"));
  TRY(divide(config.long_inv_freq, s, s.long_factor, "long_factor"));
  config.switch_length = s.original_positions;
  const double implied =
      factor <= 1 ? 1 : std::sqrt(1 + std::log(factor) / std::log(s.original_positions));
  config.base.attention_factor = static_cast<float>(s.attention_factor.value_or(implied));
  return {};
}

Status check(const RopeSettings& s, double factor) {
  using enum RopeScaling;
  if (s.rotary_dim < 2 || s.rotary_dim % 2 != 0)
    return fail(ErrorCode::bad_input, "the rotary dimension is {}; it must be even and at least 2",
                s.rotary_dim);
  if (!(s.theta > 1) || !std::isfinite(s.theta))
    return fail(ErrorCode::bad_input, "the rotary base is {}; it must be above 1", s.theta);
  if (s.scaling == none || s.scaling == factors) return {};
  if (!(factor > 0) || !std::isfinite(factor))
    return fail(ErrorCode::bad_input, "the rotary scaling needs a factor above 0");
  if (s.scaling == dynamic && (s.rotary_dim < 4 || s.max_positions < 1))
    return fail(ErrorCode::bad_input, "dynamic rotary scaling needs a rotary dimension above 2");
  if ((s.scaling == yarn || s.scaling == longrope || s.scaling == llama3) &&
      s.original_positions < 2)
    return fail(ErrorCode::bad_input, "the rotary scaling needs its original positions");
  if (s.scaling == yarn && !(s.beta_fast > 0 && s.beta_slow > 0))
    return fail(ErrorCode::bad_input, "yarn needs beta_fast and beta_slow above 0");
  if (s.scaling == llama3 &&
      !(s.low_freq_factor.value_or(0) > 0 && s.high_freq_factor.value_or(0) >= *s.low_freq_factor))
    return fail(ErrorCode::bad_input,
                "this rotary scaling needs 0 < low_freq_factor <= high_freq_factor");
  return {};
}

double factor_of(const RopeSettings& s) {
  if (s.factor) return *s.factor;
  const bool has_ratio = s.scaling == RopeScaling::yarn || s.scaling == RopeScaling::longrope;
  if (!has_ratio || s.original_positions < 1) return 0;
  return static_cast<double>(s.max_positions) / static_cast<double>(s.original_positions);
}

}  // namespace

Result<RopeConfig> make_rope(const RopeSettings& s) {
  const double factor = factor_of(s);
  TRY(check(s, factor));
  RopeConfig config;
  config.scaling = s.scaling;
  config.base.pairing = s.pairing;
  config.base.rotary_dim = s.rotary_dim;
  config.base.inv_freq = plain_frequencies(s.theta, s.rotary_dim);
  switch (s.scaling) {
    case RopeScaling::none:
      break;
    case RopeScaling::linear:
      for (float& f : config.base.inv_freq) f /= static_cast<float>(factor);
      break;
    case RopeScaling::dynamic:
      config.switch_length = s.max_positions;
      config.theta = s.theta;
      config.factor = factor;
      break;
    case RopeScaling::yarn:
      apply_yarn(s, factor, config.base);
      break;
    case RopeScaling::longrope:
      TRY(apply_longrope(s, factor, config));
      break;
    case RopeScaling::llama3:
      apply_llama3(s, config.base);
      break;
    case RopeScaling::factors:
      TRY(divide(config.base.inv_freq, s, s.short_factor, "the stored rope factors"));
      break;
  }
  return config;
}

ops::Rope at_length(const RopeConfig& config, int64_t length) {
  ops::Rope rope = config.base;
  if (length <= config.switch_length) return rope;
  if (config.scaling == RopeScaling::dynamic)
    rope.inv_freq = plain_frequencies(grown_theta(config, length), rope.rotary_dim);
  else if (config.scaling == RopeScaling::longrope)
    rope.inv_freq = config.long_inv_freq;
  return rope;
}

}  // namespace swivel
