#include "library/load.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "formats/gguf_words.h"
#include "formats/gguf_writer.h"
#include "library/cache_test_support.h"
#include "library/describe.h"

namespace swivel::library {
namespace {

namespace fs = std::filesystem;
using testing::Contains;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;

fs::path shipped(const std::string& name) { return fs::path(SWIVEL_SOURCE_DIR) / "models" / name; }

// A shipped model.
Located mini() {
  return {.container = Located::Container::huggingface,
          .origin = Located::Origin::built_in,
          .path = shipped("mini-qwen3"),
          .name = "mini-qwen3"};
}

// The same model as links in a folder of the test, one file left out or another put in its place.
class LoadTest : public testing::Test {
 protected:
  Located copy_without(const std::string& left_out) {
    const fs::path folder = folder_.root() / "copy";
    fs::create_directories(folder);
    for (const auto& entry : fs::directory_iterator(mini().path)) {
      const fs::path name = entry.path().filename();
      if (name != left_out) fs::create_symlink(entry.path(), folder / name);
    }
    Located located = mini();
    located.origin = Located::Origin::path;
    located.path = folder;
    return located;
  }

  CacheFolder folder_;
};

TEST_F(LoadTest, TokenizerAndTemplatesLoadWithoutWeights) {
  const Located located = copy_without("model.safetensors");
  EXPECT_TRUE(load_tokenizer(located));
  EXPECT_FALSE(load_chat(located).value().templates.empty());
  EXPECT_FALSE(open_source(located));
}

TEST_F(LoadTest, WithoutGenerationConfigTheEndIdsAreThoseOfConfigAndTokenizer) {
  const Located located = copy_without("generation_config.json");
  fs::remove(located.path / "config.json");
  CacheFolder::write(located.path / "config.json", R"({"eos_token_id":[7,5]})");
  const Tokenizer tokenizer = load_tokenizer(located).value();
  const GenerationDefaults defaults = load_generation(located, tokenizer).value();
  EXPECT_THAT(defaults.end_ids, Contains(5));
  EXPECT_THAT(defaults.end_ids, Contains(7));
  for (const int32_t id : tokenizer.end_ids()) EXPECT_THAT(defaults.end_ids, Contains(id));
  EXPECT_EQ(defaults.temperature, std::nullopt);
}

TEST_F(LoadTest, AGenerationConfigThatIsMalformedIsNamed) {
  const Located located = copy_without("generation_config.json");
  CacheFolder::write(located.path / "generation_config.json", R"({"top_p":7})");
  const auto defaults = load_generation(located, load_tokenizer(located).value());
  ASSERT_FALSE(defaults);
  EXPECT_EQ(defaults.error().code, ErrorCode::bad_input);
  EXPECT_THAT(defaults.error().message, HasSubstr("generation_config.json: top_p is 7"));
}

TEST_F(LoadTest, AMissingConfigIsNamed) {
  const auto source = open_source(copy_without("config.json"));
  ASSERT_FALSE(source);
  EXPECT_THAT(source.error().message, HasSubstr("config.json"));
}

TEST_F(LoadTest, ADescriptionHasTheCardAndEveryFile) {
  const Description description = describe(mini()).value();
  EXPECT_EQ(description.name, "mini-qwen3");
  EXPECT_EQ(description.kind, "Hugging Face folder");
  EXPECT_EQ(description.card.license, "apache-2.0");
  EXPECT_THAT(description.files, Contains(Field(&Description::File::name, "model.safetensors")));
  int64_t bytes = 0;
  for (const Description::File& file : description.files) bytes += file.bytes;
  EXPECT_EQ(description.bytes, bytes);
}

TEST_F(LoadTest, TheSourceIsCalledByTheModelsName) {
  const ModelSource source = open_source(mini()).value();
  EXPECT_EQ(source.name, "mini-qwen3");
  EXPECT_EQ(source.container, ModelSource::Container::huggingface);
}

TEST_F(LoadTest, AGgufSaysItsDefaultsAndItsCard) {
  gguf::Writer writer;
  writer.add_string(gguf_words::kArchitecture, "tiny");
  writer.add_f32(gguf_words::kTemperature, 0.5F);
  writer.add_i32(gguf_words::kTopK, 40);
  writer.add_f32(gguf_words::kMinP, 0.25F);
  writer.add_string(gguf_words::kLicense, "apache-2.0");
  writer.add_u32(gguf_words::kBaseModelCount, 2);
  writer.add_string("general.base_model.0.name", "First");
  writer.add_string("general.base_model.0.repo_url", "https://huggingface.co/org/first");
  writer.add_string("general.base_model.1.name", "Second");
  writer.add_strings(gguf_words::kLanguages, std::vector<std::string>{"en", "fr"});
  const fs::path path = folder_.root() / "tiny.gguf";
  ASSERT_TRUE(writer.write(path));
  const auto file = gguf::File::open(path).value();
  const GenerationDefaults defaults = gguf_generation(file).value();
  EXPECT_EQ(defaults.temperature, 0.5);
  EXPECT_EQ(defaults.top_k, 40);
  EXPECT_EQ(defaults.min_p, 0.25);
  EXPECT_EQ(defaults.top_p, std::nullopt);
  const Located located = {.container = Located::Container::gguf, .path = path, .name = "tiny"};
  const Description description = describe(located).value();
  EXPECT_EQ(description.kind, "GGUF file");
  EXPECT_EQ(description.card.license, "apache-2.0");
  EXPECT_THAT(description.card.base_models, ElementsAre("org/first", "Second"));
  EXPECT_THAT(description.card.languages, ElementsAre("en", "fr"));
  EXPECT_EQ(description.bytes, static_cast<int64_t>(fs::file_size(path)));
}

TEST_F(LoadTest, AGgufThatClaimsManyBaseModelsIsReadWithinBounds) {
  gguf::Writer writer;
  writer.add_u64(gguf_words::kBaseModelCount, uint64_t{1} << 62);
  writer.add_string("general.base_model.0.name", "First");
  const fs::path path = folder_.root() / "many.gguf";
  ASSERT_TRUE(writer.write(path));
  EXPECT_THAT(gguf_card(gguf::File::open(path).value()).base_models, ElementsAre("First"));
}

}  // namespace
}  // namespace swivel::library
