#include "commands/completion_scripts.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

namespace swivel {
namespace {

std::string model;
std::string when = "auto";
bool json = false;

std::function<ExitCode()> declare(CommandLine& line) {
  line.positional("MODEL", model, "the model");
  line.option("--thinking", when, "WHEN", "it's [a] choice: when");
  line.choices({"auto", "on", "off"});
  line.flag("-j,--json", json, "JSON");
  line.example("swivel run m", "-- .a 'quoted' \\ example");
  return [] { return exit_done; };
}

const Command kRun = {"run", "Answer one prompt", declare};

const ProgramDescription& program() {
  static const ProgramDescription program = [] {
    ProgramDescription made;
    made.commands.push_back(describe(kRun, made));
    return made;
  }();
  return program;
}

// What bash offers for the words; the last one is being typed.
std::string offered(const std::string& words) {
  const auto folder = std::filesystem::path(testing::TempDir());
  std::ofstream(folder / "completion.bash") << bash_completion(program());
  std::ofstream(folder / "try.bash")
      << "swivel() { echo mini-one; echo mini-two; }\n"
      << "source " << (folder / "completion.bash").string() << "\n"
      << "COMP_WORDS=(" << words << ")\n"
      << "COMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n"
      << "_swivel\necho \"${COMPREPLY[@]}\" > " << (folder / "offered").string() << "\n";
  EXPECT_EQ(std::system(("bash " + (folder / "try.bash").string()).c_str()), 0);
  std::string line;
  std::ifstream file(folder / "offered");
  std::getline(file, line);
  return line;
}

TEST(BashCompletion, OffersCommandsOptionsChoicesAndModels) {
  EXPECT_EQ(offered("swivel r"), "run");
  EXPECT_EQ(offered("swivel run --t"), "--thinking");
  EXPECT_EQ(offered("swivel run -"), "--thinking -j --json --help");
  EXPECT_EQ(offered("swivel run --thinking o"), "on off");
  EXPECT_EQ(offered("swivel run mini-t"), "mini-two");
}

TEST(ZshCompletion, QuotesDescriptions) {
  const std::string script = zsh_completion(program());
  EXPECT_NE(script.find("'--thinking[it'\\''s \\[a\\] choice\\: when]:WHEN:(auto on off)'"),
            std::string::npos)
      << script;
  EXPECT_NE(script.find("':MODEL:_swivel_models'"), std::string::npos) << script;
}

TEST(FishCompletion, DeclaresEveryOption) {
  const std::string script = fish_completion(program());
  EXPECT_NE(script.find("-l thinking -x -a 'auto on off'"), std::string::npos) << script;
  EXPECT_NE(script.find("-s j -l json -d 'JSON'"), std::string::npos) << script;
}

TEST(ManualPage, EscapesWhatRoffWouldRead) {
  const std::string page = manual_page(program());
  EXPECT_NE(page.find(".SS swivel run"), std::string::npos);
  EXPECT_NE(page.find("\\-\\- .a 'quoted' \\e example"), std::string::npos) << page;
}

}  // namespace
}  // namespace swivel
