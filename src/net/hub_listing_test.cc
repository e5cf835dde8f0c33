#include "net/hub_listing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/digest.h"
#include "net/nearest_name.h"

namespace swivel::net {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::string kCommit(40, 'c');
const std::string kSha1(40, '1');
const std::string kSha256(64, '2');

Result<HubListing> parse(const std::string& siblings) {
  return parse_hub_listing(R"({"sha":")" + kCommit + R"(","siblings":[)" + siblings + "]}", "list");
}

TEST(HubListingTest, ASmallFileHasGitsHashAndALargeOneSha256) {
  const auto listing = parse(R"({"rfilename":"a.json","size":3,"blobId":")" + kSha1 + R"("},
      {"rfilename":"b.bin","size":7,"blobId":")" +
                             kSha1 + R"(","lfs":{"sha256":")" + kSha256 +
                             R"(","size":7,"pointerSize":130}},
      {"rfilename":"c","blobId":null,"size":null,"other":[1]})");
  ASSERT_TRUE(listing) << listing.error().message;
  EXPECT_EQ(listing->commit, kCommit);
  EXPECT_THAT(listing->files, ElementsAre(HubFile{"a.json", 3, kSha1}, HubFile{"b.bin", 7, kSha256},
                                          HubFile{"c", std::nullopt, ""}));
}

TEST(HubListingTest, WhatIsNoListIsRefusedByName) {
  EXPECT_THAT(parse_hub_listing("{}", "list").error().message, HasSubstr("no commit"));
  EXPECT_THAT(parse_hub_listing(R"({"sha":")" + kCommit + R"("})", "list").error().message,
              HasSubstr("no list of files"));
  EXPECT_FALSE(parse("7"));
  EXPECT_FALSE(parse(R"({"size":1})"));
  EXPECT_THAT(parse(R"({"rfilename":"x","size":-1})").error().message,
              HasSubstr(R"("size" is -1)"));
  EXPECT_FALSE(parse(R"({"rfilename":"x","size":1.5})"));
  EXPECT_THAT(parse(R"({"rfilename":"x","size":1,"blobId":"../x"})").error().message,
              HasSubstr("expected a hash"));
  EXPECT_FALSE(parse(R"({"rfilename":"x","lfs":{"sha256":7}})"));
}

TEST(HubListingTest, RefsAndSearchesKeepOnlyNamesThatCanBeOne) {
  EXPECT_THAT(parse_hub_refs(R"({"branches":[{"name":"main"},{"name":"../x"},{}],
                                 "tags":[{"name":"v1"}],"converts":[]})",
                             "refs")
                  .value(),
              ElementsAre("main", "v1"));
  EXPECT_THAT(parse_hub_search(R"([{"id":"a/b"},{"id":"../c"},7,{"id":7}])", "search").value(),
              ElementsAre("a/b"));
}

TEST(HubListingTest, AnEtagIsReadWithoutItsQuotes) {
  EXPECT_EQ(content_hash_of_etag('"' + kSha1 + '"'), kSha1);
  EXPECT_EQ(content_hash_of_etag("W/\"" + kSha256 + '"'), kSha256);
  EXPECT_EQ(content_hash_of_etag(kSha1), kSha1);
  EXPECT_EQ(content_hash_of_etag("\"d41d8cd98f00b204e9800998ecf8427e-1\""), "");
  EXPECT_EQ(content_hash_of_etag("\"../x\""), "");
}

TEST(DigestTest, HashesAreThoseOfTheToolsThatDefineThem) {
  const auto bytes = [](std::string_view text) { return std::as_bytes(std::span(text)); };
  Digest sha256 = Digest::sha256();
  sha256.update(bytes("abc"));
  EXPECT_EQ(sha256.finish(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  // printf 'hello\n' | git hash-object --stdin
  Digest git = Digest::git_blob(6);
  git.update(bytes("hel"));
  git.update(bytes("lo\n"));
  EXPECT_EQ(git.finish(), "ce013625030ba8dba906f756967f9e9ca394464a");
}

TEST(NearestNameTest, NearNamesComeFirstAndFarOnesNotAtAll) {
  const std::vector<std::string> names = {"org/tiny", "org/tiny-instruct", "else/huge"};
  EXPECT_THAT(nearest_names("org/tyni", names, 3), ElementsAre("org/tiny"));
  EXPECT_THAT(nearest_names("tiny", names, 3), ElementsAre("org/tiny", "org/tiny-instruct"));
  EXPECT_THAT(nearest_names("tiny", names, 1), ElementsAre("org/tiny"));
  EXPECT_THAT(nearest_names("zzzzzzzz", names, 3), ElementsAre());
}

}  // namespace
}  // namespace swivel::net
