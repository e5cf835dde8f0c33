// The models that come with the program, found by name and loaded whole by library::load.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "base/thread_pool.h"
#include "kernels/choose.h"
#include "library/load.h"

namespace swivel::library {
namespace {

using testing::HasSubstr;

class ShippedModelsTest : public testing::TestWithParam<const char*> {
 protected:
  ShippedModelsTest() {
    places_.built_in = {std::filesystem::path(SWIVEL_SOURCE_DIR) / "models"};
    options_.kernels = &kernels::choose();
    options_.threads = &threads_;
  }

  Places places_;
  ThreadPool threads_{2};
  LoadOptions options_;
};

TEST_P(ShippedModelsTest, LoadsWithEverythingThatBelongsToIt) {
  const Located located = locate(GetParam(), places_).value();
  EXPECT_EQ(located.origin, Located::Origin::built_in);
  const auto loaded = load(located, options_);
  ASSERT_TRUE(loaded) << loaded.error().message;
  EXPECT_GE(loaded->model.config.vocab_size, loaded->tokenizer.vocab_size());
  EXPECT_FALSE(loaded->chat.templates.empty());
  EXPECT_FALSE(loaded->generation.end_ids.empty());
  EXPECT_EQ(loaded->description.name, GetParam());
  EXPECT_EQ(loaded->description.card.license, "apache-2.0");
  EXPECT_GT(loaded->description.bytes, loaded->model.description.weight_bytes);
}

TEST_P(ShippedModelsTest, IsRefusedWhereItsWeightsDoNotFit) {
  options_.memory_limit = 1000;
  const auto loaded = load(locate(GetParam(), places_).value(), options_);
  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().code, ErrorCode::out_of_memory);
  EXPECT_THAT(loaded.error().message, HasSubstr(std::string(GetParam()) + ": its weights take"));
  EXPECT_THAT(loaded.error().message, HasSubstr("1000"));
}

INSTANTIATE_TEST_SUITE_P(Models, ShippedModelsTest, testing::Values("mini-qwen3", "mini-llama3"));

}  // namespace
}  // namespace swivel::library
