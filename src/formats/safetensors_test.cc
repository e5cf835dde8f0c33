#include "formats/safetensors.h"

#include <gtest/gtest.h>

#include <cstring>
#include <fstream>

namespace swivel::safetensors {
namespace {

namespace fs = std::filesystem;

std::string file_bytes(std::string_view header, size_t data_bytes) {
  std::string bytes;
  uint64_t length = header.size();
  bytes.append(reinterpret_cast<const char*>(&length), 8);
  bytes += header;
  for (size_t i = 0; i < data_bytes; ++i) bytes += static_cast<char>(i);
  return bytes;
}

Result<File> read(const std::string& bytes) {
  return File::read(std::as_bytes(std::span(bytes)), "m.safetensors");
}

std::string refusal(std::string_view header, size_t data_bytes) {
  const std::string bytes = file_bytes(header, data_bytes);
  auto file = read(bytes);
  if (file) return "accepted";
  EXPECT_EQ(file.error().code, ErrorCode::bad_input);
  return file.error().message;
}

TEST(Safetensors, ReadsTensorsAndMetadata) {
  const std::string bytes =
      file_bytes(R"({"__metadata__":{"format":"pt"},)"
                 R"("b":{"dtype":"BF16","shape":[2,3],"data_offsets":[4,16]},)"
                 R"("a":{"dtype":"F32","shape":[],"data_offsets":[0,4]},)"
                 R"("empty":{"dtype":"F16","shape":[0,7],"data_offsets":[16,16]}}   )",
                 16);
  auto file = read(bytes);
  ASSERT_TRUE(file) << file.error().message;
  ASSERT_EQ(file->entries().size(), 3u);
  EXPECT_EQ(file->entries()[0].name, "a");
  EXPECT_EQ(file->metadata().at(0), std::pair(std::string("format"), std::string("pt")));
  const auto b = file->tensor(*file->find("b"));
  ASSERT_TRUE(b);
  EXPECT_EQ(b->dtype, DType::bf16);
  EXPECT_EQ(b->shape, (Shape{2, 3}));
  ASSERT_EQ(b->data.size(), 12u);
  EXPECT_EQ(b->data[0], std::byte{4});
  EXPECT_EQ(file->find("c"), nullptr);
  EXPECT_EQ(file->tensors()->size(), 3u);
  EXPECT_EQ(file->tensor(*file->find("a"))->shape.rank(), 0);
}

TEST(Safetensors, KeepsOtherDtypesAndRefusesThemWhenUsed) {
  const std::string bytes =
      file_bytes(R"({"w":{"dtype":"F8_E4M3","shape":[4],"data_offsets":[0,4]},)"
                 R"("x":{"dtype":"F9_NEW","shape":[4],"data_offsets":[4,7]},)"
                 R"("q":{"dtype":"Q8_0","shape":[1],"data_offsets":[7,8]},)"
                 R"("r":{"dtype":"F32","shape":[1,1,1,1,1],"data_offsets":[8,12]}})",
                 12);
  auto file = read(bytes);
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->find("w")->dtype, "F8_E4M3");
  EXPECT_EQ(file->tensor(*file->find("w")).error().message,
            "m.safetensors: w has dtype F8_E4M3; expected F32, F16, BF16 or I32");
  EXPECT_EQ(file->tensor(*file->find("q")).error().message,
            "m.safetensors: q has dtype Q8_0; expected F32, F16, BF16 or I32");
  EXPECT_EQ(file->tensor(*file->find("r")).error().message,
            "m.safetensors: r has 5 dimensions; expected at most 4");
  EXPECT_EQ(file->tensors().error().message,
            "m.safetensors: w has dtype F8_E4M3; expected F32, F16, BF16 or I32");
}

TEST(Safetensors, RefusesALyingOrTruncatedFront) {
  EXPECT_EQ(read("").error().message,
            "m.safetensors: 0 bytes; a safetensors file begins with the 8 bytes of its header's "
            "length");
  EXPECT_EQ(read(std::string("\x05\0\0\0\0\0\0\0{}", 10)).error().message,
            "m.safetensors: the header's length is given as 5 bytes; the file has 2 after it");
  EXPECT_EQ(read(std::string(16, '\xff')).error().message,
            "m.safetensors: the header's length is given as 18446744073709551615 bytes; the file "
            "has 8 after it");
  EXPECT_EQ(refusal("[]", 0), "m.safetensors: the header is not a JSON object");
  EXPECT_EQ(refusal("", 0), "m.safetensors: the header is not a JSON object");
  EXPECT_EQ(refusal("{\"a\":", 0),
            "m.safetensors: header: line 1, column 1: this value does not end where the text ends");
}

TEST(Safetensors, RefusesAHeaderAboveItsLimitBeforeReadingIt) {
  const fs::path path = fs::path(testing::TempDir()) / "swivel_large_header.safetensors";
  const uint64_t length = 100'000'001;
  std::ofstream(path).write(reinterpret_cast<const char*>(&length), 8);
  fs::resize_file(path, length + 8);
  EXPECT_EQ(File::open(path).error().message,
            path.string() + ": the header has 100000001 bytes; at most 100000000 are read");
  fs::remove(path);
}

TEST(Safetensors, RefusesATensorThatLies) {
  const auto tensor = [](std::string_view fields) {
    return fmt::format("{{\"w\":{{{}}}}}", fields);
  };
  EXPECT_EQ(refusal(tensor(R"("dtype":"F32","shape":[4],"data_offsets":[0,16])"), 15),
            "m.safetensors: w: data_offsets [0, 16] reach outside the file, which has 15 bytes of "
            "data");
  EXPECT_EQ(refusal(tensor(R"("dtype":"F32","shape":[4],"data_offsets":[16,0])"), 16),
            "m.safetensors: w: data_offsets [16, 0] end before they begin");
  EXPECT_EQ(refusal(tensor(R"("dtype":"F32","shape":[2,2],"data_offsets":[0,8])"), 8),
            "m.safetensors: w: the shape [2, 2] of F32 is 16 bytes; data_offsets [0, 8] are 8");
  EXPECT_EQ(
      refusal(tensor(R"("dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0])"), 0),
      "m.safetensors: w: the shape [4294967296, 4294967296] overflows");
  EXPECT_EQ(
      refusal(tensor(R"("dtype":"F32","shape":[4611686018427387904],"data_offsets":[0,0])"), 0),
      "m.safetensors: w: the shape [4611686018427387904] overflows");
  EXPECT_EQ(refusal(tensor(R"("dtype":"F32","shape":[-4],"data_offsets":[0,16])"), 16),
            "m.safetensors: w: the shape [-4] is not of non-negative integers");
  EXPECT_EQ(refusal(tensor(R"("dtype":"F32","shape":[1.5],"data_offsets":[0,16])"), 16),
            "m.safetensors: w: the shape [1.5] is not of non-negative integers");
  EXPECT_EQ(refusal(tensor(R"("dtype":"F4","shape":[3],"data_offsets":[0,2])"), 2),
            "m.safetensors: w: the shape [3] of F4 is no whole number of bytes");
  EXPECT_EQ(refusal(tensor(R"("dtype":"F32","data_offsets":[0,16])"), 16),
            "m.safetensors: w: expected a shape, found none");
  EXPECT_EQ(refusal(tensor(R"("dtype":"F32","shape":4,"data_offsets":[0,16])"), 16),
            "m.safetensors: w: expected a shape, found integer");
  EXPECT_EQ(refusal(tensor(R"("dtype":"F32","shape":[4])"), 16),
            "m.safetensors: w: expected data_offsets [begin, end], found none");
  EXPECT_EQ(refusal(tensor(R"("dtype":"F32","shape":[4],"data_offsets":[0,-1])"), 16),
            "m.safetensors: w: expected data_offsets [begin, end], found [0,-1]");
  EXPECT_EQ(refusal(tensor(R"("dtype":4,"shape":[4],"data_offsets":[0,16])"), 16),
            "m.safetensors: w: expected a tensor's dtype, shape and data_offsets");
  EXPECT_EQ(refusal(R"({"w":1})", 0),
            "m.safetensors: w: expected a tensor's dtype, shape and data_offsets");
}

TEST(Safetensors, RefusesOverlapsHolesAndDuplicates) {
  const auto two = [](int begin, int end) {
    return fmt::format(R"({{"a":{{"dtype":"U8","shape":[4],"data_offsets":[0,4]}},)"
                       R"("b":{{"dtype":"U8","shape":[4],"data_offsets":[{},{}]}}}})",
                       begin, end);
  };
  EXPECT_EQ(refusal(two(4, 8), 8), "accepted");
  EXPECT_EQ(refusal(two(3, 7), 7), "m.safetensors: a and b overlap in the file");
  EXPECT_EQ(refusal(two(6, 10), 10), "m.safetensors: bytes 4 to 6 of the data belong to no tensor");
  EXPECT_EQ(refusal(two(4, 8), 9), "m.safetensors: bytes 8 to 9 of the data belong to no tensor");
  EXPECT_EQ(refusal("{}", 1), "m.safetensors: bytes 0 to 1 of the data belong to no tensor");
  EXPECT_EQ(refusal(R"({"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},)"
                    R"("a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}})",
                    2),
            "m.safetensors: header: line 1, column 54: the key \"a\" occurs twice");
}

