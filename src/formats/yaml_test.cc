#include "formats/yaml.h"

#include <gtest/gtest.h>

namespace swivel::yaml {
namespace {

std::string as_json(std::string_view text) {
  auto value = parse(text, "README.md");
  return value ? json::write(*value) : value.error().message;
}

TEST(Yaml, ReadsAModelCard) {
  const auto value = front_matter(
      "---\n"
      "license: apache-2.0\n"
      "language:\n- en\n- no\n"
      "base_model: [Qwen/Qwen2.5-7B, \"a: b\"]\n"
      "tags: []\n"
      "model-index:\n- name: x\n  results:\n  - value: 0.5\n    ok: true\n"
      "extra_gated_prompt: >-\n  You agree\n  to this.\n"
      "empty:\n"
      "---\n"
      "# Title\n---\n",
      "README.md");
  ASSERT_TRUE(value) << value.error().message;
  EXPECT_EQ(json::write(*value),
            R"({"license":"apache-2.0","language":["en","no"],)"
            R"("base_model":["Qwen/Qwen2.5-7B","a: b"],"tags":[],)"
            R"("model-index":[{"name":"x","results":[{"value":0.5,"ok":true}]}],)"
            R"("extra_gated_prompt":"You agree to this.","empty":null})");
}

TEST(Yaml, TypesPlainScalarsAndNoQuotedOnes) {
  EXPECT_EQ(as_json("[1, +1, -2, 1.5, 1e3, \"1\", '', ~, yes, TRUE, 1.0.0, .inf, nan, inf, 0x]"),
            R"([1,1,-2,1.5,1000.0,"1","",null,"yes",true,"1.0.0",".inf","nan","inf","0x"])");
  EXPECT_EQ(as_json("99999999999999999999"), "1e+20");
  EXPECT_EQ(as_json("1: a\ntrue: b"), R"({"1":"a","true":"b"})");
}

TEST(Yaml, FindsFrontMatterBetweenItsMarkersOnly) {
  EXPECT_EQ(front_matter_text("---\na: 1\n---\nx"), "a: 1\n");
  EXPECT_EQ(front_matter_text("\xef\xbb\xbf---\r\na: 1\r\n---\r\nx"), "a: 1\r\n");
  EXPECT_EQ(front_matter_text("---\n---\n"), "");
  EXPECT_EQ(front_matter_text("---\na: 1\n"), std::nullopt);
  EXPECT_EQ(front_matter_text("# x\n---\na: 1\n---\n"), std::nullopt);
  EXPECT_EQ(front_matter_text("----\n---\n"), std::nullopt);
  EXPECT_EQ(front_matter_text(""), std::nullopt);
  EXPECT_EQ(json::write(*front_matter("# no front matter", "README.md")), "{}");
  EXPECT_EQ(json::write(*front_matter("---\n---\n", "README.md")), "{}");
}

TEST(Yaml, RefusesBombsAndOddities) {
  EXPECT_EQ(as_json("a: &x [1]\nb: 2"), "README.md: line 1: an anchor is not read here");
  EXPECT_EQ(as_json("a: 1\nb: *x"), "README.md: line 2: the referenced anchor is not defined");
  EXPECT_EQ(as_json("a: &x 1\nb: *x"), "README.md: line 1: an anchor is not read here");
  EXPECT_EQ(as_json("a: !!python/object x"), "README.md: line 1: a tag is not read here");
  EXPECT_EQ(as_json("[a, b]: c"), "README.md: line 1: a key that is no text is not read here");
  EXPECT_EQ(as_json("a: 1\na: 2"), "README.md: line 2: the key a occurs twice");
  EXPECT_EQ(as_json(std::string(33, '[') + std::string(33, ']')),
            "README.md: line 1: nesting above 32 levels is not read here");
  EXPECT_NE(as_json(std::string(500'000, '[')), "");
  EXPECT_NE(as_json(std::string(200'000, '{')), "");
  EXPECT_EQ(as_json(std::string((1 << 20) + 1, 'a')),
            "README.md: 1048577 bytes of YAML; at most 1048576 are read");
  EXPECT_EQ(as_json("a: \xff"), "README.md: the text is not UTF-8");
  EXPECT_EQ(as_json("a: 1\n---\nb: 2\n"), "README.md: more than one YAML document");
  EXPECT_TRUE(as_json("a: [1\nb: 2").starts_with("README.md: line 2: ")) << as_json("a: [1\nb: 2");
  EXPECT_EQ(front_matter("---\n- a\n---\n", "README.md").error().message,
            "README.md: the front matter is no map of keys, but array");
}

}  // namespace
}  // namespace swivel::yaml
