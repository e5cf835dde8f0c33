#include "commands/generation_options.h"

#include <cmath>

#include <gtest/gtest.h>

namespace swivel {
namespace {

using library::GenerationDefaults;

TurnOptions options_of(const GenerationOptions& options, const GenerationDefaults& defaults) {
  return turn_options(options, defaults).value();
}

TEST(TurnOptions, TakeTheModelsDefaultsWhereNothingIsSaid) {
  GenerationDefaults defaults;
  defaults.temperature = 0.6;
  defaults.top_k = 20;
  defaults.max_new_tokens = 2048;
  const auto turn = options_of({}, defaults);
  EXPECT_FLOAT_EQ(turn.sampling.temperature, 0.6f);
  EXPECT_EQ(turn.sampling.top_k, 20);
  EXPECT_EQ(turn.sampling.top_p, 1);
  EXPECT_EQ(turn.max_tokens, 2048);
}

TEST(TurnOptions, TheCommandLineWins) {
  GenerationDefaults defaults;
  defaults.do_sample = false;
  EXPECT_EQ(options_of({}, defaults).sampling.temperature, 0);
  GenerationOptions options;
  options.temperature = 0.5;
  options.max_tokens = 7;
  options.seed = 12;
  const auto turn = options_of(options, defaults);
  EXPECT_FLOAT_EQ(turn.sampling.temperature, 0.5f);
  EXPECT_EQ(turn.max_tokens, 7);
  EXPECT_EQ(turn.sampling.seed, 12u);
}

TEST(TurnOptions, ASeedThatIsNotGivenIsAnotherEachTime) {
  EXPECT_NE(options_of({}, {}).sampling.seed, options_of({}, {}).sampling.seed);
}

TEST(ReadLogitBias, TakesAnIdAndANumber) {
  EXPECT_EQ(read_logit_bias("12=-1.5")->id, 12);
  EXPECT_EQ(read_logit_bias("12=-1.5")->bias, -1.5f);
  EXPECT_EQ(read_logit_bias("3=-inf")->bias, -INFINITY);
  for (const char* text : {"", "12", "12=", "x=1", "-1=1", "12=1x", "99999999999=1"})
    EXPECT_FALSE(read_logit_bias(text)) << text;
}

TEST(PromptInputs, HoldTheSystemMessageAndTheSwitchForThinking) {
  GenerationOptions options;
  options.system = "Be brief.";
  options.thinking = "off";
  options.now = "2026-11-20";
  const auto inputs = prompt_inputs(options).value();
  ASSERT_EQ(inputs.messages.as_array().size(), 1u);
  EXPECT_EQ(inputs.messages.as_array()[0], message("system", "Be brief."));
  ASSERT_EQ(inputs.template_arguments.size(), 1u);
  EXPECT_EQ(inputs.template_arguments[0].first, "enable_thinking");
  EXPECT_EQ(inputs.template_arguments[0].second, json::Value(false));
}

TEST(SetSystem, ReplacesInsertsAndRemoves) {
  json::Array messages = {message("user", "a")};
  set_system(messages, "one");
  set_system(messages, "two");
  ASSERT_EQ(messages.size(), 2u);
  EXPECT_EQ(messages[0], message("system", "two"));
  set_system(messages, "");
  EXPECT_EQ(messages, (json::Array{message("user", "a")}));
}

}  // namespace
}  // namespace swivel