TEST(Safetensors, RefusesMetadataThatIsNotText) {
  EXPECT_EQ(refusal(R"({"__metadata__":3})", 0),
            "m.safetensors: __metadata__: expected an object, found integer");
  EXPECT_EQ(refusal(R"({"__metadata__":{"a":3}})", 0),
            "m.safetensors: __metadata__: a: expected a string, found integer");
}

TEST(Safetensors, RefusesDeepHeaders) {
  EXPECT_EQ(refusal(R"({"w":{"dtype":"F32","shape":[[1]],"data_offsets":[0,4]}})", 4),
            "m.safetensors: header: line 1, column 30: nested deeper than 3 levels");
}

TEST(Safetensors, ShowsAHostileNameEscaped) {
  EXPECT_EQ(refusal("{\"a\\u001b[2J\":1}", 0),
            "m.safetensors: \"a\\u001b[2J\": expected a tensor's dtype, shape and data_offsets");
}

// A file that the Python package safetensors 0.8 wrote.
TEST(Safetensors, ReadsAFileOfThePythonPackage) {
  auto file = File::open(SWIVEL_SOURCE_DIR "/tests/fuzz/corpus/safetensors/python.safetensors");
  ASSERT_TRUE(file) << file.error().message;
  ASSERT_EQ(file->entries().size(), 6u);
  EXPECT_EQ(file->find("i")->dtype, "I64");
  EXPECT_EQ(file->find("m")->dtype, "BOOL");
  EXPECT_EQ(file->find("s")->shape.size(), 0u);
  EXPECT_EQ(file->metadata().at(0).second, "np");
  const auto b = file->tensor(*file->find("b"));
  ASSERT_TRUE(b);
  EXPECT_EQ(b->shape, (Shape{2, 3}));
  float last = 0;
  std::memcpy(&last, b->data.data() + 5 * sizeof(float), sizeof last);
  EXPECT_EQ(last, 5.0f);
}

