#include "sampling/sampler.h"

#include <cmath>
#include <limits>
#include <map>
#include <random>

#include <gtest/gtest.h>

namespace swivel {
namespace {

constexpr float kInfinity = std::numeric_limits<float>::infinity();

using Logits = std::vector<float>;

Logits spread_logits(size_t size) {
  std::mt19937 random(11);
  std::normal_distribution<float> normal(0, 3);
  Logits logits(size);
  for (float& logit : logits) logit = normal(random);
  return logits;
}

// How often each id is drawn when every draw has its own seed.
std::map<int32_t, int> counts(const SamplingParams& params, const Logits& logits, int draws) {
  std::map<int32_t, int> found;
  for (int i = 0; i < draws; ++i) {
    SamplingParams one = params;
    one.seed = static_cast<uint64_t>(i);
    Logits scratch = logits;
    ++found[Sampler(one).sample(scratch)->id];
  }
  return found;
}

// The distribution by definition, in double, with sorting and no tricks.
std::map<int32_t, double> expected_shares(const SamplingParams& params, const Logits& logits) {
  std::vector<std::pair<double, int32_t>> sorted;
  for (size_t i = 0; i < logits.size(); ++i)
    sorted.emplace_back(-static_cast<double>(logits[i]) / params.temperature, i);
  std::sort(sorted.begin(), sorted.end());
  if (params.top_k > 0) sorted.resize(params.top_k);
  double total = 0;
  for (auto& [x, id] : sorted) total += x = std::exp(-x);
  double reached = 0;
  std::map<int32_t, double> shares;
  for (const auto& [weight, id] : sorted) {
    if (reached >= params.top_p * total) break;
    reached += weight;
    if (weight >= params.min_p * sorted.front().first) shares[id] = weight;
  }
  double kept = 0;
  for (const auto& [id, weight] : shares) kept += weight;
  for (auto& [id, weight] : shares) weight /= kept;
  return shares;
}

// Pearson's statistic over the ids expected at least five times; the others are one class.
void expect_distribution(const SamplingParams& params, const Logits& logits) {
  constexpr int kDraws = 20000;
  const auto shares = expected_shares(params, logits);
  double chi_square = 0, rare_expected = 0, rare_found = 0;
  int classes = 0;
  auto found = counts(params, logits, kDraws);
  for (const auto& [id, count] : found) {
    ASSERT_TRUE(shares.contains(id)) << "id " << id << " is not among the survivors";
    if (shares.at(id) * kDraws < 5) rare_found += count;
  }
  for (const auto& [id, share] : shares) {
    const double expected = share * kDraws;
    if (expected < 5) {
      rare_expected += expected;
      continue;
    }
    ++classes;
    chi_square += (found[id] - expected) * (found[id] - expected) / expected;
  }
  if (rare_expected >= 5) {
    ++classes;
    chi_square += (rare_found - rare_expected) * (rare_found - rare_expected) / rare_expected;
  }
  // Wilson and Hilferty's approximation of the 99.9 % point.
  const double freedom = std::max(classes - 1, 1);
  const double root = 1 - 2 / (9 * freedom) + 3.09 * std::sqrt(2 / (9 * freedom));
  EXPECT_LT(chi_square, freedom * root * root * root) << classes << " classes";
}

TEST(Sampler, TakesTheLargestAtTemperatureZero) {
  for (const float temperature : {0.0f, 1e-38f, 1e-6f}) {
    Logits logits = {0, 2, 7, 7, 1};
    EXPECT_EQ(Sampler({.temperature = temperature}).sample(logits)->id, 2);
  }
}

TEST(Sampler, FollowsTheSoftmaxWithoutTruncation) {
  expect_distribution({}, spread_logits(40));
  expect_distribution({}, spread_logits(1500));
}

TEST(Sampler, FollowsTheSoftmaxAtOtherTemperatures) {
  expect_distribution({.temperature = 0.4f}, spread_logits(600));
  expect_distribution({.temperature = 2.5f}, spread_logits(60));
}

TEST(Sampler, TopKKeepsExactlyTheLargest) {
  expect_distribution({.top_k = 5}, spread_logits(700));
  expect_distribution({.top_k = 300}, spread_logits(700));
}

TEST(Sampler, TopPKeepsTheFewestThatReachTheShare) {
  expect_distribution({.top_p = 0.7f}, spread_logits(900));
  expect_distribution({.temperature = 3, .top_p = 0.99f}, spread_logits(300));
}

TEST(Sampler, MinPDropsWhatIsFarLessProbableThanTheFirst) {
  expect_distribution({.min_p = 0.1f}, spread_logits(900));
}

TEST(Sampler, TruncationsCompose) {
  expect_distribution({.temperature = 1.3f, .top_k = 40, .top_p = 0.9f, .min_p = 0.05f},
                      spread_logits(900));
  expect_distribution({.top_p = 0.95f, .min_p = 0.02f}, spread_logits(900));
}

TEST(Sampler, TopPOfAFlatDistributionKeepsHalf) {
  const Logits flat(1000, 1.5f);
  for (const auto& [id, count] : counts({.top_p = 0.5f}, flat, 5000)) EXPECT_LT(id, 500);
}

TEST(Sampler, TopKKeepsEqualsOfTheLastOne) {
  EXPECT_EQ(counts({.top_k = 2}, {3, 3, 3, 0}, 2000).size(), 3u);
}

TEST(Sampler, TheSameSeedGivesTheSameTokens) {
  const auto tokens = [](uint64_t seed) {
    Sampler sampler({.seed = seed});
    std::vector<int32_t> ids;
    for (int i = 0; i < 50; ++i) {
      Logits logits = spread_logits(200);
      ids.push_back(sampler.sample(logits)->id);
    }
    return ids;
  };
  EXPECT_EQ(tokens(3), tokens(3));
  EXPECT_NE(tokens(3), tokens(4));
}

TEST(Sampler, ForbiddenIdsAreNeverChosen) {
  Logits logits = {9, 8, 1};
  const std::vector<int32_t> forbidden = {0, 1};
  EXPECT_EQ(Sampler({.temperature = 0}).sample(logits, forbidden)->id, 2);
}

TEST(Sampler, SaysWhenNothingIsLeft) {
  Logits logits = {1, 2};
  const std::vector<int32_t> forbidden = {0, 1};
  const auto none = Sampler({}).sample(logits, forbidden);
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().message, "every token is forbidden at token 1 of the answer");
  Logits broken = {NAN, NAN};
  const auto nan = Sampler({}).sample(broken);
  ASSERT_FALSE(nan);
  EXPECT_EQ(nan.error().message, "the model gave no finite logit for token 1 of the answer");
}

TEST(Sampler, ANaNIsNeverChosen) {
  for (const auto& params :
       {SamplingParams{}, SamplingParams{.top_k = 2}, SamplingParams{.top_p = 0.9f},
        SamplingParams{.min_p = 0.01f}, SamplingParams{.temperature = 0}})
    EXPECT_EQ(counts(params, {NAN, 1, NAN, -kInfinity}, 200), (std::map<int32_t, int>{{1, 200}}));
}

TEST(Sampler, BiasIsAddedToTheLogit) {
  Logits logits = {0, 0, 5};
  EXPECT_EQ(Sampler({.temperature = 0, .logit_bias = {{0, 6}, {2, -kInfinity}}}).sample(logits)->id,
            0);
}

TEST(Sampler, RepetitionPenaltyDividesPositiveAndMultipliesNegativeLogits) {
  Sampler sampler({.temperature = 0, .repetition_penalty = 2});
  sampler.add_prompt(std::vector<int32_t>{0, 1, 1, 77});
  Logits logits = {4, -1, 3, -1.5f};
  EXPECT_EQ(sampler.sample(logits)->id, 2);
  EXPECT_EQ(logits, (Logits{2, -2, 3, -1.5f}));
}

TEST(Sampler, PresenceAndFrequencyCountTheAnswerOnly) {
  Sampler sampler({.temperature = 0, .presence_penalty = 0.5f, .frequency_penalty = 0.25f});
  sampler.add_prompt(std::vector<int32_t>{1});
  for (int i = 0; i < 2; ++i) {
    Logits logits = {9, 0};
    EXPECT_EQ(sampler.sample(logits)->id, 0);
  }
  Logits logits = {1, 1};
  EXPECT_EQ(sampler.sample(logits)->id, 1);
  EXPECT_EQ(logits, (Logits{0, 1}));
}

TEST(Sampler, LogprobsAreTheModelsOwn) {
  Logits logits = {1, 3, 2};
  const auto token =
      Sampler({.temperature = 0, .logit_bias = {{1, -9}}, .logprobs = 2}).sample(logits);
  const double normaliser = std::log(std::exp(1.0) + std::exp(2.0) + std::exp(3.0));
  EXPECT_EQ(token->id, 2);
  EXPECT_NEAR(token->logprob, 2 - normaliser, 1e-6);
  ASSERT_EQ(token->top.size(), 2u);
  EXPECT_EQ(token->top[0].id, 1);
  EXPECT_NEAR(token->top[0].logprob, 3 - normaliser, 1e-6);
  EXPECT_EQ(token->top[1].id, 2);
}

TEST(Check, NamesTheFieldTheRangeAndTheValue) {
  EXPECT_TRUE(check({}, 10));
  EXPECT_EQ(check({.temperature = -1}, 10).error().message,
            "temperature is -1; it lies between 0 and 100");
  EXPECT_EQ(check({.top_p = 0}, 10).error().message, "top_p is 0; it is above 0 and at most 1");
  EXPECT_EQ(check({.top_k = -2}, 10).error().message, "top_k is -2; it is 0 (no limit) or more");
  EXPECT_EQ(check({.logit_bias = {{10, 1}}}, 10).error().message,
            "logit_bias names token 10; the model has tokens 0 to 9");
  EXPECT_FALSE(check({.temperature = NAN}, 10));
  EXPECT_FALSE(check({.min_p = 1.5f}, 10));
  EXPECT_FALSE(check({.repetition_penalty = 0}, 10));
  EXPECT_FALSE(check({.logprobs = 101}, 10));
}

}  // namespace
}  // namespace swivel
