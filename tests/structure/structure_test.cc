// The walls of the house: docs/ARCHITECTURE.md says who may include whom, and the sources obey.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace {

namespace fs = std::filesystem;

const fs::path kRoot = SWIVEL_SOURCE_DIR;

std::string contents(const fs::path& path) {
  std::ifstream file(path);
  EXPECT_TRUE(file) << path;
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> words(std::string text) {
  std::replace(text.begin(), text.end(), ',', ' ');
  std::istringstream stream(text);
  return {std::istream_iterator<std::string>(stream), {}};
}

using Table = std::map<std::string, std::set<std::string>>;

// The rows of "| folder | may include |".
Table documented() {
  Table table;
  std::istringstream page(contents(kRoot / "docs/ARCHITECTURE.md"));
  bool inside = false;
  for (std::string line; std::getline(page, line);) {
    if (line.starts_with("| folder | may include")) inside = true;
    if (!line.starts_with("|")) inside = false;
    if (!inside || line.starts_with("|---") || line.starts_with("| folder")) continue;
    const size_t middle = line.find('|', 1);
    const size_t end = line.find('|', middle + 1);
    const auto uses = words(line.substr(middle + 1, end - middle - 1));
    table[words(line.substr(1, middle - 1)).at(0)] = {uses.begin(), uses.end()};
  }
  return table;
}

std::vector<fs::path> sources() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(kRoot / "src")) {
    const auto extension = entry.path().extension();
    if (extension == ".cc" || extension == ".h") files.push_back(entry.path());
  }
  EXPECT_GT(files.size(), 50u);
  return files;
}

std::string folder_of(const fs::path& file) {
  return fs::relative(file, kRoot / "src").begin()->string();
}

// x_test.cc, and what the tests of a folder share (x_test_support.h).
bool is_test(const fs::path& file) {
  return file.stem().string().ends_with("_test") ||
         file.stem().string().ends_with("_test_support");
}

std::vector<std::string> matches(const std::string& text, const std::regex& pattern) {
  std::vector<std::string> found;
  for (std::sregex_iterator it(text.begin(), text.end(), pattern), end; it != end; ++it)
    found.push_back((*it)[1].str());
  return found;
}

TEST(Structure, EveryIncludeIsInTheTable) {
  const Table table = documented();
  ASSERT_GT(table.size(), 10u);
  const std::regex include("#include \"([^\"]+)\"");
  for (const fs::path& file : sources()) {
    const std::string folder = folder_of(file);
    if (folder == "main.cc") continue;
    ASSERT_TRUE(table.contains(folder)) << file << ": its folder is not in the table";
    const auto& allowed = table.at(folder);
    for (const std::string& header : matches(contents(file), include)) {
      const std::string target = header.substr(0, header.find('/'));
      EXPECT_TRUE(target == folder || allowed.contains(target) || allowed.contains(header) ||
                  is_test(file))
          << file << " includes " << header;
    }
  }
}

TEST(Structure, CMakeLinksWhatTheTableAllows) {
  const Table table = documented();
  const std::regex module("swivel_module\\((\\w+)([^)]*)\\)");
  const std::string cmake = contents(kRoot / "cmake/modules.cmake");
  int modules = 0;
  for (std::sregex_iterator it(cmake.begin(), cmake.end(), module), end; it != end; ++it) {
    if (!table.contains((*it)[1])) continue;
    ++modules;
    for (const std::string& word : words((*it)[2])) {
      if (word == "LIBRARIES") break;
      if (word == "USES") continue;
      EXPECT_TRUE(table.at((*it)[1]).contains(word)) << (*it)[1] << " uses " << word;
    }
  }
  EXPECT_EQ(modules, static_cast<int>(table.size()));
}

TEST(Structure, TheTableHasNoCycle) {
  const Table table = documented();
  std::set<std::string> done;
  for (size_t round = 0; round <= table.size(); ++round)
    for (const auto& [folder, uses] : table)
      if (std::all_of(uses.begin(), uses.end(), [&](const std::string& use) {
            return done.contains(use) || use.find('/') != std::string::npos;
          }))
        done.insert(folder);
  EXPECT_EQ(done.size(), table.size());
}

TEST(Structure, KernelsIncludeNoStandardContainer) {
  const std::regex container(
      "#include <(vector|string|map|unordered_map|deque|list|set|functional|memory)>");
  for (const fs::path& file : sources())
    if (folder_of(file) == "kernels" && !is_test(file)) {
      EXPECT_TRUE(matches(contents(file), container).empty()) << file;
    }
}

// A family is data: its name and its architectures decide nothing in the sources.
TEST(Structure, NoFamilyIsNamedInTheSources) {
  std::set<std::string> names;
  const std::regex name("\nname *= *\"([^\"]+)\"");
  const std::regex architecture("\"(\\w+For(?:CausalLM|ConditionalGeneration))\"");
  for (const auto& entry : fs::directory_iterator(kRoot / "families")) {
    const std::string family = contents(entry.path());
    for (const auto& word : matches(family, name)) names.insert(word);
    for (const auto& word : matches(family, architecture)) names.insert(word);
  }
  ASSERT_GE(names.size(), 6u);
  for (const fs::path& file : sources()) {
    if (is_test(file) || file.filename() == "gguf_words.h") continue;
    const std::string text = contents(file);
    for (const std::string& word : names)
      EXPECT_EQ(text.find('"' + word + '"'), std::string::npos)
          << file << " holds \"" << word << '"';
  }
}

}  // namespace
