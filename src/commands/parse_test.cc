#include "commands/parse.h"

#include <gtest/gtest.h>

namespace swivel {
namespace {

struct Options {
  std::string model;
  std::vector<std::string> prompt;
  bool json = false;
  int64_t ctx = 4096;
  std::optional<double> temperature;
  std::optional<int64_t> seed;
  std::vector<std::string> stop;
  std::string thinking = "auto";
};

Options parsed_options;

std::function<ExitCode()> declare(CommandLine& line) {
  parsed_options = {};
  line.positional("MODEL", parsed_options.model, "the model");
  line.rest("PROMPT", parsed_options.prompt, "the prompt");
  line.flag("--json", parsed_options.json, "JSON");
  line.option("-c,--ctx", parsed_options.ctx, "N", "context");
  line.option("--temperature", parsed_options.temperature, "X", "temperature");
  line.option("--seed", parsed_options.seed, "N", "seed");
  line.option("--stop", parsed_options.stop, "TEXT", "stop string");
  line.option("--thinking", parsed_options.thinking, "WHEN", "thinking");
  line.choices({"on", "off", "auto"});
  return [] { return exit_done; };
}

const Command kCommand = {"run", "Run", declare};

Result<Parsed> parse(const std::vector<std::string>& words) {
  static const ProgramDescription program;
  return parse_arguments(describe(kCommand, program), words);
}

std::string message(const std::vector<std::string>& words) {
  const auto result = parse(words);
  return result ? "no error" : result.error().message;
}

using Words = std::vector<std::string>;

TEST(ParseArguments, FillsEveryKindOfTarget) {
  ASSERT_TRUE(parse({"m", "two", "words", "--json", "-c", "99", "--temperature=0.5", "--seed", "-3",
                     "--stop", "a", "--stop", "b", "--thinking", "off"}));
  EXPECT_EQ(parsed_options.model, "m");
  EXPECT_EQ(parsed_options.prompt, (Words{"two", "words"}));
  EXPECT_TRUE(parsed_options.json);
  EXPECT_EQ(parsed_options.ctx, 99);
  EXPECT_EQ(parsed_options.temperature, 0.5);
  EXPECT_EQ(parsed_options.seed, -3);
  EXPECT_EQ(parsed_options.stop, (Words{"a", "b"}));
  EXPECT_EQ(parsed_options.thinking, "off");
}

TEST(ParseArguments, LeavesDefaultsWhereNothingIsSaid) {
  ASSERT_TRUE(parse({"m"}));
  EXPECT_EQ(parsed_options.ctx, 4096);
  EXPECT_EQ(parsed_options.temperature, std::nullopt);
  EXPECT_EQ(parsed_options.thinking, "auto");
}

TEST(ParseArguments, TakesTheLastOfARepeatedOption) {
  ASSERT_TRUE(parse({"m", "--ctx", "1", "--ctx", "2"}));
  EXPECT_EQ(parsed_options.ctx, 2);
}

TEST(ParseArguments, TakesWhatFollowsTwoHyphensAsItIs) {
  ASSERT_TRUE(parse({"m", "--", "--json", "-x"}));
  EXPECT_EQ(parsed_options.prompt, (Words{"--json", "-x"}));
  EXPECT_FALSE(parsed_options.json);
}

TEST(ParseArguments, KeepsWordsAsTheyAre) {
  ASSERT_TRUE(parse({"m", "", " a\nb ", "[1,2]", "{x}", "a,b", "-5 + 3?", "-7", "-", "--stop",
                     "[3,4]", "--stop", ""}));
  EXPECT_EQ(parsed_options.prompt,
            (Words{"", " a\nb ", "[1,2]", "{x}", "a,b", "-5 + 3?", "-7", "-"}));
  EXPECT_EQ(parsed_options.stop, (Words{"[3,4]", ""}));
}

TEST(ParseArguments, SaysWhatIsWrong) {
  EXPECT_EQ(message({}), "MODEL is missing");
  EXPECT_EQ(message({"m", "--temprature", "1"}),
            "no option '--temprature'; did you mean '--temperature'?");
  EXPECT_EQ(message({"m", "--ctx"}), "--ctx needs a value");
  EXPECT_EQ(message({"m", "-x"}), "no option '-x'; did you mean '-c'?");
  EXPECT_EQ(message({"m", "--ctx", "many"}), "--ctx: expected a whole number, found 'many'");
  EXPECT_EQ(message({"m", "--ctx", "1.5"}), "--ctx: expected a whole number, found '1.5'");
  EXPECT_EQ(message({"m", "--ctx", "99999999999999999999"}),
            "--ctx: 99999999999999999999 does not fit 64 bits");
  EXPECT_EQ(message({"m", "--temperature", "warm"}),
            "--temperature: expected a number, found 'warm'");
  EXPECT_EQ(message({"m", "--temperature", "nan"}),
            "--temperature: expected a number, found 'nan'");
  EXPECT_EQ(message({"m", "--thinking", "of"}),
            "--thinking: 'of' is none of on, off, auto; did you mean 'on'?");
}

TEST(ParseArguments, HelpWinsOverMissingArguments) {
  const auto result = parse({"--help"});
  ASSERT_TRUE(result);
  EXPECT_EQ(*result, Parsed::help);
}

}  // namespace
}  // namespace swivel
