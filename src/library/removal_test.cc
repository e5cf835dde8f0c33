#include "library/removal.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "library/cache_test_support.h"
#include "library/inventory.h"

namespace swivel::library {
namespace {

namespace fs = std::filesystem;
using testing::ElementsAre;
using testing::HasSubstr;

const net::RepoName kRepo{"org", "name"};
const std::string kOne(40, '1');
const std::string kTwo(40, '2');

class RemovalTest : public testing::Test {
 protected:
  // Two revisions that share a content.
  RemovalTest() {
    folder_.ref("org/name", "main", kOne);
    folder_.ref("org/name", "v2", kTwo);
    folder_.file("org/name", kOne, "config.json", "shared", "{}");
    folder_.file("org/name", kOne, "model.safetensors", "w1", "11111");
    folder_.link("org/name", kTwo, "config.json", "shared");
    folder_.file("org/name", kTwo, "model.safetensors", "w2", "2222222");
    folder_.file("org/other", kOne, "config.json", "w1", "{}");
  }
  bool has_blob(const char* name) { return fs::exists(folder_.repo("org/name") / "blobs" / name); }
  Status remove(const std::string& revision) {
    return run_removal(folder_.cache(), TRY(plan_removal(folder_.cache(), kRepo, revision)));
  }

  CacheFolder folder_;
};

TEST_F(RemovalTest, ARevisionTakesOnlyWhatNothingElseNeeds) {
  const Removal removal = plan_removal(folder_.cache(), kRepo, "v2").value();
  EXPECT_THAT(removal.refs, ElementsAre("v2"));
  EXPECT_THAT(removal.snapshots, ElementsAre(kTwo));
  EXPECT_THAT(removal.blobs, ElementsAre("w2"));
  EXPECT_EQ(removal.bytes, 7);
  EXPECT_TRUE(has_blob("w2"));  // planning deletes nothing
  ASSERT_TRUE(run_removal(folder_.cache(), removal));
  EXPECT_FALSE(has_blob("w2"));
  EXPECT_TRUE(has_blob("shared"));
  EXPECT_TRUE(has_blob("w1"));
  EXPECT_THAT(folder_.cache().commits(kRepo), ElementsAre(kOne));
  EXPECT_FALSE(folder_.cache().resolve(kRepo, "v2"));
}

TEST_F(RemovalTest, ARefGoesAloneWhileAnotherLeadsToTheSameCommit) {
  folder_.ref("org/name", "also", kTwo);
  ASSERT_TRUE(remove("also"));
  EXPECT_THAT(folder_.cache().commits(kRepo), ElementsAre(kOne, kTwo));
  folder_.ref("org/name", "also", kTwo);
  ASSERT_TRUE(remove(kTwo));  // the commit takes both its refs
  EXPECT_THAT(folder_.cache().commits(kRepo), ElementsAre(kOne));
  EXPECT_EQ(folder_.cache().refs(kRepo).size(), 1u);
}

TEST_F(RemovalTest, TheLastRevisionAndTheWholeTakeTheFolder) {
  CacheFolder::write(folder_.hub() / ".locks" / "models--org--name" / "w1.lock", "");
  ASSERT_TRUE(remove("v2"));
  ASSERT_TRUE(remove("main"));
  EXPECT_FALSE(fs::exists(folder_.repo("org/name")));
  EXPECT_FALSE(fs::exists(folder_.hub() / ".locks" / "models--org--name"));
  EXPECT_TRUE(fs::exists(folder_.repo("org/other")));
  const auto again = plan_removal(folder_.cache(), kRepo, "");
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::not_found);
}

TEST_F(RemovalTest, UnfinishedPartsGoWithTheWhole) {
  CacheFolder::write(folder_.repo("org/name") / "blobs" / "w3.incomplete", "333");
  const Removal removal = plan_removal(folder_.cache(), kRepo, "").value();
  EXPECT_EQ(removal.bytes, 2 + 5 + 7 + 3);
  ASSERT_TRUE(run_removal(folder_.cache(), removal));
  EXPECT_FALSE(fs::exists(folder_.repo("org/name")));
}

TEST_F(RemovalTest, NothingOutsideTheCacheIsDeleted) {
  const fs::path outside = folder_.root() / "outside";
  CacheFolder::write(outside / "precious", "x");
  // A content that is a link, a folder in a snapshot that is one.
  fs::create_symlink(outside / "precious", folder_.repo("org/name") / "blobs" / "w9");
  fs::create_directory_symlink(outside, folder_.repo("org/name") / "snapshots" / kOne / "sub");
  const Removal removal = plan_removal(folder_.cache(), kRepo, "").value();
  EXPECT_EQ(removal.bytes, 2 + 5 + 7);
  ASSERT_TRUE(run_removal(folder_.cache(), removal));
  EXPECT_TRUE(fs::exists(outside / "precious"));
  // The repository's own folders as links are refused.
  fs::create_directory_symlink(outside, folder_.repo("org/name"));
  EXPECT_THAT(plan_removal(folder_.cache(), kRepo, "").error().message,
              HasSubstr("is a symbolic link"));
  fs::remove(folder_.repo("org/name"));
  fs::create_directories(folder_.repo("org/name"));
  fs::create_directory_symlink(outside, folder_.repo("org/name") / "blobs");
  EXPECT_THAT(plan_removal(folder_.cache(), kRepo, "").error().message,
              HasSubstr("is a symbolic link"));
  EXPECT_TRUE(fs::exists(outside / "precious"));
}

TEST_F(RemovalTest, APullInProgressIsNotDisturbed) {
  const fs::path lock = folder_.hub() / ".locks" / "models--org--name" / "w1.lock";
  CacheFolder::write(lock, "");
  const int held = ::open(lock.c_str(), O_RDWR | O_CLOEXEC);
  ASSERT_EQ(::flock(held, LOCK_EX), 0);
  const Status status = remove("");
  ::close(held);
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message, HasSubstr("another process downloads into it"));
  EXPECT_TRUE(has_blob("w1"));
  EXPECT_TRUE(remove(""));
}

