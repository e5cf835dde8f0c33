#include "commands/answer_printer.h"

#include <gtest/gtest.h>

namespace swivel {
namespace {

std::string printed(const std::vector<AnswerPiece>& pieces) {
  FILE* file = std::tmpfile();
  AnswerPrinter printer(file);
  for (const auto& piece : pieces) EXPECT_EQ(printer.print(piece), Verdict::go);
  printer.finish();
  std::rewind(file);
  char buffer[256];
  const size_t size = std::fread(buffer, 1, sizeof buffer, file);
  std::fclose(file);
  return {buffer, size};
}

TEST(AnswerPrinter, PrintsTheAnswerProperAndEndsTheLine) {
  EXPECT_EQ(printed({{AnswerPart::reasoning, "hm"}, {AnswerPart::text, "a\033[2Jb"}}),
            "a\033[2Jb\n");
  EXPECT_EQ(printed({{AnswerPart::text, "a\n"}}), "a\n");
  EXPECT_EQ(printed({}), "");
}

TEST(AnswerPrinter, SaysWhenNobodyReads) {
  FILE* full = std::fopen("/dev/full", "w");
  ASSERT_NE(full, nullptr);
  AnswerPrinter printer(full);
  EXPECT_EQ(printer.print({AnswerPart::text, "a"}), Verdict::stop);
  std::fclose(full);
}

TEST(Harmless, ReplacesWhatSteersATerminal) {
  EXPECT_EQ(harmless("a\n\tb"), "a\n\tb");
  EXPECT_EQ(harmless("\033[2J"), "\xEF\xBF\xBD[2J");
  EXPECT_EQ(harmless("a\rb\x7F"),
            "a\xEF\xBF\xBD"
            "b\xEF\xBF\xBD");
  EXPECT_EQ(harmless("\xC2\x9B"), "\xEF\xBF\xBD");
  EXPECT_EQ(harmless("\xC2\xA0\xC3\xA9"), "\xC2\xA0\xC3\xA9");
}

}  // namespace
}  // namespace swivel
