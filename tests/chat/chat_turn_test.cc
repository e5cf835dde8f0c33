// Turns of the models that come with the program: what a caller of chat/chat_turn.h may rely on,
// whatever the models have learnt.

#include "chat/chat_turn.h"

#include <algorithm>
#include <filesystem>
#include <map>

#include <gtest/gtest.h>

#include "base/thread_pool.h"
#include "chat/context_policy.h"
#include "kernels/choose.h"
#include "library/locate.h"

namespace swivel {
namespace {

class ChatTurn : public testing::TestWithParam<std::string> {
 protected:
  static const library::LoadedModel& model() {
    static std::map<std::string, library::LoadedModel> models;
    auto found = models.find(GetParam());
    if (found == models.end()) found = models.emplace(GetParam(), load(GetParam())).first;
    return found->second;
  }

  static library::LoadedModel load(const std::string& name) {
    ThreadPool threads(1);
    LoadOptions options;
    options.kernels = &kernels::choose();
    options.threads = &threads;
    const auto path = std::filesystem::path(SWIVEL_SOURCE_DIR) / "models" / name;
    return library::load(library::locate(path.string()).value(), options).value();
  }

  static std::unique_ptr<Engine> engine(EngineOptions options = {}) {
    options.context = 512;
    options.vocabulary = model().tokenizer.vocab_size();
    return Engine::create(model().model, kernels::choose(), options).value();
  }

  static PromptInputs inputs(const std::string& question) {
    PromptInputs inputs;
    inputs.messages = json::Array{message("user", question)};
    return inputs;
  }

  static TurnOptions greedy() {
    TurnOptions options;
    options.sampling.temperature = 0;
    options.max_tokens = 60;
    return options;
  }

  // The turn, and what its pieces put together are.
  struct Seen {
    TurnResult result;
    std::string text, reasoning;
    int ends = 0;
  };

  static TurnEvents into(Seen& seen) {
    return {.on_piece =
                [&seen](const AnswerPiece& piece) {
                  (piece.part == AnswerPart::text ? seen.text : seen.reasoning) += piece.text;
                },
            .on_end =
                [&seen](TurnResult result) {
                  ++seen.ends;
                  seen.result = std::move(result);
                }};
  }

  static Seen answer(const std::string& question, const TurnOptions& options) {
    Seen seen;
    const auto running = engine();
    const Prompt prompt = make_prompt(model(), inputs(question)).value();
    EXPECT_TRUE(start_turn(*running, model(), prompt, options, into(seen)));
    while (running->step()) {
    }
    EXPECT_EQ(seen.ends, 1);
    EXPECT_EQ(seen.text, seen.result.text);
    EXPECT_EQ(seen.reasoning, seen.result.reasoning);
    return seen;
  }
};

INSTANTIATE_TEST_SUITE_P(Models, ChatTurn, testing::Values("mini-qwen3", "mini-llama3"),
                         [](const auto& info) {
                           std::string name = info.param;
                           std::replace(name.begin(), name.end(), '-', '_');
                           return name;
                         });

const std::string kQuestion = "What is the capital of Japan?";

TEST_P(ChatTurn, AnswersAndStops) {
  const Seen seen = answer(kQuestion, greedy());
  EXPECT_FALSE(seen.text.empty());
  EXPECT_EQ(seen.result.finish, TurnFinish::stop);
  EXPECT_GT(seen.result.outcome.prompt_tokens, 5);
}

TEST_P(ChatTurn, EndsBeforeAStopString) {
  const std::string whole = answer(kQuestion, greedy()).text;
  ASSERT_GE(whole.size(), 3u);
  TurnOptions options = greedy();
  options.stop_strings = {whole.substr(1, 2)};
  const Seen seen = answer(kQuestion, options);
  EXPECT_EQ(seen.text, whole.substr(0, whole.find(whole.substr(1, 2))));
  EXPECT_EQ(seen.result.stop_string, whole.substr(1, 2));
  EXPECT_EQ(seen.result.finish, TurnFinish::stop);
}

TEST_P(ChatTurn, ManyAtOnceAnswerLikeEachAlone) {
  const std::vector<std::string> questions = {kQuestion, "What is 3 + 4?", "Hello!",
                                              "Translate to German: water", "Sort: c, a, b"};
  EngineOptions options;
  options.kv_tokens = 2048;
  options.max_batch_tokens = 64;
  const auto running = engine(options);
  std::vector<Seen> seen(questions.size());
  for (size_t i = 0; i < questions.size(); ++i) {
    const Prompt prompt = make_prompt(model(), inputs(questions[i])).value();
    ASSERT_TRUE(start_turn(*running, model(), prompt, greedy(), into(seen[i])));
  }
  while (running->step()) {
  }
  for (size_t i = 0; i < questions.size(); ++i)
    EXPECT_EQ(seen[i].text, answer(questions[i], greedy()).text) << questions[i];
}

TEST_P(ChatTurn, AnswersLongerThanAllowedEndWithLength) {
  TurnOptions options = greedy();
  options.max_tokens = 20;
  options.min_tokens = 20;
  const Seen seen = answer(kQuestion, options);
  EXPECT_EQ(seen.result.finish, TurnFinish::max_tokens);
  EXPECT_EQ(seen.result.outcome.answer_tokens, 20);
}

TEST_P(ChatTurn, CancelKeepsWhatCameSoFar) {
  TurnOptions options = greedy();
  options.min_tokens = 50;
  const auto running = engine();
  const Prompt prompt = make_prompt(model(), inputs(kQuestion)).value();
  Seen seen;
  const auto id = start_turn(*running, model(), prompt, options, into(seen)).value();
  for (int i = 0; i < 20; ++i) running->step();
  running->cancel(id);
  EXPECT_FALSE(running->step());
  EXPECT_EQ(seen.result.finish, TurnFinish::cancelled);
  EXPECT_EQ(seen.text, seen.result.text);
  EXPECT_FALSE(seen.text.empty() && seen.reasoning.empty());
}

TEST_P(ChatTurn, AConversationSlidesToFit) {
  PromptInputs long_talk = inputs("first");
  for (int i = 0; i < 30; ++i) {
    long_talk.messages.as_array().push_back(message("assistant", "An answer of several words."));
    long_talk.messages.as_array().push_back(message("user", "Question " + std::to_string(i)));
  }
  auto& messages = long_talk.messages.as_array();
  messages.insert(messages.begin(), message("system", "Be kind."));
  const Room room = {.context = 200, .max_tokens = 50};
  const auto fitted = fit_prompt(model(), long_talk, room, OnFull::slide).value();
  EXPECT_GT(fitted.left_out_messages, 0);
  EXPECT_LE(fitted.prompt.size() + 50, 200);
  EXPECT_NE(fitted.prompt.text.find("Be kind."), std::string::npos);
  EXPECT_NE(fitted.prompt.text.find("Question 29"), std::string::npos);
  EXPECT_EQ(fitted.prompt.text.find("Question 1\n"), std::string::npos);
  const auto refused = fit_prompt(model(), long_talk, room, OnFull::stop);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("the context of 200"), std::string::npos);
  const Room tight = {.context = fitted.prompt.size() + 20, .max_tokens = 50};
  long_talk.messages = fitted.messages;
  EXPECT_TRUE(fit_prompt(model(), long_talk, tight, OnFull::stop));
  EXPECT_FALSE(fit_prompt(model(), long_talk, tight, OnFull::error));
}

}  // namespace
}  // namespace swivel
