#include "chat/messages.h"

#include <gtest/gtest.h>

namespace swivel {
namespace {

std::string wrong(std::string_view text) {
  const auto conversation = read_conversation(text, "chat.json");
  return conversation ? "no error" : conversation.error().message;
}

TEST(ReadConversation, TakesAnArrayOrAnObject) {
  const auto bare = read_conversation(R"([{"role":"user","content":"hi"}])", "chat.json");
  ASSERT_TRUE(bare);
  EXPECT_EQ(bare->messages.size(), 1u);
  EXPECT_TRUE(bare->tools.is_null());
  const auto full = read_conversation(
      R"({"model":"m","messages":[],"tools":[{"type":"function"}]})", "chat.json");
  ASSERT_TRUE(full);
  EXPECT_EQ(full->tools.as_array().size(), 1u);
}

TEST(ReadConversation, SaysWhatIsWrongAndWhere) {
  EXPECT_EQ(wrong("3"), "chat.json: messages: expected an array, found integer");
  EXPECT_EQ(wrong("{}"),
            "chat.json: expected an array of messages or an object that has \"messages\", found an "
            "object without");
  EXPECT_EQ(wrong(R"([{"content":"x"}])"),
            "chat.json: messages[0]: expected a string as its \"role\", found none");
  EXPECT_EQ(wrong(R"({"messages":[],"tools":{}})"),
            "chat.json: tools: expected an array, found object");
  EXPECT_EQ(wrong(R"({"messages":[],"tools":[1]})"),
            "chat.json: tools[0]: expected an object, found integer");
  EXPECT_TRUE(wrong("[").starts_with("chat.json"));
}

TEST(ReadTools, WantsAnArrayOfObjects) {
  EXPECT_TRUE(read_tools(R"([{"type":"function"}])", "tools.json"));
  EXPECT_EQ(read_tools("{}", "tools.json").error().message,
            "tools.json: tools: expected an array, found object");
}

}  // namespace
}  // namespace swivel
