#include "commands/text_lines.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace swivel {
namespace {

std::vector<std::string> all(std::string_view input, char separator) {
  std::vector<std::string> texts;
  while (!input.empty()) texts.emplace_back(take_text(input, separator));
  return texts;
}

TEST(TextLines, ASeparatorAtTheEndHasNoTextAfterIt) {
  using testing::ElementsAre;
  EXPECT_THAT(all("a\nb\n", '\n'), ElementsAre("a", "b"));
  EXPECT_THAT(all("a\nb", '\n'), ElementsAre("a", "b"));
  EXPECT_THAT(all("\n\nb", '\n'), ElementsAre("", "", "b"));
  EXPECT_THAT(all(std::string_view("a\n\0b\0", 5), '\0'), ElementsAre("a\n", "b"));
  EXPECT_THAT(all("", '\n'), ElementsAre());
}

}  // namespace
}  // namespace swivel
