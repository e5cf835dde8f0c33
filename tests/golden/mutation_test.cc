// Every arithmetic fact of a family file is load-bearing: replaced by another allowed value, some
// golden fails. Facts whose replacement means the same are listed with the reason.

#include <algorithm>
#include <filesystem>
#include <set>

#include <gtest/gtest.h>
#include <unistd.h>

#include "golden_case.h"
#include "kernels/choose.h"
#include "model/export_gguf.h"
#include "model/source.h"
#include "mutation.h"

namespace swivel::golden {
namespace {

namespace fs = std::filesystem;

struct Equivalent {
  std::string_view family;
  std::string_view what;  // the beginning of Mutation::what
  std::string_view reason;
};

constexpr Equivalent kEquivalents[] = {
    {"granite", "rope.original_positions: \"$max_positions\" becomes 0.5",
     "only scalings read it, and this family accepts none"},
    {"olmo2", "rope.original_positions: \"$max_positions\" becomes 0.5",
     "only scalings read it, and this family accepts none"},
};

class Mutations : public testing::TestWithParam<std::string> {
 protected:
  Mutations() {
    folder_ = fs::temp_directory_path() / fmt::format("mutations-{}-{}", GetParam(), getpid());
    fs::create_directories(folder_);
    const FamilySpec family = family_of(goldens_);
    for (const Case& test_case : goldens_.cases) {
      const ModelSource source = source_of(goldens_, test_case);
      if (auto exported = export_gguf(family, source))
        EXPECT_TRUE(exported->writer.write(folder_ / test_case.name));
    }
  }
  ~Mutations() override { fs::remove_all(folder_); }

  // Whether the family computes what the case expects.
  bool passes(const FamilySpec& family, const Case& test_case, Result<ModelSource> source) {
    const kernels::Table& kernels = kernels::choose();
    ThreadPool threads(1);
    if (!source) return false;
    auto model = load_model_as(
        family, std::move(*source),
        {.unread_keys = Strictness::strict, .kernels = &kernels, .threads = &threads});
    if (!model) return false;
    Runner runner(std::move(*model), kernels, 1);
    return largest_difference(goldens_, test_case, runner) <= 2e-3;
  }

  bool survives(const FamilyText& text, const Mutation& mutation) {
    FamilyText mutant = text;
    mutant.root = mutation.root;
    auto family = make_family(mutant);
    if (!family) return false;
    for (const Case& test_case : goldens_.cases) {
      if (!mutation.in_gguf && !passes(*family, test_case, source_of(goldens_, test_case)))
        return false;
      const fs::path file = folder_ / test_case.name;
      if (mutation.in_gguf && fs::exists(file) && !passes(*family, test_case, gguf_source(file)))
        return false;
    }
    return true;
  }

  Goldens goldens_ = read_goldens(GetParam());
  fs::path folder_;
};

TEST_P(Mutations, EveryFactIsLoadBearing) {
  const FamilySpec family = family_of(goldens_);
  auto text = read_family_text(family.text, family.file);
  ASSERT_TRUE(text);
  const auto mutations = mutations_of(text->root);
  EXPECT_GT(mutations.size(), 40u);
  int survivors = 0;
  for (const Mutation& mutation : mutations) {
    const bool survived = survives(*text, mutation);
    const bool listed = std::ranges::any_of(kEquivalents, [&](const Equivalent& equivalent) {
      return equivalent.family == GetParam() && mutation.what.starts_with(equivalent.what);
    });
    EXPECT_EQ(survived, listed) << mutation.what;
    survivors += survived;
  }
  fmt::print("{}: {} mutations, {} mean the same\n", GetParam(), mutations.size(), survivors);
}

INSTANTIATE_TEST_SUITE_P(Families, Mutations, testing::ValuesIn(golden_families()),
                         [](const auto& name) { return name.param; });

}  // namespace
}  // namespace swivel::golden
