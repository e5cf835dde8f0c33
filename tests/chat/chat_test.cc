// Runs tests/chat/*.test: a chat template, then cases of messages and the exact prompt or error.
//
// A line "=== NAME" begins a section, which ends with the last character before the line break in
// front of the next. template comes first and serves all cases; each "=== case WHAT" then has
// messages (JSON) and, if it needs them, tools, documents, special tokens, arguments (JSON),
// "no generation prompt", "continue FIELD"; it ends with prompt or error. The clock stands at
// 2026-11-20 22:43:11.

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "base/mapped_file.h"
#include "formats/json.h"
#include "text/chat_template.h"

namespace swivel {
namespace {

struct Section {
  std::string name, text;
};

std::vector<Section> sections_of(std::string_view file) {
  std::vector<Section> sections;
  while (!file.empty()) {
    EXPECT_TRUE(file.starts_with("=== ")) << "a section begins with its name";
    size_t line_end = std::min(file.find('\n'), file.size());
    Section section{std::string(file.substr(4, line_end - 4)), {}};
    file.remove_prefix(std::min(line_end + 1, file.size()));
    size_t next = file.starts_with("=== ") ? 0 : file.find("\n=== ");
    bool empty = next == 0;
    section.text = std::string(file.substr(0, next));
    if (next == std::string_view::npos && section.text.ends_with('\n')) section.text.pop_back();
    sections.push_back(std::move(section));
    if (next == std::string_view::npos) break;
    file.remove_prefix(empty ? 0 : next + 1);
  }
  return sections;
}

json::Value json_of(const Section& section) {
  auto value = json::parse(section.text, section.name);
  EXPECT_TRUE(value.has_value()) << (value ? "" : value.error().message);
  return value.value_or(json::Value());
}

void read_input(const Section& section, ChatTemplate::Inputs& inputs) {
  if (section.name == "messages") {
    inputs.messages = json_of(section);
  } else if (section.name == "tools") {
    inputs.tools = json_of(section);
  } else if (section.name == "documents") {
    inputs.documents = json_of(section);
  } else if (section.name == "special tokens") {
    inputs.special_tokens = json_of(section).as_object();
  } else if (section.name == "arguments") {
    inputs.arguments = json_of(section).as_object();
  } else if (section.name == "no generation prompt") {
    inputs.generation_prompt = ChatTemplate::GenerationPrompt::none;
  } else if (section.name.starts_with("continue ")) {
    inputs.generation_prompt = ChatTemplate::GenerationPrompt::none;
    inputs.continue_field = section.name.substr(9);
  } else {
    ADD_FAILURE() << "unknown section: " << section.name;
  }
}

void run_file(const std::filesystem::path& path) {
  auto file = read_file(path, 1 << 20);
  ASSERT_TRUE(file.has_value()) << file.error().message;
  std::vector<Section> sections = sections_of(*file);
  ASSERT_GT(sections.size(), 1u);
  ASSERT_EQ(sections[0].name, "template");
  auto compiled = ChatTemplate::compile(sections[0].text, path.filename().string());
  ASSERT_TRUE(compiled.has_value()) << compiled.error().message;
  ChatTemplate::Inputs inputs;
  std::string what;
  for (size_t i = 1; i < sections.size(); ++i) {
    const Section& section = sections[i];
    if (section.name.starts_with("case ")) {
      what = section.name.substr(5);
      inputs = ChatTemplate::Inputs();
      inputs.now = std::chrono::system_clock::time_point(std::chrono::seconds(1'795'214'591));
    } else if (section.name == "prompt") {
      auto prompt = compiled->render(inputs);
      ASSERT_TRUE(prompt.has_value()) << what << ": " << prompt.error().message;
      EXPECT_EQ(*prompt, section.text) << what;
    } else if (section.name == "error") {
      auto prompt = compiled->render(inputs);
      ASSERT_FALSE(prompt.has_value()) << what << ": " << *prompt;
      EXPECT_EQ(prompt.error().message, section.text) << what;
    } else {
      read_input(section, inputs);
    }
  }
}

std::vector<std::filesystem::path> test_files() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(SWIVEL_SOURCE_DIR "/tests/chat")) {
    if (entry.path().extension() == ".test") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

class ChatPrompt : public testing::TestWithParam<std::filesystem::path> {};

TEST_P(ChatPrompt, IsExactlyAsWritten) { run_file(GetParam()); }

INSTANTIATE_TEST_SUITE_P(Files, ChatPrompt, testing::ValuesIn(test_files()),
                         [](const auto& info) { return info.param.stem().string(); });

}  // namespace
}  // namespace swivel
