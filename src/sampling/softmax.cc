#include "sampling/softmax.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <limits>

#include "base/check.h"

namespace swivel {
namespace {

constexpr float kMinusInfinity = -std::numeric_limits<float>::infinity();
// exp(-87) is the last whole power of e above the smallest normal float.
constexpr float kSmallestExponent = -87;

// exp(x) for x in [-87, 0] by 2^n * e^r with |r| <= ln(2)/2; the polynomial is Taylor's to degree
// 6, whose remainder there is below 2e-7. Anything else, a NaN included, gives 0.
inline float exponential(float x) {
  constexpr float kLog2E = 1.44269504f;
  constexpr float kLn2High = 0.693359375f;  // exact in 10 bits, so n * kLn2High is exact
  constexpr float kLn2Low = -2.12194440e-4f;
  constexpr float kRound = 12582912.0f;  // 1.5 * 2^23: adding it rounds to an integer
  const float clamped = x > kSmallestExponent ? x : kSmallestExponent;
  const float shifted = clamped * kLog2E + kRound;
  const float n = shifted - kRound;
  const float r = (clamped - n * kLn2High) - n * kLn2Low;
  float p = 1.0f / 720;
  p = p * r + 1.0f / 120;
  p = p * r + 1.0f / 24;
  p = p * r + 1.0f / 6;
  p = p * r + 0.5f;
  p = p * r + 1.0f;
  p = p * r + 1.0f;
  const uint32_t bits = std::bit_cast<uint32_t>(shifted) - std::bit_cast<uint32_t>(kRound);
  const float power = std::bit_cast<float>((bits + 127) << 23);
  return x > kSmallestExponent ? p * power : 0.0f;
}

}  // namespace

float largest_of(std::span<const float> logits) {
  std::array<float, 16> lanes;
  lanes.fill(kMinusInfinity);
  const size_t whole = logits.size() / lanes.size() * lanes.size();
  for (size_t i = 0; i < whole; i += lanes.size())
    for (size_t j = 0; j < lanes.size(); ++j)
      lanes[j] = logits[i + j] > lanes[j] ? logits[i + j] : lanes[j];
  float largest = kMinusInfinity;
  for (const float lane : lanes) largest = std::max(largest, lane);
  for (size_t i = whole; i < logits.size(); ++i)
    largest = logits[i] > largest ? logits[i] : largest;
  return largest;
}

int32_t index_of_largest(std::span<const float> logits) {
  const float largest = largest_of(logits);
  CHECK(largest > kMinusInfinity);
  return static_cast<int32_t>(std::find(logits.begin(), logits.end(), largest) - logits.begin());
}

void exponentials(std::span<const float> logits, float largest, float scale, std::span<float> out) {
  CHECK(logits.size() == out.size());
  const float* in = logits.data();
  float* to = out.data();
  for (size_t i = 0; i < logits.size(); ++i) to[i] = exponential((in[i] - largest) * scale);
}

double sum_of_exponentials(std::span<const float> logits, float largest, float scale) {
  constexpr size_t kBlock = 512;
  constexpr size_t kLanes = 8;
  std::array<float, kBlock> block;
  std::array<double, kLanes> lanes = {};
  for (size_t begin = 0; begin < logits.size(); begin += kBlock) {
    const size_t size = std::min(kBlock, logits.size() - begin);
    exponentials(logits.subspan(begin, size), largest, scale, {block.data(), size});
    std::fill(block.begin() + size, block.end(), 0.0f);
    for (size_t i = 0; i < kBlock; i += kLanes)
      for (size_t j = 0; j < kLanes; ++j) lanes[j] += block[i + j];
  }
  double sum = 0;
  for (const double lane : lanes) sum += lane;
  return sum;
}

double log_sum_exp(std::span<const float> logits, float largest) {
  return largest + std::log(sum_of_exponentials(logits, largest, 1));
}

}  // namespace swivel
