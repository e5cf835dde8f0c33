// The models in the box answer what their cards say: the held-out questions, through the whole of
// the program but its command line.

#include <cstdlib>
#include <fstream>
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "base/thread_pool.h"
#include "chat/chat_turn.h"
#include "kernels/choose.h"
#include "library/load.h"
#include "library/locate.h"

namespace swivel {
namespace {

struct Question {
  std::string lang;
  std::string answer;
  PromptInputs inputs;
};

// Questions in the languages the model's card names.
std::vector<Question> questions(const std::set<std::string>& languages) {
  std::vector<Question> found;
  std::ifstream file(SWIVEL_SOURCE_DIR "/models/heldout.jsonl");
  for (std::string line; std::getline(file, line);) {
    const auto row = json::parse(line, "heldout.jsonl");
    EXPECT_TRUE(row);
    Question question;
    question.lang = row->find("lang")->as_string();
    if (!languages.contains(question.lang)) continue;
    question.answer = row->find("answer")->as_string();
    question.inputs.messages = *row->find("messages");
    if (const json::Value* tools = row->find("tools")) question.inputs.tools = *tools;
    question.inputs.template_arguments = {{"enable_thinking", false}};
    found.push_back(std::move(question));
  }
  return found;
}

std::string trimmed(const std::string& text) {
  const size_t begin = text.find_first_not_of(" \n");
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(" \n") - begin + 1);
}

class HeldOut : public testing::TestWithParam<const char*> {};

constexpr int kLeastPercent = 85;       // of all, over the languages of the card
constexpr int kLeastPercentOfOne = 80;  // of each language

TEST_P(HeldOut, QuestionsAreAnsweredExactly) {
  auto located = library::locate(SWIVEL_SOURCE_DIR "/models/" + std::string(GetParam()));
  ASSERT_TRUE(located) << located.error().message;
  ThreadPool threads(available_cpus());
  LoadOptions load_options;
  load_options.kernels = &kernels::choose();
  load_options.threads = &threads;
  const auto model = library::load(*located, load_options);
  ASSERT_TRUE(model) << model.error().message;
  EngineOptions engine_options;
  engine_options.threads = available_cpus();
  engine_options.context = 512;
  engine_options.kv_tokens = 16384;
  auto engine = Engine::create(model->model, kernels::choose(), engine_options);
  ASSERT_TRUE(engine) << engine.error().message;

  const auto& languages = model->description.card.languages;
  ASSERT_GE(languages.size(), 6u);
  std::map<std::string, std::pair<int, int>> right_of_asked;
  TurnOptions turn;
  turn.sampling.temperature = 0;
  turn.max_tokens = 64;
  for (const Question& question : questions({languages.begin(), languages.end()})) {
    const auto prompt = make_prompt(*model, question.inputs);
    ASSERT_TRUE(prompt) << prompt.error().message;
    TurnEvents events;
    events.on_piece = [](const AnswerPiece&) {};
    events.on_end = [&right_of_asked, lang = question.lang,
                     answer = question.answer](const TurnResult& result) {
      auto& [right, asked] = right_of_asked[lang];
      right += trimmed(result.text) == answer;
      ++asked;
    };
    ASSERT_TRUE(start_turn(**engine, *model, *prompt, turn, std::move(events)));
  }
  while ((*engine)->step()) {
  }
  EXPECT_EQ(right_of_asked.size(), languages.size());
  int all_right = 0, all_asked = 0;
  for (const auto& [lang, counts] : right_of_asked) {
    const auto& [right, asked] = counts;
    EXPECT_GE(asked, 50) << lang;
    EXPECT_GE(right * 100, asked * kLeastPercentOfOne) << lang << ": " << right << " of " << asked;
    all_right += right;
    all_asked += asked;
  }
  EXPECT_GE(all_right * 100, all_asked * kLeastPercent) << all_right << " of " << all_asked;
}

INSTANTIATE_TEST_SUITE_P(Models, HeldOut, testing::Values("mini-qwen3", "mini-llama3"),
                         [](const auto& model) {
                           std::string name = model.param;
                           std::erase(name, '-');
                           return name;
                         });

}  // namespace
}  // namespace swivel
