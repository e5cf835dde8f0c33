#include "engine/engine.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstring>
#include <map>
#include <random>
#include <thread>

#include <gtest/gtest.h>

#include "kernels/choose.h"

namespace swivel {
namespace {

// A model of random weights, small enough to run thousands of steps.
constexpr int64_t kHidden = 64;
constexpr int64_t kVocab = 97;
constexpr int64_t kIntermediate = 96;
constexpr int kHeads = 4, kKvHeads = 2, kHeadDim = 16, kLayers = 3;

class RandomModel {
 public:
  RandomModel() {
    ModelConfig& config = model_.config;
    config.hidden_size = kHidden;
    config.vocab_size = kVocab;
    config.max_positions = 512;
    config.layers.assign(kLayers, layer_config());
    config.final_norm.eps = 1e-6F;
    Weights& weights = model_.weights;
    weights.embed_tokens = matrix(kVocab, kHidden, 1.0f);
    for (int i = 0; i < kLayers; ++i) weights.layers.push_back(layer_weights());
    weights.final_norm.assign(kHidden, 1.0f);
    weights.lm_head.weight = matrix(kVocab, kHidden, 0.4f);
  }

  const Model& get() const { return model_; }

 private:
  static LayerConfig layer_config() {
    LayerConfig layer;
    layer.attn_pre_norm = ops::Norm{};
    layer.mlp_pre_norm = ops::Norm{};
    AttentionConfig attention;
    attention.num_heads = kHeads;
    attention.num_kv_heads = kKvHeads;
    attention.head_dim = kHeadDim;
    attention.scale = 0.25f;
    RopeSettings rope;
    rope.rotary_dim = kHeadDim;
    rope.max_positions = 512;
    attention.rope = *make_rope(rope);
    layer.mixer = attention;
    GatedMlpConfig mlp;
    mlp.intermediate_size = kIntermediate;
    layer.feed_forward = mlp;
    return layer;
  }

  Weight matrix(int64_t rows, int64_t cols, float scale) {
    std::normal_distribution<float> normal(0, scale);
    auto& memory = memory_.emplace_back(rows * cols * sizeof(float));
    for (int64_t i = 0; i < rows * cols; ++i) memory.as<float>()[i] = normal(random_);
    return as_stored({"", DType::f32, {rows, cols}, memory.bytes()});
  }

  ops::Linear linear(int64_t rows, int64_t cols) {
    return {matrix(rows, cols, 1 / std::sqrt(static_cast<float>(cols))), {}};
  }

  LayerWeights layer_weights() {
    LayerWeights layer;
    layer.attn_pre_norm.assign(kHidden, 1.0f);
    layer.mlp_pre_norm.assign(kHidden, 1.0f);
    layer.attention.q_proj = linear(kHeads * kHeadDim, kHidden);
    layer.attention.k_proj = linear(kKvHeads * kHeadDim, kHidden);
    layer.attention.v_proj = linear(kKvHeads * kHeadDim, kHidden);
    layer.attention.o_proj = linear(kHidden, kHeads * kHeadDim);
    layer.mlp.gate_proj = linear(kIntermediate, kHidden);
    layer.mlp.up_proj = linear(kIntermediate, kHidden);
    layer.mlp.down_proj = linear(kHidden, kIntermediate);
    return layer;
  }

