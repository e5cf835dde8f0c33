#include "library/generation_defaults.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace swivel::library {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

Result<GenerationDefaults> read(std::string_view text) {
  return read_generation_config(json::parse(text, "test").value(), "generation_config.json");
}

TEST(GenerationDefaultsTest, WhatTheFileSaysIsReadAndTheRestIsAbsent) {
  const auto defaults = read(R"({"do_sample":true,"temperature":0.7,"top_k":20,"top_p":0.8,
      "repetition_penalty":1.1,"eos_token_id":[151645,151643],"min_p":null,
      "transformers_version":"4.37.0","pad_token_id":151643})")
                            .value();
  EXPECT_EQ(defaults.do_sample, true);
  EXPECT_EQ(defaults.temperature, 0.7);
  EXPECT_EQ(defaults.top_k, 20);
  EXPECT_EQ(defaults.top_p, 0.8);
  EXPECT_EQ(defaults.repetition_penalty, 1.1);
  EXPECT_EQ(defaults.min_p, std::nullopt);
  EXPECT_EQ(defaults.max_new_tokens, std::nullopt);
  EXPECT_THAT(defaults.end_ids, ElementsAre(151643, 151645));
  EXPECT_EQ(read("{}").value(), GenerationDefaults{});
}

TEST(GenerationDefaultsTest, OneEndIdMayStandAlone) {
  EXPECT_THAT(read(R"({"eos_token_id":2})").value().end_ids, ElementsAre(2));
  EXPECT_THAT(read(R"({"eos_token_id":[2,2,1]})").value().end_ids, ElementsAre(1, 2));
  EXPECT_THAT(read(R"({"eos_token_id":null})").value().end_ids, ElementsAre());
}

TEST(GenerationDefaultsTest, ATopPOfZeroMeansTheMostProbableToken) {
  const auto defaults = read(R"({"top_p":0,"top_k":50})").value();
  EXPECT_EQ(defaults.top_p, std::nullopt);
  EXPECT_EQ(defaults.top_k, 1);
}

TEST(GenerationDefaultsTest, AValueOutOfRangeIsNamed) {
  EXPECT_EQ(read(R"({"temperature":-1})").error().message,
            "generation_config.json: temperature is -1; expected a number, at least 0");
  EXPECT_EQ(read(R"({"top_p":1.5})").error().message,
            "generation_config.json: top_p is 1.5; expected a number from 0 to 1");
  EXPECT_THAT(read(R"({"top_k":2.5})").error().message, HasSubstr("expected a count"));
  EXPECT_THAT(read(R"({"top_k":-1})").error().message, HasSubstr("expected a count"));
  EXPECT_THAT(read(R"({"temperature":"hot"})").error().message, HasSubstr("\"hot\""));
  EXPECT_THAT(read(R"({"repetition_penalty":0})").error().message, HasSubstr("repetition_penalty"));
  EXPECT_THAT(read(R"({"do_sample":"yes"})").error().message, HasSubstr("true or false"));
  EXPECT_THAT(read(R"({"eos_token_id":[-1]})").error().message, HasSubstr("expected token ids"));
  EXPECT_THAT(read(R"({"eos_token_id":4294967296})").error().message, HasSubstr("token ids"));
  EXPECT_THAT(read("[]").error().message, HasSubstr("expected an object"));
}

}  // namespace
}  // namespace swivel::library
