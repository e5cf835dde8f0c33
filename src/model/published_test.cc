// Published checkpoints, by their configurations and tensor lists (../shared/published beside the
// sources, where it is there): the families' own resolve and bind to the byte, the others are
// refused.

#include <filesystem>
#include <fstream>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "formats/safetensors.h"
#include "model/model_test_support.h"
#include "model/read_fields.h"

namespace swivel {
namespace {

using testing::HasSubstr;

namespace fs = std::filesystem;

fs::path published() { return fs::path(SWIVEL_SOURCE_DIR).parent_path() / "shared" / "published"; }

Result<FamilySpec> family_of(const fs::path& folder, const json::Value& config) {
  return find_family({{}, "/nowhere", folder},
                     Facts(ModelSource::Container::huggingface, config, "config.json",
                           [](std::string_view) { return nullptr; }));
}

// The tensors that the configuration calls for are the tensors of the index, and their bytes in
// bfloat16 are the published size.
void check_checkpoint(const FamilySpec& family, const fs::path& folder) {
  auto config = json::parse_file((folder / "config.json").string());
  auto index = safetensors::Index::open(folder / "model.safetensors.index.json");
  ASSERT_TRUE(config && index);
  const auto container = ModelSource::Container::huggingface;
  Facts facts(container, *config, "config.json", [](std::string_view) { return nullptr; });
  auto resolution = resolve(family, facts);
  ASSERT_TRUE(resolution) << resolution.error().message;
  EXPECT_THAT(resolution->unread, testing::IsEmpty());

  std::set<std::string> stored;
  for (const auto& [name, file] : index->weight_map) stored.insert(name);
  int64_t bytes = 0;
  for (const TensorSlot& slot : tensor_slots(family, *resolution, container)) {
    EXPECT_EQ(stored.erase(slot.name), 1u) << slot.name << " is not in the index";
    bytes += 2 * slot.shape.elements();
  }
  for (const std::string& name : stored)
    EXPECT_TRUE(is_ignored(family, *resolution, container, name)) << name << " has no role";
  ASSERT_TRUE(index->total_size);
  EXPECT_EQ(bytes, *index->total_size);
}

TEST(Published, EveryCheckpointThatAFamilyClaimsBindsToTheByte) {
  if (!fs::exists(published())) GTEST_SKIP() << "no published configurations here";
  for (const EmbeddedFile& file : embedded_families()) {
    const FamilySpec family = family_named(file.name.substr(0, file.name.find('.')));
    EXPECT_FALSE(family.status.published_config.empty()) << family.name;
    for (const std::string& name : family.status.published_config) {
      SCOPED_TRACE(name);
      const auto config = json::parse_file((published() / name / "config.json").string());
      ASSERT_TRUE(config);
      auto found = family_of(published() / name, *config);
      ASSERT_TRUE(found) << found.error().message;
      EXPECT_EQ(found->name, family.name);
      check_checkpoint(family, published() / name);
    }
  }
}

TEST(Published, CheckpointsOfOtherFamiliesAreRefusedInOneSentence) {
  if (!fs::exists(published())) GTEST_SKIP() << "no published configurations here";
  std::set<std::string> claimed;
  for (const EmbeddedFile& file : embedded_families())
    for (const std::string& name :
         family_named(file.name.substr(0, file.name.find('.'))).status.published_config)
      claimed.insert(name);
  int refused = 0;
  for (const auto& entry : fs::directory_iterator(published())) {
    const std::string name = entry.path().filename();
    if (!entry.is_directory() || claimed.contains(name)) continue;
    const auto config = json::parse_file((entry.path() / "config.json").string());
    ASSERT_TRUE(config) << name;
    auto found = family_of(entry.path(), *config);
    ASSERT_FALSE(found) << name << " was taken for " << found->name;
    EXPECT_THAT(found.error().message, HasSubstr("no family matches it")) << name;
    ++refused;
  }
  EXPECT_GT(refused, 0);
}

}  // namespace
}  // namespace swivel