  std::mt19937 random_{17};
  std::vector<Buffer> memory_;
  Model model_;
};

const Model& model() {
  static const RandomModel model;
  return model.get();
}

std::unique_ptr<Engine> engine_with(EngineOptions options) {
  return Engine::create(model(), kernels::choose(), options).value();
}

std::vector<int32_t> random_prompt(std::mt19937& random, size_t size) {
  std::vector<int32_t> ids(size);
  for (int32_t& id : ids) id = static_cast<int32_t>(random() % kVocab);
  return ids;
}

struct Answer {
  std::vector<int32_t> ids;
  std::optional<Outcome> outcome;
};

// Submits a request whose tokens and outcome land in `answer`.
SequenceId ask(Engine& engine, Request request, Answer& answer) {
  request.on_token = [&answer](const SampledToken& token) {
    answer.ids.push_back(token.id);
    return Verdict::go;
  };
  request.on_end = [&answer](const Outcome& outcome) {
    EXPECT_FALSE(answer.outcome) << "on_end twice";
    answer.outcome = outcome;
  };
  return engine.submit(std::move(request)).value();
}

void run(Engine& engine) {
  while (engine.step()) {
  }
}

Request random_request(std::mt19937& random, size_t longest_prompt) {
  Request request;
  request.prompt = random_prompt(random, 1 + random() % longest_prompt);
  // Half of them begin alike.
  if (random() % 2 == 0)
    for (size_t i = 0; i < request.prompt.size(); ++i) request.prompt[i] = i % kVocab;
  request.sampling.seed = random();
  request.max_tokens = 1 + random() % 30;
  if (random() % 2 == 0) request.sampling.temperature = 0;
  if (random() % 3 == 0) request.sampling.top_k = 8;
  if (random() % 3 == 0) request.sampling.repetition_penalty = 1.2f;
  return request;
}

Answer alone(const Request& request, EngineOptions options = {.context = 256}) {
  const auto engine = engine_with(options);
  Answer answer;
  ask(*engine, request, answer);
  run(*engine);
  return answer;
}

TEST(Engine, TheSameSeedGivesTheSameTokensWhateverTheThreads) {
  Request request;
  request.prompt = {1, 2, 3};
  request.max_tokens = 20;
  request.sampling.seed = 5;
  const Answer one = alone(request);
  EXPECT_EQ(one.ids.size(), 20u);
  EXPECT_EQ(alone(request, {.threads = 3, .context = 256}).ids, one.ids);
  request.sampling.seed = 6;
  EXPECT_NE(alone(request).ids, one.ids);
}

TEST(Engine, AloneEqualsBatched) {
  std::mt19937 random(1);
  const auto engine =
      engine_with({.threads = 2, .context = 256, .kv_tokens = 4096, .max_batch_tokens = 48});
  std::vector<Request> requests;
  std::vector<Answer> answers(12);
  for (Answer& answer : answers) {
    requests.push_back(random_request(random, 100));
    ask(*engine, requests.back(), answer);
    for (size_t i = random() % 4; i > 0; --i) engine->step();
  }
  run(*engine);
  for (size_t i = 0; i < requests.size(); ++i)
    EXPECT_EQ(answers[i].ids, alone(requests[i]).ids) << "request " << i;
}

TEST(Engine, ChunkedPrefillEqualsWhole) {
  std::mt19937 random(2);
  for (int round = 0; round < 5; ++round) {
    Request request = random_request(random, 200);
    const Answer whole = alone(request, {.context = 256, .max_batch_tokens = 512});
    for (const int64_t size : {1, 7, 32, 33})
      EXPECT_EQ(alone(request, {.context = 256, .max_batch_tokens = size, .max_sequences = 1}).ids,
                whole.ids)
          << "in chunks of " << size;
  }
}

TEST(Engine, PreemptedSequencesGiveTheSameTokens) {
  std::mt19937 random(3);
  // Memory for two contexts, ten sequences that want more.
  const auto engine =
      engine_with({.context = 128, .kv_tokens = 256, .max_batch_tokens = 64, .max_sequences = 10});
  std::vector<Request> requests;
  std::vector<Answer> answers(10);
  for (Answer& answer : answers) {
    Request request = random_request(random, 40);
    request.max_tokens = 60;
    requests.push_back(request);
    ask(*engine, request, answer);
  }
  run(*engine);
  int64_t preemptions = 0;
  for (size_t i = 0; i < requests.size(); ++i) {
    EXPECT_EQ(answers[i].ids, alone(requests[i]).ids) << "request " << i;
    preemptions += answers[i].outcome->preemptions;
  }
  EXPECT_GT(preemptions, 0);
  EXPECT_EQ(engine->free_pages(), engine->total_pages());
}

// A talk: each prompt is the one before with its answer and something more.
TEST(Engine, AReusedPrefixGivesTheSameTokensAsNone) {
  std::mt19937 random(4);
  const auto engine = engine_with({.context = 256});
  std::vector<int32_t> talk = random_prompt(random, 40);
  for (int turn = 0; turn < 5; ++turn) {
    Request request;
    request.prompt = talk;
    request.sampling.seed = random();
    request.max_tokens = 10 + random() % 20;
    Answer answer;
    ask(*engine, request, answer);
    run(*engine);
    EXPECT_EQ(answer.ids, alone(request).ids) << "turn " << turn;
    EXPECT_EQ(answer.outcome->reused_tokens > 0, turn > 0) << "turn " << turn;
    talk.insert(talk.end(), answer.ids.begin(), answer.ids.end());
    const auto more = random_prompt(random, 5);
    talk.insert(talk.end(), more.begin(), more.end());
  }
}

TEST(Engine, AnyHistoryEndsEachRequestOnceAndFreesItsPages) {
  for (uint32_t seed = 0; seed < 5; ++seed) {
    std::mt19937 random(seed);
    const auto engine =
        engine_with({.context = 96, .kv_tokens = 200, .max_batch_tokens = 16, .max_sequences = 6});
    std::map<SequenceId, Answer> answers;
    for (int step = 0; step < 300; ++step) {
      if (random() % 4 == 0) {
        // The id is known only after submit, so the answer finds its place by reference.
        auto& slot = answers[-1 - step];
        ask(*engine, random_request(random, 60), slot);
      }
      if (random() % 10 == 0) engine->cancel(static_cast<SequenceId>(random() % 60));
      engine->step();
    }
    run(*engine);
    EXPECT_GT(answers.size(), 40u);
    for (const auto& [id, answer] : answers) EXPECT_TRUE(answer.outcome);
    EXPECT_EQ(engine->free_pages(), engine->total_pages());
  }
}

TEST(Engine, EndsAtMaxTokensAndSaysHowMany) {
  Request request;
  request.prompt = {4, 5};
  request.max_tokens = 3;
  const Answer answer = alone(request);
  EXPECT_EQ(answer.ids.size(), 3u);
  EXPECT_EQ(answer.outcome->reason, FinishReason::max_tokens);
  EXPECT_EQ(answer.outcome->prompt_tokens, 2);
  EXPECT_EQ(answer.outcome->answer_tokens, 3);
}

TEST(Engine, EndsWhereTheContextIsFull) {
  Request request;
  request.prompt.assign(40, 7);
  const Answer answer = alone(request, {.context = 64});
  EXPECT_EQ(answer.outcome->reason, FinishReason::context);
  EXPECT_EQ(answer.ids.size(), 24u);
}

TEST(Engine, AStopIdEndsTheAnswerAndIsNotDelivered) {
  Request request;
  request.prompt = {9, 8, 7};
  request.max_tokens = 30;
  request.sampling.seed = 4;
  const Answer free = alone(request);
  const int32_t stop = free.ids[10];
  const size_t first = std::find(free.ids.begin(), free.ids.end(), stop) - free.ids.begin();
  request.stop_ids = {stop};
  const Answer stopped = alone(request);
  EXPECT_EQ(stopped.ids, std::vector<int32_t>(free.ids.begin(), free.ids.begin() + first));
  EXPECT_EQ(stopped.outcome->reason, FinishReason::stop_id);
  EXPECT_EQ(stopped.outcome->stop_id, stop);
  EXPECT_EQ(stopped.outcome->answer_tokens, static_cast<int64_t>(first) + 1);
  request.min_tokens = 20;
  const Answer longer = alone(request);
  EXPECT_GE(longer.ids.size(), 20u);
  EXPECT_EQ(std::find(longer.ids.begin(), longer.ids.begin() + 20, stop), longer.ids.begin() + 20);
}

TEST(Engine, OnTokenMaySayStop) {
  const auto engine = engine_with({.context = 64});
  Request request;
  request.prompt = {1};
  int tokens = 0;
  std::optional<FinishReason> reason;
  request.on_token = [&](const SampledToken&) {
    return ++tokens == 4 ? Verdict::stop : Verdict::go;
  };
  request.on_end = [&](const Outcome& outcome) { reason = outcome.reason; };
  ASSERT_TRUE(engine->submit(std::move(request)));
  run(*engine);
  EXPECT_EQ(tokens, 4);
  EXPECT_EQ(reason, FinishReason::stopped);
}

TEST(Engine, CancelEndsASequenceBetweenTheChunksOfItsPrompt) {
  const auto engine = engine_with({.context = 256, .max_batch_tokens = 16, .max_sequences = 4});
  Request request;
  request.prompt.assign(200, 3);
  Answer answer;
  const SequenceId id = ask(*engine, std::move(request), answer);
  engine->step();
  engine->step();
  EXPECT_LT(engine->free_pages(), engine->total_pages());
  engine->cancel(id);
  EXPECT_FALSE(engine->step());
  EXPECT_EQ(answer.outcome->reason, FinishReason::cancelled);
  EXPECT_EQ(answer.outcome->answer_tokens, 0);
  EXPECT_TRUE(answer.ids.empty());
  EXPECT_EQ(engine->free_pages(), engine->total_pages());
  engine->cancel(id);
  EXPECT_FALSE(engine->step());
}

TEST(Engine, OtherThreadsMaySubmitAndCancel) {
  const auto engine = engine_with({.context = 64, .kv_tokens = 512});
  std::vector<Answer> answers(8);
  std::vector<std::thread> threads;
  std::atomic<int> submitted = 0;
  for (Answer& answer : answers)
    threads.emplace_back([&] {
      Request request;
      request.prompt = {2, 3};
      request.max_tokens = 10;
      const SequenceId id = ask(*engine, std::move(request), answer);
      ++submitted;
      if (id % 2 == 0) engine->cancel(id);
    });
  while (submitted < 8 || engine->step()) {
  }
  for (auto& thread : threads) thread.join();
  run(*engine);
  for (const Answer& answer : answers) EXPECT_TRUE(answer.outcome);
}

TEST(Engine, PaddingIdsAreNeverSampled) {
  Request request;
  request.prompt = {1, 2};
  request.max_tokens = 100;
  request.sampling.temperature = 5;
  for (const int32_t id : alone(request, {.context = 256, .vocabulary = 20}).ids) EXPECT_LT(id, 20);
}

TEST(Engine, RefusesWithNumbersWhatCanNeverFit) {
  const auto engine = engine_with({.context = 64});
  const auto wrong = [&](Request request) { return engine->submit(request).error().message; };
  EXPECT_EQ(wrong({}), "the prompt holds no token");
  EXPECT_EQ(wrong({.prompt = std::vector<int32_t>(64, 1)}),
            "the prompt is 64 tokens; the context of 64 has room for 63 and an answer");
  EXPECT_EQ(wrong({.prompt = {1, 97}}), "the prompt holds token 97; the model has tokens 0 to 96");
  EXPECT_EQ(wrong({.prompt = {1}, .max_tokens = 0}), "max_tokens is 0; it is 1 or more");
  EXPECT_EQ(wrong({.prompt = {1}, .min_tokens = 5, .max_tokens = 4}),
            "min_tokens is 5, more than max_tokens, 4");
  EXPECT_EQ(wrong({.prompt = {1}, .sampling = {.top_p = 2}}),
            "top_p is 2; it is above 0 and at most 1");
  EXPECT_FALSE(engine->step());
}

TEST(Engine, RefusesOptionsOutOfRange) {
  const auto wrong = [](EngineOptions options) {
    return Engine::create(model(), kernels::choose(), options).error().message;
  };
  EXPECT_EQ(wrong({.threads = 0}), "threads is 0; it lies between 1 and 1024");
  EXPECT_EQ(wrong({.context = 1}), "the context is 1; it lies between 2 and 268435456");
  EXPECT_EQ(wrong({.max_batch_tokens = 4, .max_sequences = 5}),
            "max_sequences is 5; it lies between 1 and 4");
}

}  // namespace
}  // namespace swivel
