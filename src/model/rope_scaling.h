// Rotary frequencies and their scalings, as transformers 5 defines them (modeling_rope_utils), in
// float32 as there: at long positions the last bit of a frequency is visible in the logits.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "ops/rope.h"

namespace swivel {

enum class RopeScaling {
  none,
  linear,    // frequencies / factor
  dynamic,   // NTK: the base grows with the length beyond max_positions
  yarn,      // low frequencies / factor, high ones kept, a ramp between (Peng et al. 2023)
  longrope,  // one divisor a frequency, a short and a long list (Ding et al. 2024)
  llama3,    // long wavelengths / factor, short ones kept, smooth between
  factors,   // one divisor a frequency, as a GGUF file stores them
};

// The settings of one scaling, as the checkpoint states them.
struct RopeSettings {
  RopeScaling scaling = RopeScaling::none;
  ops::RopePairing pairing = ops::RopePairing::half_split;
  int rotary_dim = 0;  // even
  double theta = 10000;
  int64_t max_positions = 0;
  int64_t original_positions = 0;  // yarn, longrope, llama3
  std::optional<double> factor;    // where absent, yarn and longrope take max / original positions
  std::optional<double> attention_factor;                   // yarn, longrope
  std::optional<double> mscale, mscale_all_dim;             // yarn
  double beta_fast = 32;                                    // yarn
  double beta_slow = 1;                                     // yarn
  bool truncate = true;                                     // yarn: whole bounds of the ramp
  std::optional<double> low_freq_factor, high_freq_factor;  // llama3
  // longrope: for lengths up to original_positions and above. factors: the divisors are
  // short_factor.
  std::vector<double> short_factor, long_factor;
};

// The frequencies that a length calls for.
struct RopeConfig {
  RopeScaling scaling = RopeScaling::none;
  ops::Rope base;  // for lengths up to switch_length
  int64_t switch_length = INT64_MAX;
  std::vector<float> long_inv_freq;  // longrope: above switch_length
  double theta = 0;                  // dynamic: what grows above switch_length
  double factor = 1;                 // dynamic

  bool operator==(const RopeConfig&) const = default;
};

// ERRORS: bad_input if a setting the scaling needs is missing or out of range, or a list has the
// wrong length.
Result<RopeConfig> make_rope(const RopeSettings& settings);

// The rope of a sequence of that length.
ops::Rope at_length(const RopeConfig& config, int64_t length);

}  // namespace swivel
