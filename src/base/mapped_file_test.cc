#include "base/mapped_file.h"

#include <fstream>

#include <gtest/gtest.h>

namespace swivel {
namespace {

namespace fs = std::filesystem;

fs::path fresh_folder(const char* name) {
  const fs::path folder = fs::path(testing::TempDir()) / name;
  fs::remove_all(folder);
  fs::create_directories(folder);
  return folder;
}

TEST(MappedFile, ShowsTheBytesOfAFile) {
  const fs::path path = fresh_folder("mapped") / "a";
  ASSERT_TRUE(write_file_atomically(path, "hello"));
  auto file = MappedFile::open(path);
  ASSERT_TRUE(file);
  EXPECT_EQ(std::string(reinterpret_cast<const char*>(file->bytes().data()), file->bytes().size()),
            "hello");
  MappedFile moved = std::move(*file);
  EXPECT_EQ(moved.bytes().size(), 5u);
  EXPECT_EQ(file->bytes().size(), 0u);
}

TEST(MappedFile, EmptyFileIsAnEmptySpan) {
  const fs::path path = fresh_folder("empty") / "a";
  ASSERT_TRUE(write_file_atomically(path, ""));
  auto file = MappedFile::open(path);
  ASSERT_TRUE(file);
  EXPECT_TRUE(file->bytes().empty());
}

TEST(MappedFile, SaysWhichFileIsMissing) {
  auto file = MappedFile::open("/nowhere/at/all");
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().code, ErrorCode::not_found);
  EXPECT_EQ(file.error().message, "/nowhere/at/all: No such file or directory");
}

TEST(MappedFile, RefusesAFolder) {
  auto file = MappedFile::open(fresh_folder("folder"));
  ASSERT_FALSE(file);
  EXPECT_EQ(file.error().code, ErrorCode::bad_input);
}

TEST(ReadFile, RefusesMoreThanTheLimit) {
  const fs::path path = fresh_folder("limit") / "a";
  ASSERT_TRUE(write_file_atomically(path, "12345"));
  EXPECT_EQ(read_file(path, 5).value(), "12345");
  EXPECT_FALSE(read_file(path, 4));
}

TEST(WriteFileAtomically, LeavesNothingBesideTheFile) {
  const fs::path folder = fresh_folder("atomic");
  ASSERT_TRUE(write_file_atomically(folder / "a", "1"));
  ASSERT_TRUE(write_file_atomically(folder / "a", "2"));
  EXPECT_EQ(read_file(folder / "a", 10).value(), "2");
  EXPECT_EQ(std::distance(fs::directory_iterator(folder), fs::directory_iterator()), 1);
}

}  // namespace
}  // namespace swivel
