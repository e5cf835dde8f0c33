// What the program says, compared with files. A .words file holds commands and what they print:
//
//   $ swivel rnu
//   swivel: no command 'rnu'; did you mean 'run'?
//   [exit 2]
//
// stdout and stderr together, then the exit code unless it is 0. The commands run in a fresh folder
// with an empty cache of models; its path is shown as ~. With SWIVEL_UPDATE_WORDS set the files are
// written anew; read the difference before it is committed.

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>
#include <sys/wait.h>

namespace {

namespace fs = std::filesystem;

const fs::path kWords = fs::path(SWIVEL_SOURCE_DIR) / "tests/words";

struct Block {
  std::string command;
  std::string output;
};

// A fresh folder in which `swivel` is the program under test.
class Place {
 public:
  Place() {
    std::string name = testing::TempDir() + "swivel_words_XXXXXX";
    folder_ = ::mkdtemp(name.data());
    fs::create_directories(folder_ / "bin");
    fs::create_directories(folder_ / "work");
    if (const char* program = std::getenv("SWIVEL"))
      fs::create_symlink(fs::absolute(program), folder_ / "bin" / "swivel");
  }

  ~Place() { fs::remove_all(folder_); }

  std::string output_of(const std::string& command) const {
    std::ofstream(folder_ / "command.sh")
        << "cd " << folder_.string() << "/work && export PATH=" << folder_.string()
        << "/bin:/usr/bin:/bin HOME=" << folder_.string() << " HF_HOME=" << folder_.string()
        << "/hf SWIVEL_MODELS=" << SWIVEL_SOURCE_DIR << "/models NO_COLOR=1\n"
        << "unset HF_HUB_CACHE HUGGINGFACE_HUB_CACHE XDG_CACHE_HOME XDG_STATE_HOME HF_ENDPOINT\n"
        << command << '\n';
    FILE* pipe =
        ::popen(("bash " + (folder_ / "command.sh").string() + " 2>&1 </dev/null").c_str(), "r");
    std::string output;
    char buffer[4096];
    for (size_t n; (n = std::fread(buffer, 1, sizeof buffer, pipe)) > 0;) output.append(buffer, n);
    const int status = ::pclose(pipe);
    if (!output.empty() && output.back() != '\n') output += '\n';
    for (size_t at; (at = output.find(folder_.string())) != std::string::npos;)
      output.replace(at, folder_.string().size(), "~");
    const int code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
    return code == 0 ? output : output + "[exit " + std::to_string(code) + "]\n";
  }

 private:
  fs::path folder_;
};

std::vector<Block> read_blocks(const fs::path& path) {
  std::vector<Block> blocks;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);)
    if (line.starts_with("$ "))
      blocks.push_back({line.substr(2), ""});
    else if (!blocks.empty())
      blocks.back().output += line + '\n';
  // The empty line between two blocks belongs to neither.
  for (Block& block : blocks)
    if (block.output.ends_with("\n\n") || block.output == "\n") block.output.pop_back();
  return blocks;
}

void write_blocks(const fs::path& path, const std::vector<Block>& blocks) {
  std::ofstream file(path);
  for (const Block& block : blocks)
    file << (&block == &blocks.front() ? "" : "\n") << "$ " << block.command << '\n'
         << block.output;
}

class Words : public testing::TestWithParam<std::string> {};

TEST_P(Words, AreThoseOfTheFile) {
  if (std::getenv("SWIVEL") == nullptr) GTEST_SKIP() << "SWIVEL names no program";
  const fs::path path = kWords / (GetParam() + ".words");
  auto blocks = read_blocks(path);
  ASSERT_FALSE(blocks.empty()) << path;
  const Place place;
  const bool update = std::getenv("SWIVEL_UPDATE_WORDS") != nullptr;
  for (Block& block : blocks) {
    const std::string output = place.output_of(block.command);
    if (update)
      block.output = output;
    else
      EXPECT_EQ(output, block.output) << "$ " << block.command;
  }
  if (update) write_blocks(path, blocks);
}

INSTANTIATE_TEST_SUITE_P(All, Words, testing::Values("help", "messages"),
                         [](const auto& info) { return info.param; });

TEST(HelpWords, HoldEveryCommand) {
  if (std::getenv("SWIVEL") == nullptr) GTEST_SKIP() << "SWIVEL names no program";
  std::istringstream help(Place().output_of("swivel --help"));
  std::vector<std::string> commands;
  for (const Block& block : read_blocks(kWords / "help.words")) commands.push_back(block.command);
  bool inside = false;
  int found = 0;
  for (std::string line; std::getline(help, line);) {
    if (line == "Commands:") inside = true;
    if (line.empty()) inside = false;
    if (!inside || !line.starts_with("  ") || line[2] == ' ') continue;
    ++found;
    const std::string command = "swivel " + line.substr(2, line.find(' ', 2) - 2) + " --help";
    EXPECT_NE(std::find(commands.begin(), commands.end(), command), commands.end())
        << "help.words lacks $ " << command;
  }
  EXPECT_GT(found, 10);
}

TEST(Version, IsTheOneThatCMakeKnows) {
  if (std::getenv("SWIVEL") == nullptr) GTEST_SKIP() << "SWIVEL names no program";
  std::ifstream file(fs::path(SWIVEL_SOURCE_DIR) / "CMakeLists.txt");
  const std::string cmake{std::istreambuf_iterator<char>(file), {}};
  std::smatch match;
  ASSERT_TRUE(std::regex_search(cmake, match, std::regex("project\\(swivel VERSION ([0-9.]+)")));
  EXPECT_EQ(Place().output_of("swivel --version"), "swivel " + match[1].str() + "\n");
}

}  // namespace
