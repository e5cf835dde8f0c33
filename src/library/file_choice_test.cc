#include "library/file_choice.h"

#include <gtest/gtest.h>

namespace swivel::library {
namespace {

TEST(FileChoiceTest, PatternsMatchAcrossFolders) {
  EXPECT_TRUE(matches("*.gguf", "deep/er/x.gguf"));
  EXPECT_TRUE(matches("*Q4_K_M*", "tiny-Q4_K_M.gguf"));
  EXPECT_TRUE(matches("original/", "original/params.json"));
  EXPECT_TRUE(matches("model-0000[12]*", "model-00001-of-00002.safetensors"));
  EXPECT_FALSE(matches("*.gguf", "x.ggu"));
  EXPECT_FALSE(matches("config.json", "a/config.json"));
  EXPECT_FALSE(matches("", "x"));
}

TEST(FileChoiceTest, SizesAreWrittenInThreeDigits) {
  EXPECT_EQ(size_text(0), "0 bytes");
  EXPECT_EQ(size_text(999), "999 bytes");
  EXPECT_EQ(size_text(1000), "1.0 kB");
  EXPECT_EQ(size_text(3'087'467'144), "3.1 GB");
  EXPECT_EQ(size_text(999'600), "1.0 MB");
  EXPECT_EQ(size_text(15'000'000), "15 MB");
  EXPECT_EQ(size_text(INT64_MAX), "9.2 EB");
}

net::HubListing listing_of(std::vector<std::string> names) {
  net::HubListing listing;
  for (std::string& name : names)
    listing.files.push_back({std::move(name), 1, std::string(40, 'a')});
  return listing;
}

TEST(FileChoiceTest, OneGgufIsTakenAndItsLicenceWithIt) {
  const net::RepoName repo{"o", "n"};
  const auto files =
      choose_files(listing_of({"x.gguf", "LICENSE", "README.md", "a.png"}), repo, {}).value();
  ASSERT_EQ(files.size(), 3u);
  EXPECT_EQ(files[2].path, "x.gguf");
}

TEST(FileChoiceTest, AGgufBesideSafetensorsIsLeftOut) {
  const auto files =
      choose_files(listing_of({"model.safetensors", "x.gguf"}), {"o", "n"}, {}).value();
  ASSERT_EQ(files.size(), 1u);
  EXPECT_EQ(files[0].path, "model.safetensors");
}

TEST(FileChoiceTest, AnEmptyRepositoryIsNotFound) {
  const auto files = choose_files(listing_of({}), {"o", "n"}, {});
  ASSERT_FALSE(files);
  EXPECT_EQ(files.error().code, ErrorCode::not_found);
  EXPECT_EQ(files.error().message, "o/n: no file of a model; it holds no files");
}

}  // namespace
}  // namespace swivel::library
