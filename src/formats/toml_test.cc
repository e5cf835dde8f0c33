#include "formats/toml.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace swivel::toml {
namespace {

std::string refusal(std::string_view text) {
  auto value = parse(text, "x.toml");
  if (value) return "accepted";
  EXPECT_EQ(value.error().code, ErrorCode::bad_input);
  return value.error().message;
}

TEST(Toml, ReadsEveryKindWithItsPosition) {
  const auto root = parse(
      "schema = 1\n"
      "name = \"x\"  # comment\n"
      "[config]\n"
      "heads = { key = \"num_heads\", else = 4.5 }\n"
      "on = true\n"
      "list = [1,\n  [2]]\n",
      "x.toml");
  ASSERT_TRUE(root) << root.error().message;
  EXPECT_EQ(root->find("schema")->value.as_integer(), 1);
  EXPECT_EQ(root->find("name")->value.as_string(), "x");
  EXPECT_EQ(root->find("name")->at, (Position{2, 1}));
  EXPECT_EQ(root->find("name")->value.at(), (Position{2, 8}));
  const Value& config = root->find("config")->value;
  const Value& heads = config.find("heads")->value;
  EXPECT_EQ(heads.find("else")->value.as_number(), 4.5);
  EXPECT_EQ(heads.find("else")->at, (Position{4, 30}));
  EXPECT_TRUE(config.find("on")->value.as_bool());
  const Array& list = config.find("list")->value.as_array();
  EXPECT_EQ(list[1].at(), (Position{7, 3}));
  EXPECT_EQ(list[1].as_array()[0].as_number(), 2.0);
  EXPECT_EQ(config.find("none"), nullptr);
  EXPECT_EQ(list[0].find("none"), nullptr);
  EXPECT_EQ(kind_name(config), "table");
  EXPECT_EQ(kind_name(heads.find("else")->value), "float");
}

std::vector<std::string> keys(const Value& table) {
  std::vector<std::string> names;
  for (const Member& member : table.as_table()) names.push_back(member.key);
  return names;
}

TEST(Toml, KeepsTheOrderOfTheFile) {
  const auto root = parse(
      "z = 1\na = 2\n[mlp]\nup = 1\ndown = 2\n[attention.rope]\nbase = 1\n[attention]\nb.y = 1\n"
      "a = 1\nb.x = 2\n[block]\n",
      "x.toml");
  ASSERT_TRUE(root) << root.error().message;
  EXPECT_EQ(keys(*root), (std::vector<std::string>{"z", "a", "mlp", "attention", "block"}));
  EXPECT_EQ(keys(root->find("mlp")->value), (std::vector<std::string>{"up", "down"}));
  const Value& attention = root->find("attention")->value;
  EXPECT_EQ(keys(attention), (std::vector<std::string>{"rope", "b", "a"}));
  EXPECT_EQ(keys(attention.find("b")->value), (std::vector<std::string>{"y", "x"}));
}

TEST(Toml, KnowsTheLineOfATableSpreadOverTheFile) {
  const auto root = parse("[b.c]\nx = 1\n[a]\ny = 1\n[b.d]\n", "x.toml");
  ASSERT_TRUE(root) << root.error().message;
  EXPECT_EQ(root->find("b")->at.line, 1);
  EXPECT_EQ(root->find("a")->at.line, 3);
  EXPECT_EQ(root->find("b")->value.find("d")->at.line, 5);
}

TEST(Toml, ReadsArraysOfTables) {
  const auto root = parse("[[layer]]\nkind = 'a'\n[[layer]]\nkind = 'b'\n", "x.toml");
  ASSERT_TRUE(root) << root.error().message;
  const Array& layers = root->find("layer")->value.as_array();
  ASSERT_EQ(layers.size(), 2u);
  EXPECT_EQ(layers[1].find("kind")->value.as_string(), "b");
  EXPECT_EQ(layers[1].find("kind")->at.line, 4);
}

TEST(Toml, RefusesWithTheLine) {
  EXPECT_TRUE(refusal("a = 1\nb = \n").starts_with("x.toml:2: ")) << refusal("a = 1\nb = \n");
  EXPECT_EQ(refusal("a = 1\na = 2\n"),
            "x.toml:2: Error while parsing key-value pair: cannot redefine existing integer 'a'");
  EXPECT_EQ(refusal("a = 2024-01-01\n"),
            "x.toml:1: a date or time; expected another kind of value");
  EXPECT_EQ(refusal(std::string((1 << 20) + 1, ' ')),
            "x.toml: 1048577 bytes of TOML; at most 1048576 are read");
  EXPECT_NE(refusal("a = \"\xff\""), "accepted");
  EXPECT_NE(refusal("a = {e\xef\xba\xbf = 1}"), "accepted");
  EXPECT_EQ(refusal("[.a]\n"), "x.toml: malformed TOML, most likely a key that begins with a dot");
}

TEST(Toml, RefusesDepthThatWouldOverflowTheStack) {
  std::string header = "x = 1\n[a";
  for (int i = 0; i < 100'000; ++i) header += ".a";
  EXPECT_EQ(refusal(header + "]"), "x.toml:2: a key of more than 256 parts");
  EXPECT_EQ(refusal("x = " + std::string(100, '[') + std::string(100, ']')),
            "x.toml:1: nested deeper than 64 levels");
  EXPECT_TRUE(refusal("x = " + std::string(100'000, '[')).starts_with("x.toml:1: "));
  EXPECT_TRUE(refusal("x = " + std::string(100'000, '{')).starts_with("x.toml:1: "));
}

TEST(Toml, NamesTheFileThatItReads) {
  const std::string path = testing::TempDir() + "/swivel_toml_test.toml";
  std::ofstream(path) << "a = [\n";
  const auto value = parse_file(path);
  ASSERT_FALSE(value);
  EXPECT_TRUE(value.error().message.starts_with(path + ":")) << value.error().message;
  std::filesystem::remove(path);
}

}  // namespace
}  // namespace swivel::toml
