// The goldens' models written as GGUF by our own inverse transforms, and read again.

#include <algorithm>
#include <filesystem>

#include <gtest/gtest.h>
#include <unistd.h>

#include "golden_case.h"
#include "model/export_gguf.h"
#include "model/source.h"

namespace swivel::golden {
namespace {

class GgufGolden : public testing::TestWithParam<std::string> {
 protected:
  ~GgufGolden() override { std::filesystem::remove(path_); }

  Goldens goldens_ = read_goldens(GetParam());
  FamilySpec family_ = family_of(goldens_);
  std::filesystem::path path_ = std::filesystem::temp_directory_path() /
                                fmt::format("golden-{}-{}.gguf", GetParam(), getpid());
};

// Scalings and windows that GGUF has no word for are refused, and nothing else is.
const std::vector<std::string> kNotInGguf = {
    "dynamic",       "yarn_mscale",        "window",
    "window_listed", "window_listed_null", "window_default_size"};

TEST_P(GgufGolden, LogitsEqualTheReference) {
  for (const Case& test_case : goldens_.cases) {
    const ModelSource source = source_of(goldens_, test_case);
    auto exported = export_gguf(family_, source);
    const bool possible = std::ranges::find(kNotInGguf, test_case.name) == kNotInGguf.end();
    ASSERT_EQ(exported.has_value(), possible) << test_case.name;
    if (!possible) continue;
    ASSERT_TRUE(exported->writer.write(path_)) << test_case.name;
    for (const auto& [kernels, bound] : arithmetics()) {
      auto read = gguf_source(path_);
      ASSERT_TRUE(read) << read.error().message;
      ThreadPool threads(1);
      auto model = load_model_as(
          family_, std::move(*read),
          {.unread_keys = Strictness::strict, .kernels = kernels, .threads = &threads});
      ASSERT_TRUE(model) << test_case.name << ": " << model.error().message;
      Runner runner(std::move(*model), *kernels, 1);
      EXPECT_LE(largest_difference(goldens_, test_case, runner), bound) << test_case.name;
    }
  }
}

// The file says which family it is.
TEST_P(GgufGolden, IsMatchedByItsOwnFamilyOnly) {
  const ModelSource source = source_of(goldens_, goldens_.named("base"));
  auto exported = export_gguf(family_, source);
  ASSERT_TRUE(exported) << exported.error().message;
  ASSERT_TRUE(exported->writer.write(path_));
  auto read = gguf_source(path_);
  ASSERT_TRUE(read) << read.error().message;
  const Facts facts(read->container, read->facts, read->facts_name,
                    [](std::string_view) { return nullptr; });
  const std::filesystem::path nowhere = path_.string() + ".none";
  auto found = find_family({{}, nowhere, {}}, facts);
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(found->name, GetParam());
}

std::vector<std::string> families_with_gguf() {
  std::vector<std::string> names;
  for (const std::string& name : golden_families())
    if (!family_of(read_goldens(name)).match.gguf.empty()) names.push_back(name);
  return names;
}

INSTANTIATE_TEST_SUITE_P(Families, GgufGolden, testing::ValuesIn(families_with_gguf()),
                         [](const auto& name) { return name.param; });

}  // namespace
}  // namespace swivel::golden
