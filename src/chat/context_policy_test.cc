#include "chat/context_policy.h"

#include <gtest/gtest.h>

namespace swivel {
namespace {

std::string roles(const json::Array& messages) {
  std::string out;
  for (const auto& one : messages) out += one.find("role")->as_string()[0];
  return out;
}

json::Array conversation(std::string_view letters) {
  json::Array messages;
  for (const char letter : letters)
    messages.push_back(message(letter == 's'   ? "system"
                               : letter == 'u' ? "user"
                               : letter == 't' ? "tool"
                                               : "assistant",
                               "x"));
  return messages;
}

TEST(DropOldestTurn, TakesAWholeTurnAndKeepsTheSystemMessage) {
  json::Array messages = conversation("suauau");
  EXPECT_EQ(drop_oldest_turn(messages), 2);
  EXPECT_EQ(roles(messages), "suau");
  EXPECT_EQ(drop_oldest_turn(messages), 2);
  EXPECT_EQ(roles(messages), "su");
}

TEST(DropOldestTurn, TakesToolCallsAndResultsWithTheirTurn) {
  json::Array messages = conversation("uatau");
  EXPECT_EQ(drop_oldest_turn(messages), 4);
  EXPECT_EQ(roles(messages), "u");
}

TEST(DropOldestTurn, LeavesTheLastTurn) {
  json::Array messages = conversation("su");
  EXPECT_EQ(drop_oldest_turn(messages), 0);
  EXPECT_EQ(roles(messages), "su");
  json::Array none;
  EXPECT_EQ(drop_oldest_turn(none), 0);
}

TEST(OnFull, IsNamedByItsWords) {
  EXPECT_EQ(on_full_named("slide"), OnFull::slide);
  EXPECT_EQ(on_full_named("Slide"), std::nullopt);
}

TEST(CheckMessages, SaysWhichMessageIsWrong) {
  const auto wrong = [](json::Value value) { return check_messages(value).error().message; };
  EXPECT_TRUE(check_messages(conversation("suat")));
  EXPECT_EQ(wrong(3), "messages: expected an array, found integer");
  EXPECT_EQ(wrong(json::Array{"hi"}), "messages[0]: expected an object, found string");
  EXPECT_EQ(wrong(json::Array{json::Object{{"content", "hi"}}}),
            "messages[0]: expected a string as its \"role\", found none");
  EXPECT_EQ(wrong(json::Array{json::Object{{"role", 1}}}),
            "messages[0]: expected a string as its \"role\", found integer");
  EXPECT_EQ(wrong(json::Array{json::Object{{"role", "user"}, {"content", true}}}),
            "messages[0]: expected a string or an array as its \"content\", found boolean");
}

}  // namespace
}  // namespace swivel
