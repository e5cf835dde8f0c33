#include <cmath>

#include <algorithm>
#include <limits>

#include <gtest/gtest.h>

#include "kernels/data_test.h"

namespace swivel::kernels {
namespace {

using Floats = std::vector<float>;

// Keys and values of one kv head in pages that lie in shuffled order.
struct Cache {
  KvGeometry geometry;
  Aligned<std::byte> memory;
  std::vector<int32_t> pages;
  Floats keys;    // [tokens, head_dim], as written
  Floats values;  // [tokens, value_dim]
};

Cache make_cache(const Table& table, KvType type, int32_t head_dim, int32_t value_dim,
                 int64_t tokens, std::mt19937& random) {
  const KvGeometry geometry = kv_geometry(type, 1, head_dim, value_dim);
  const int64_t pages = (tokens + kPageTokens - 1) / kPageTokens;
  Cache cache = {geometry,
                 Aligned<std::byte>(static_cast<size_t>(pages * geometry.page_bytes)),
                 {},
                 random_floats(random, tokens * head_dim),
                 random_floats(random, tokens * value_dim)};
  for (int32_t p = 0; p < pages; ++p) cache.pages.push_back(p);
  std::shuffle(cache.pages.begin(), cache.pages.end(), random);
  for (int64_t t = 0; t < tokens; ++t) {
    table.write_kv(geometry,
                   cache.memory.data() + cache.pages[t / kPageTokens] * geometry.page_bytes,
                   static_cast<int32_t>(t % kPageTokens), &cache.keys[t * head_dim],
                   &cache.values[t * value_dim]);
  }
  return cache;
}

struct Question {
  Floats q;
  int64_t begin;
  int64_t end;
};

Floats attend(const Table& table, Cache& cache, const std::vector<Question>& questions) {
  Floats out(questions.size() * static_cast<size_t>(cache.geometry.value_dim));
  std::vector<AttentionQuery> queries;
  for (size_t i = 0; i < questions.size(); ++i) {
    queries.push_back({.q = questions[i].q.data(),
                       .out = &out[i * static_cast<size_t>(cache.geometry.value_dim)],
                       .begin = questions[i].begin,
                       .end = questions[i].end});
  }
  Aligned<float> scratch(static_cast<size_t>(attention_scratch_floats(cache.geometry)));
  table.attention({.geometry = cache.geometry,
                   .memory = cache.memory.data(),
                   .pages = cache.pages.data(),
                   .scale = 0.3F,
                   .queries = queries.data(),
                   .count = static_cast<int32_t>(queries.size()),
                   .scratch = scratch.data()});
  return out;
}

std::vector<Question> random_questions(std::mt19937& random, int64_t count, int64_t tokens,
                                       int64_t window, int32_t head_dim) {
  std::vector<Question> questions;
  for (int64_t i = 0; i < count; ++i) {
    const int64_t end = 1 + static_cast<int64_t>(random()) % tokens;
    const int64_t begin = window == 0 ? 0 : std::max<int64_t>(0, end - window);
    questions.push_back({random_floats(random, head_dim, 2), begin, end});
  }
  return questions;
}

// The definition, written once more over the vectors as they were given.
Floats defined(const Cache& cache, const Question& question) {
  const int64_t head_dim = cache.geometry.head_dim;
  const int64_t value_dim = cache.geometry.value_dim;
  std::vector<double> scores;
  double largest = -1e300;
  for (int64_t t = question.begin; t < question.end; ++t) {
    double sum = 0;
    for (int64_t d = 0; d < head_dim; ++d)
      sum += double{question.q[d]} * cache.keys[t * head_dim + d];
    scores.push_back(sum * 0.3);
    largest = std::max(largest, scores.back());
  }
  double total = 0;
  for (double& score : scores) total += score = std::exp(score - largest);
  Floats out(static_cast<size_t>(value_dim));
  for (int64_t d = 0; d < value_dim; ++d) {
    double sum = 0;
    for (int64_t t = question.begin; t < question.end; ++t)
      sum += scores[t - question.begin] * cache.values[t * value_dim + d];
    out[d] = static_cast<float>(sum / total);
  }
  return out;
}

TEST(Attention, EveryTableComputesTheDefinitionForEveryShape) {
  std::mt19937 random(1);
  struct Case {
    int32_t head_dim, value_dim;
    int64_t tokens, queries, window;
  };
  for (const Case& c : std::vector<Case>{{16, 16, 1, 1, 0},
                                         {64, 64, 31, 3, 0},
                                         {64, 64, 32, 12, 0},
                                         {128, 128, 33, 13, 0},
                                         {128, 128, 300, 48, 0},
                                         {128, 64, 200, 7, 0},
                                         {20, 24, 70, 5, 0},
                                         {80, 80, 150, 6, 40},
                                         {64, 64, 200, 17, 1},
                                         {96, 96, 129, 25, 64}}) {
    for (KvType type : {KvType::f32, KvType::f16}) {
      for (const Table* table : tables_here()) {
        Cache cache = make_cache(*table, type, c.head_dim, c.value_dim, c.tokens, random);
        const auto questions = random_questions(random, c.queries, c.tokens, c.window, c.head_dim);
        const Floats out = attend(*table, cache, questions);
        const float tolerance = type == KvType::f32 ? 2e-5F : 1e-2F;
        for (size_t i = 0; i < questions.size(); ++i) {
          const Floats expected = defined(cache, questions[i]);
          for (int32_t d = 0; d < c.value_dim; ++d)
            ASSERT_NEAR(out[i * c.value_dim + d], expected[d], tolerance)
                << table->name << " tokens=" << c.tokens << " query " << i << " dim " << d;
        }
      }
    }
  }
}

TEST(Attention, HalfFloatPagesOfEveryTableGiveWhatTheReferenceMakesOfThem) {
  std::mt19937 random(2);
  for (const Table* table : tables_here()) {
    Cache cache = make_cache(*table, KvType::f16, 128, 128, 500, random);
    const auto questions = random_questions(random, 24, 500, 0, 128);
    const Floats found = attend(*table, cache, questions);
    const Floats expected = attend(reference_table(), cache, questions);
    for (size_t i = 0; i < found.size(); ++i) ASSERT_NEAR(found[i], expected[i], 2e-5F);
  }
}

TEST(Attention, AQueryAloneEqualsTheQueryAmongOthersBitForBit) {
  std::mt19937 random(3);
  for (const Table* table : tables_here()) {
    for (KvType type : {KvType::f32, KvType::f16}) {
      Cache cache = make_cache(*table, type, 64, 64, 333, random);
      const auto questions = random_questions(random, 41, 333, 100, 64);
      const Floats together = attend(*table, cache, questions);
      for (size_t i = 0; i < questions.size(); ++i) {
        const Floats alone = attend(*table, cache, {questions[i]});
        ASSERT_EQ(0, std::memcmp(alone.data(), &together[i * 64], 64 * 4)) << table->name;
      }
    }
  }
}

TEST(Attention, HugeScoresDoNotOverflow) {
  std::mt19937 random(4);
  for (const Table* table : tables_here()) {
    Cache cache = make_cache(*table, KvType::f32, 64, 64, 100, random);
    std::vector<Question> questions = {{random_floats(random, 64, 1e4F), 0, 100}};
    const Floats out = attend(*table, cache, questions);
    for (float value : out) ASSERT_TRUE(std::isfinite(value));
    const Floats expected = defined(cache, questions[0]);
    for (int i = 0; i < 64; ++i) ASSERT_NEAR(out[i], expected[i], 1e-3);
  }
}

TEST(Attention, TokensBeyondTheEndOfAQueryAreNeverLookedAt) {
  std::mt19937 random(5);
  for (const Table* table : tables_here()) {
    Cache cache = make_cache(*table, KvType::f32, 64, 64, 64, random);
    const std::vector<Question> questions = {{random_floats(random, 64), 3, 40}};
    const Floats before = attend(*table, cache, questions);
    const Floats poison(64, std::numeric_limits<float>::quiet_NaN());
    for (int t : {0, 1, 2, 40, 41, 63}) {
      table->write_kv(cache.geometry,
                      cache.memory.data() + cache.pages[t / 32] * cache.geometry.page_bytes, t % 32,
                      poison.data(), poison.data());
    }
    const Floats after = attend(*table, cache, questions);
    EXPECT_EQ(0, std::memcmp(before.data(), after.data(), 64 * 4)) << table->name;
  }
}

}  // namespace
}  // namespace swivel::kernels