class Folder : public testing::Test {
 protected:
  void SetUp() override {
    path_ =
        fs::path(testing::TempDir()) /
        fmt::format("swivel_st_{}", testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(path_);
    fs::create_directory(path_);
  }
  void TearDown() override { fs::remove_all(path_); }

  void shard(const std::string& file, const std::string& tensor) {
    std::ofstream(path_ / file) << file_bytes(
        fmt::format(R"({{"{}":{{"dtype":"F16","shape":[2],"data_offsets":[0,4]}}}})", tensor), 4);
  }
  void index(std::string_view text) {
    std::ofstream(path_ / "model.safetensors.index.json") << text;
  }
  std::string refusal() {
    auto checkpoint = open_folder(path_);
    if (checkpoint) return "accepted";
    std::string message = checkpoint.error().message;
    const size_t at = message.find(path_.string());
    return at == std::string::npos ? message : message.replace(at, path_.string().size(), "F");
  }

  fs::path path_;
};

TEST_F(Folder, OpensASingleFile) {
  shard("model.safetensors", "w");
  auto checkpoint = open_folder(path_);
  ASSERT_TRUE(checkpoint) << checkpoint.error().message;
  EXPECT_EQ(checkpoint->files.size(), 1u);
  ASSERT_TRUE(checkpoint->find("w"));
  EXPECT_EQ(checkpoint->find("w")->second->data.size(), 4u);
  EXPECT_FALSE(checkpoint->find("v"));
  EXPECT_FALSE(checkpoint->index);
}

TEST_F(Folder, OpensShardsAndKeepsThemMapped) {
  shard("a.safetensors", "w");
  shard("b.safetensors", "v");
  index(
      R"({"metadata":{"total_size":8.0},"weight_map":{"v":"b.safetensors","w":"a.safetensors"}})");
  auto checkpoint = open_folder(path_);
  ASSERT_TRUE(checkpoint) << checkpoint.error().message;
  ASSERT_EQ(checkpoint->files.size(), 2u);
  EXPECT_EQ(checkpoint->index->total_size, 8);
  const auto file = checkpoint->files[1];
  *checkpoint = {};
  const auto tensor = file->tensor(*file->find("v"));
  ASSERT_TRUE(tensor);
  EXPECT_EQ(tensor->data[3], std::byte{3});
}

TEST_F(Folder, NamesAllMissingShardsAtOnce) {
  shard("b.safetensors", "v");
  index(R"({"weight_map":{"v":"b.safetensors","w":"c.safetensors","u":"a.safetensors"}})");
  EXPECT_EQ(refusal(), "F: 2 of 3 shards are missing: a.safetensors, c.safetensors");
  EXPECT_EQ(open_folder(path_).error().code, ErrorCode::not_found);
}

TEST_F(Folder, RefusesAnEmptyFolder) {
  EXPECT_EQ(refusal(),
            "F: expected model.safetensors or model.safetensors.index.json, found neither");
}

TEST_F(Folder, RefusesShardNamesThatLeadElsewhere) {
  for (const char* name : {"../a.safetensors", "/etc/a.safetensors", "x/a.safetensors", "..",
                           ".safetensors", "a.bin", "a\\\\b.safetensors", "a\\u0000.safetensors"}) {
    index(fmt::format(R"({{"weight_map":{{"w":"{}"}}}})", name));
    EXPECT_EQ(refusal(), fmt::format("F/model.safetensors.index.json: weight_map: w: expected the "
                                     "name of a .safetensors file in the same folder, found \"{}\"",
                                     name));
  }
}

TEST_F(Folder, RefusesAnIndexThatIsNone) {
  index("{}");
  EXPECT_EQ(refusal(),
            "F/model.safetensors.index.json: expected a weight_map from tensor names to files, "
            "found none");
  index(R"({"weight_map":[]})");
  EXPECT_EQ(refusal(),
            "F/model.safetensors.index.json: expected a weight_map from tensor names to files, "
            "found array");
  index(R"({"weight_map":{"w":"a.safetensors"},"metadata":{"total_size":-1}})");
  EXPECT_EQ(refusal(), "F/model.safetensors.index.json: metadata.total_size is -1; expected bytes");
}

TEST_F(Folder, RefusesATensorThatIsNotWhereTheIndexSays) {
  shard("a.safetensors", "w");
  shard("b.safetensors", "v");
  index(R"({"weight_map":{"v":"a.safetensors","w":"b.safetensors"}})");
  EXPECT_EQ(refusal(),
            "F/a.safetensors: v is missing; model.safetensors.index.json says that it is here");
}

TEST_F(Folder, RefusesATensorInTwoShards) {
  shard("a.safetensors", "w");
  shard("b.safetensors", "w");
  index(R"({"weight_map":{"w":"a.safetensors","v":"b.safetensors"}})");
  EXPECT_EQ(refusal(), "F/b.safetensors: w is in a.safetensors too");
}

TEST(SafetensorsIndex, ReadsPublishedIndexes) {
  const fs::path published = fs::path(SWIVEL_SOURCE_DIR) / "../shared/published";
  if (!fs::exists(published)) GTEST_SKIP() << "no published checkpoints here";
  int read = 0;
  for (const auto& folder : fs::directory_iterator(published)) {
    const fs::path path = folder.path() / "model.safetensors.index.json";
    if (!fs::exists(path)) continue;
    auto index = Index::open(path);
    ASSERT_TRUE(index) << index.error().message;
    EXPECT_GT(index->weight_map.size(), 100u) << path;
    EXPECT_TRUE(index->total_size.has_value()) << path;
    ++read;
  }
  EXPECT_GT(read, 0);
}

}  // namespace
}  // namespace swivel::safetensors
