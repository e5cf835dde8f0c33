#include "model/families.h"

#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "model/model_test_support.h"

namespace swivel {
namespace {

using testing::HasSubstr;

namespace fs = std::filesystem;

class Families : public testing::Test {
 protected:
  ~Families() override { fs::remove_all(root_); }

  fs::path write(const fs::path& folder, std::string_view name, const std::string& text) {
    fs::create_directories(folder);
    std::ofstream(folder / name) << text;
    return folder / name;
  }
  Result<FamilySpec> find(json::Value facts, std::optional<fs::path> file = {}) {
    const auto container = facts.find("general.architecture") ? ModelSource::Container::gguf
                                                              : ModelSource::Container::huggingface;
    return find_family({file, user_, model_}, Facts(container, facts, "config.json",
                                                    [](std::string_view) { return nullptr; }));
  }
  Result<FamilySpec> find(const char* architecture) {
    return find(json::Object{{"architectures", json::Array{architecture}}});
  }

  fs::path root_ = fs::temp_directory_path() / fmt::format("lookup-{}", getpid());
  fs::path user_ = root_ / "user", model_ = root_ / "model";
};

TEST_F(Families, ABuiltInFamilyIsFoundByItsArchitecture) {
  auto family = find("LlamaForCausalLM");
  ASSERT_TRUE(family) << family.error().message;
  EXPECT_EQ(family->name, "llama");
  EXPECT_EQ(family->file, "families/llama.toml (built in)");
}

TEST_F(Families, AGgufFileIsFoundByItsOwnWordAndPredicates) {
  auto family = find(parsed(R"({"general.architecture": "llama"})"));
  ASSERT_TRUE(family) << family.error().message;
  EXPECT_EQ(family->name, "llama");
  EXPECT_FALSE(find(parsed(R"({"general.architecture": "llama", "llama.expert_count": 8})")));
}

TEST_F(Families, NoMatchSaysWhatTheCheckpointIsAndWhatIsKnown) {
  auto family = find("GemmaForCausalLM");
  ASSERT_FALSE(family);
  EXPECT_EQ(family.error().message,
            "config.json: architectures is GemmaForCausalLM; no family matches it (known: llama, "
            "qwen2, qwen3)");
  EXPECT_THAT(find(json::Object{}).error().message, HasSubstr("config.json has no architectures"));
}

TEST_F(Families, TwoMatchesAreAnErrorThatNamesBoth) {
  write(user_, "mine.toml", replaced(family_text("llama"), "\"llama\"", "\"mine\""));
  auto family = find("LlamaForCausalLM");
  ASSERT_FALSE(family);
  EXPECT_THAT(family.error().message, HasSubstr("2 families match: mine ("));
  EXPECT_THAT(family.error().message, HasSubstr("llama (families/llama.toml (built in))"));
}

TEST_F(Families, AUsersFileTakesThePlaceOfTheBuiltInOneOfItsName) {
  const fs::path file = write(user_, "llama.toml", family_text("llama"));
  auto family = find("LlamaForCausalLM");
  ASSERT_TRUE(family) << family.error().message;
  EXPECT_EQ(family->file, file.string());
}

TEST_F(Families, ABrokenFileOfTheUsersIsNamed) {
  write(user_, "bad.toml", "schema = 1\nnam = 3\n");
  auto family = find("LlamaForCausalLM");
  ASSERT_FALSE(family);
  EXPECT_THAT(family.error().message, HasSubstr("bad.toml:2: nam: no such key"));
}

TEST_F(Families, AFileBesideTheModelCountsOnlyWhereNothingElseMatches) {
  std::string own = replaced(family_text("llama"), "\"llama\"", "\"own\"");
  write(model_, "family.toml", own);
  EXPECT_EQ(find("LlamaForCausalLM")->name, "llama");
  write(model_, "family.toml", replaced(own, "LlamaForCausalLM", "OwnForCausalLM"));
  auto family = find("OwnForCausalLM");
  ASSERT_TRUE(family) << family.error().message;
  EXPECT_EQ(family->name, "own");
}

TEST_F(Families, AFileThatIsAskedForIsTheOnlyOneLookedAt) {
  const fs::path file = write(root_, "asked.toml", family_text("qwen2"));
  const json::Value facts = parsed(R"({"architectures": ["Qwen2ForCausalLM"]})");
  EXPECT_EQ(find(facts, file)->file, file.string());
  auto other = find(parsed(R"({"architectures": ["LlamaForCausalLM"]})"), file);
  ASSERT_FALSE(other);
  EXPECT_THAT(other.error().message, HasSubstr("does not mean it"));
  EXPECT_FALSE(find(facts, root_ / "missing.toml"));
}

TEST_F(Families, PredicatesOnKeysNarrowTheMatch) {
  const std::string text =
      replaced(family_text("llama"), "absent        = [\"llama.expert_count\"]",
               "equals.hidden_size = 4096\npresent = [\"head_dim\"]");
  auto family = parse_family(text, "x.toml");
  ASSERT_TRUE(family) << family.error().message;
  auto matched = [&](const char* config) {
    const json::Value facts = parsed(config);
    return matches(*family, Facts(ModelSource::Container::huggingface, facts, "config.json",
                                  [](std::string_view) { return nullptr; }));
  };
  EXPECT_TRUE(
      matched(R"({"architectures": ["LlamaForCausalLM"], "hidden_size": 4096, "head_dim": null})"));
  EXPECT_FALSE(matched(R"({"architectures": ["LlamaForCausalLM"], "hidden_size": 4096})"));
  EXPECT_FALSE(
      matched(R"({"architectures": ["LlamaForCausalLM"], "hidden_size": 64, "head_dim": 3})"));
}

}  // namespace
}  // namespace swivel
