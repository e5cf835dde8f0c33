#include "net/repo_name.h"

#include <gtest/gtest.h>

namespace swivel::net {
namespace {

TEST(RepoNameTest, AnArgumentNamesARepositoryAFileAndARevision) {
  const RepoArgument plain = parse_repo_argument("Qwen/Qwen2.5-1.5B-Instruct").value();
  EXPECT_EQ(plain.repo.owner, "Qwen");
  EXPECT_EQ(plain.repo.name, "Qwen2.5-1.5B-Instruct");
  EXPECT_EQ(plain.file, "");
  EXPECT_EQ(plain.revision, "");
  const RepoArgument full = parse_repo_argument("a/b/deep/x-Q4_K_M.gguf@refs/pr/1").value();
  EXPECT_EQ(full.repo.str(), "a/b");
  EXPECT_EQ(full.file, "deep/x-Q4_K_M.gguf");
  EXPECT_EQ(full.revision, "refs/pr/1");
}

TEST(RepoNameTest, WhatIsNoRepositoryIsRefused) {
  for (const char* text :
       {"",      "a",        "/",      "a/",         "/b",       "a/b@",    "a/../b",
        "../b",  "a/..",     "a--x/b", ".a/b",       "a/b.",     "a/b.git", "a b/c",
        "a/b\n", "a/b/../c", "a/b//c", "\xc3\xa9/b", "a/b@../x", "a/b@-x"})
    EXPECT_FALSE(parse_repo_argument(text)) << text;
  EXPECT_FALSE(parse_repo_name("a/" + std::string(97, 'x')));
  EXPECT_TRUE(parse_repo_name("a/" + std::string(96, 'x')));
}

TEST(RepoNameTest, ARevisionIsAPathThatStaysInItsFolder) {
  for (const char* text : {"main", "v1.0", "refs/pr/12", "feature/x_y+z", "4c1a"})
    EXPECT_TRUE(check_revision(text)) << text;
  for (const char* text : {"", "/main", "main/", "a//b", "..", "a/../b", ".hidden", "a/.b",
                           "x.lock", "a b", "a@b", "a\\b", "-rf", "a..b", "x."})
    EXPECT_FALSE(check_revision(text)) << text;
}

TEST(RepoNameTest, AFileNameIsAPathThatStaysInItsFolder) {
  for (const char* text :
       {"config.json", "a/b/c.gguf", "model (1)+x=[2].bin", ".gitattributes", "a..b", "..a/b"})
    EXPECT_TRUE(check_repo_path(text)) << text;
  for (const char* text : {"", "/a", "a/", "a//b", ".", "..", "a/./b", "a/../b", "../a", "a\\b",
                           "C:a", "a\nb", "a\x7f", "\xc3\xa9", "a|b", "a*", "a?", "a\"b", "a<b"})
    EXPECT_FALSE(check_repo_path(text)) << text;
  EXPECT_FALSE(check_repo_path(std::string("a\0b", 3)));
  EXPECT_FALSE(check_repo_path(std::string(256, 'a')));
  EXPECT_FALSE(check_repo_path("a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a"));
}

TEST(RepoNameTest, HashesAreLowerCaseHexadecimal) {
  EXPECT_TRUE(is_commit(std::string(40, 'a')));
  EXPECT_FALSE(is_commit(std::string(39, 'a')));
  EXPECT_FALSE(is_commit(std::string(40, 'A')));
  EXPECT_FALSE(is_commit(std::string(64, 'a')));
  EXPECT_TRUE(is_content_hash(std::string(64, '0')));
  EXPECT_FALSE(is_content_hash(std::string(64, 'g')));
  EXPECT_FALSE(is_content_hash(""));
}

}  // namespace
}  // namespace swivel::net
