#include "commands/help.h"

#include <sstream>

#include <gtest/gtest.h>

namespace swivel {
namespace {

std::string model = "";
std::vector<std::string> words;
bool json = false;
int64_t size = 512;
std::string kind = "fast";
std::vector<std::string> stops;

std::function<ExitCode()> declare(CommandLine& line) {
  line.positional("MODEL", model, "the model");
  line.rest("WORDS", words, "what it reads");
  line.flag("--json", json, "JSON instead of text");
  line.section("Size");
  line.option("-s,--size", size, "N",
              "a number that needs a long explanation because what it counts is not what one would "
              "think at first");
  line.option("--an-option-with-a-long-name", kind, "KIND", "which");
  line.choices({"fast", "slow"});
  line.option("--stop", stops, "TEXT", "where to end");
  line.example("swivel try m --json", "what comes out");
  return [] { return exit_done; };
}

const Command kCommand = {"try", "Try something", declare};

CommandDescription description() {
  static const ProgramDescription program;
  return describe(kCommand, program);
}

TEST(CommandHelp, ShowsEverythingThatIsDeclared) {
  EXPECT_EQ(command_help(description(), 70, HelpStyle::plain),
            "Try something.\n"
            "\n"
            "Usage: swivel try MODEL [WORDS...] [options]\n"
            "\n"
            "Arguments:\n"
            "  MODEL     the model\n"
            "  WORDS...  what it reads\n"
            "\n"
            "Options:\n"
            "  --json      JSON instead of text\n"
            "  -h, --help  show this text\n"
            "\n"
            "Size:\n"
            "  -s, --size N  a number that needs a long explanation because what it\n"
            "                counts is not what one would think at first (default\n"
            "                512)\n"
            "  --an-option-with-a-long-name KIND\n"
            "                which: fast, slow (default fast)\n"
            "  --stop TEXT   where to end (may be repeated)\n"
            "\n"
            "Examples:\n"
            "  swivel try m --json\n"
            "      what comes out\n");
}

TEST(CommandHelp, StaysWithinTheColumns) {
  for (const int columns : {40, 60, 80, 100}) {
    std::istringstream text(command_help(description(), columns, HelpStyle::plain));
    for (std::string line; std::getline(text, line);)
      EXPECT_LE(static_cast<int>(line.size()), std::max(columns, 46)) << line;
  }
}

TEST(CommandHelp, ColoursHeadingsOnlyWhereAsked) {
  EXPECT_EQ(command_help(description(), 80, HelpStyle::plain).find('\033'), std::string::npos);
  EXPECT_NE(command_help(description(), 80, HelpStyle::coloured).find("\033[1mOptions:\033[0m"),
            std::string::npos);
}

}  // namespace
}  // namespace swivel