TEST_F(RemovalTest, AnUnknownRevisionNamesThoseThereAre) {
  const auto removal = plan_removal(folder_.cache(), kRepo, "v3");
  ASSERT_FALSE(removal);
  EXPECT_EQ(removal.error().message, "org/name is not in the cache at v3; there is main and v2");
}

TEST_F(RemovalTest, TheInventoryHasAnEntryForEachSnapshot) {
  Places places;
  places.cache = folder_.hub();
  places.built_in = {folder_.root() / "models"};
  CacheFolder::write(folder_.root() / "models" / "mini" / "config.json",
                     R"({"model_type":"tiny"})");
  CacheFolder::write(folder_.root() / "models" / "mini" / "model.safetensors", "abc");
  CacheFolder::write(folder_.repo("org/zero") / "blobs" / "x.incomplete", "12345");
  folder_.link("org/name", kTwo, "tokenizer.json", "gone");
  const auto entries = inventory(places);
  ASSERT_EQ(entries.size(), 5u);
  EXPECT_EQ(entries[0].name, "mini");
  EXPECT_EQ(entries[0].kind, "safetensors");
  EXPECT_EQ(entries[0].model_type, "tiny");
  EXPECT_EQ(entries[0].bytes, 24);
  EXPECT_EQ(entries[1].name, "org/name");
  EXPECT_EQ(entries[1].commit, kOne);
  EXPECT_EQ(entries[1].bytes, 7);
  EXPECT_EQ(entries[1].state, InventoryEntry::State::whole);
  EXPECT_EQ(entries[2].name, "org/name@v2");
  EXPECT_EQ(entries[2].state, InventoryEntry::State::partial);
  EXPECT_EQ(entries[3].name, "org/other@" + kOne);
  EXPECT_EQ(entries[3].kind, "no weights");
  EXPECT_EQ(entries[4].name, "org/zero");
  EXPECT_EQ(entries[4].bytes, 5);
  EXPECT_EQ(entries[4].state, InventoryEntry::State::partial);
}

}  // namespace
}  // namespace swivel::library
