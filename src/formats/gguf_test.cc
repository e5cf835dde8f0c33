#include "formats/gguf.h"

#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <fstream>
#include <sstream>

#include "formats/gguf_types.h"
#include "formats/gguf_writer.h"

namespace swivel::gguf {
namespace {

namespace fs = std::filesystem;

// Bytes of a GGUF file, put together by hand.
class Bytes {
 public:
  Bytes& raw(std::string_view text) {
    bytes_ += text;
    return *this;
  }
  template <class T>
  Bytes& put(T value) {
    bytes_.append(reinterpret_cast<const char*>(&value), sizeof value);
    return *this;
  }
  Bytes& u32(uint32_t value) { return put(value); }
  Bytes& u64(uint64_t value) { return put(value); }
  Bytes& string(std::string_view text) { return u64(text.size()).raw(text); }
  Bytes& key(std::string_view name, ValueType type) {
    return string(name).u32(static_cast<uint32_t>(type));
  }
  Bytes& tensor(std::string_view name, std::initializer_list<uint64_t> extents, uint32_t type,
                uint64_t offset) {
    string(name).u32(static_cast<uint32_t>(extents.size()));
    for (uint64_t extent : extents) u64(extent);
    return u32(type).u64(offset);
  }
  Bytes& data(size_t size) {
    bytes_.resize((bytes_.size() + 31) / 32 * 32 + size);
    return *this;
  }
  const std::string& get() const { return bytes_; }

 private:
  std::string bytes_;
};

Bytes front(uint64_t tensors, uint64_t keys, uint32_t version = 3) {
  return Bytes().raw("GGUF").u32(version).u64(tensors).u64(keys);
}

Result<File> read(const std::string& bytes) {
  return File::read(std::as_bytes(std::span(bytes)), "m.gguf");
}

std::string refusal(const Bytes& bytes) {
  auto file = read(bytes.get());
  if (file) return "accepted";
  EXPECT_EQ(file.error().code, ErrorCode::bad_input);
  return file.error().message;
}

std::string written(const Writer& writer) {
  std::ostringstream out;
  EXPECT_TRUE(writer.write(out));
  return out.str();
}

TEST(Gguf, ReadsBackEveryTypeThatTheWriterWrites) {
  Writer writer;
  writer.add_u32("u32", 4'000'000'000u);
  writer.add_i32("i32", -5);
  writer.add_u64("u64", UINT64_MAX);
  writer.add_i64("i64", INT64_MIN);
  writer.add_f32("f32", 0.1f);
  writer.add_f64("f64", 0.1);
  writer.add_bool("bool", true);
  writer.add_string("string", "caf\xc3\xa9");
  writer.add_strings("strings", std::vector<std::string>{"a", "", "\xff"});
  writer.add_i32s("i32s", std::vector<int32_t>{-1, 2});
  writer.add_u32s("u32s", std::vector<uint32_t>{1, UINT32_MAX});
  writer.add_f32s("f32s", std::vector<float>{0.5f});
  writer.add_bools("bools", {true, false, true});
  const std::string bytes = written(writer);
  auto file = read(bytes);
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->version(), 3u);
  EXPECT_EQ(file->alignment(), 32);
  ASSERT_EQ(file->metadata().size(), 13u);
  EXPECT_EQ(file->metadata()[0].key, "u32");
  EXPECT_EQ(file->find("u32")->integer(), 4'000'000'000);
  EXPECT_EQ(file->find("i32")->integer(), -5);
  EXPECT_EQ(file->find("u64")->integer(), std::nullopt);
  EXPECT_EQ(file->find("u64")->number(), 18446744073709551615.0);
  EXPECT_EQ(file->find("i64")->integer(), INT64_MIN);
  EXPECT_EQ(file->find("f32")->number(), 0.1f);
  EXPECT_EQ(file->find("f64")->number(), 0.1);
  EXPECT_EQ(file->find("bool")->boolean(), true);
  EXPECT_EQ(file->find("bool")->integer(), std::nullopt);
  EXPECT_EQ(file->find("string")->string(), "caf\xc3\xa9");
  EXPECT_EQ(file->find("string")->number(), std::nullopt);
  const Array* strings = file->find("strings")->array();
  ASSERT_NE(strings, nullptr);
  EXPECT_EQ(strings->strings()[2], "\xff");
  EXPECT_EQ(strings->integer(0), std::nullopt);
  EXPECT_EQ(file->find("i32s")->array()->integer(0), -1);
  EXPECT_EQ(file->find("u32s")->array()->number(1), 4294967295.0);
  EXPECT_EQ(file->find("f32s")->array()->number(0), 0.5);
  EXPECT_EQ(file->find("bools")->array()->boolean(1), false);
  EXPECT_EQ(file->find("none"), nullptr);
  EXPECT_EQ(json::write(to_json(*file->find("strings"))), "[\"a\",\"\",\"\xef\xbf\xbd\"]");
  EXPECT_EQ(json::write(to_json(*file->find("bools"))), "[true,false,true]");
  EXPECT_EQ(json::write(to_json(*file->find("i32s"))), "[-1,2]");
  EXPECT_EQ(json::write(to_json(*file->find("f32s"))), "[0.5]");
  EXPECT_EQ(json::write(to_json(*file->find("i64"))), "-9223372036854775808");
}

TEST(Gguf, ReadsSmallIntegersAndNestedArrays) {
  Bytes bytes = front(0, 5);
  bytes.key("a", ValueType::u8).put<uint8_t>(255).key("b", ValueType::i8).put<int8_t>(-1);
  bytes.key("c", ValueType::u16).put<uint16_t>(65535).key("d", ValueType::i16).put<int16_t>(-2);
  bytes.key("e", ValueType::array).u32(9).u64(2);
  bytes.u32(static_cast<uint32_t>(ValueType::u16)).u64(2).put<uint16_t>(7).put<uint16_t>(8);
  bytes.u32(static_cast<uint32_t>(ValueType::string)).u64(0);
  auto file = read(bytes.get());
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->find("a")->integer(), 255);
  EXPECT_EQ(file->find("b")->integer(), -1);
  EXPECT_EQ(file->find("c")->integer(), 65535);
  EXPECT_EQ(file->find("d")->integer(), -2);
  EXPECT_EQ(file->find("e")->array()->arrays()[0].integer(1), 8);
  EXPECT_EQ(json::write(to_json(*file->find("e"))), "[[7,8],[]]");
}

TEST(Gguf, ReadsBackTensorsOfEveryFormat) {
  std::vector<std::vector<std::byte>> contents;
  Writer writer;
  for (int i = 0; i <= static_cast<int>(DType::q6_k); ++i) {
    const auto dtype = static_cast<DType>(i);
    const DTypeInfo& format = info(dtype);
    contents.emplace_back(3 * format.block_bytes, static_cast<std::byte>(i + 1));
    writer.add_tensor(
        {std::string(format.name), dtype, {3, format.block_elements}, contents.back()});
  }
  const fs::path path = fs::path(testing::TempDir()) / "swivel_gguf_test.gguf";
  ASSERT_TRUE(writer.write(path));
  auto file = File::open(path);
  ASSERT_TRUE(file) << file.error().message;
  auto tensors = file->tensors();
  ASSERT_TRUE(tensors) << tensors.error().message;
  ASSERT_EQ(tensors->size(), contents.size());
  for (size_t i = 0; i < contents.size(); ++i) {
    const StoredTensor& tensor = (*tensors)[i];
    EXPECT_EQ(tensor.dtype, static_cast<DType>(i));
    EXPECT_EQ(tensor.name, info(tensor.dtype).name);
    EXPECT_EQ(tensor.shape, (Shape{3, info(tensor.dtype).block_elements}));
    EXPECT_EQ(reinterpret_cast<uintptr_t>(tensor.data.data()) % 32, 0u);
    EXPECT_TRUE(
        std::equal(tensor.data.begin(), tensor.data.end(), contents[i].begin(), contents[i].end()));
  }
  EXPECT_EQ(file->find_entry("F32"), &file->entries()[0]);
  EXPECT_EQ(file->find_entry("none"), nullptr);
  fs::remove(path);
}

TEST(Gguf, ReversesTheOrderOfExtents) {
  auto bytes = front(1, 0).tensor("w", {2, 3, 5}, 0, 0).data(120);
  auto file = read(bytes.get());
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->entries()[0].shape, (Shape{5, 3, 2}));
}

TEST(Gguf, HonoursAnotherAlignment) {
  auto bytes = front(2, 1).key("general.alignment", ValueType::u32).u32(64);
  bytes.tensor("a", {1}, 0, 0).tensor("b", {1}, 0, 64);
  std::string text = bytes.get();
  text.resize((text.size() + 63) / 64 * 64);
  const size_t data = text.size();
  text.resize(data + 68, '\x07');
  auto file = read(text);
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(reinterpret_cast<const char*>(file->entries()[1].data.data()) - text.data(), data + 64);
  EXPECT_EQ(refusal(front(0, 1).key("general.alignment", ValueType::u32).u32(48)),
            "m.gguf: general.alignment is 48; expected a power of two");
  EXPECT_EQ(refusal(front(0, 1).key("general.alignment", ValueType::u32).u32(0)),
            "m.gguf: general.alignment is 0; expected a power of two");
  EXPECT_EQ(refusal(front(0, 1).key("general.alignment", ValueType::string).string("x")),
            "m.gguf: general.alignment is \"x\"; expected a power of two");
}

TEST(Gguf, RefusesWhatIsNoGguf) {
  EXPECT_EQ(refusal(Bytes()), "m.gguf: expected a GGUF file, which begins with GGUF; found \"\"");
  EXPECT_EQ(refusal(Bytes().raw("ggjt1234")),
            "m.gguf: expected a GGUF file, which begins with GGUF; found \"ggjt\"");
  EXPECT_EQ(refusal(front(0, 0, 0x03000000)),
            "m.gguf: a big-endian GGUF file; expected a little-endian one");
  EXPECT_EQ(refusal(front(0, 0, 1)), "m.gguf: GGUF version 1; expected 2 or 3");
  EXPECT_EQ(refusal(front(0, 0, 4)), "m.gguf: GGUF version 4; expected 2 or 3");
  EXPECT_EQ(refusal(front(0, 0, 0)), "m.gguf: GGUF version 0; expected 2 or 3");
  EXPECT_EQ(refusal(front(0, 0, 2)), "accepted");
  EXPECT_EQ(refusal(Bytes().raw("GGUF").u32(3).u64(0)),
            "m.gguf: the file ends after 16 bytes; 8 more are expected at byte 16");
}

TEST(Gguf, RefusesCountsThatTheFileCannotHold) {
  EXPECT_EQ(refusal(front(0, UINT64_MAX)),
            "m.gguf: 18446744073709551615 metadata keys do not fit into the 0 bytes that are left");
  EXPECT_EQ(refusal(front(1ull << 60, 0).data(64)),
            "m.gguf: 1152921504606846976 tensors do not fit into the 72 bytes that are left");
  EXPECT_EQ(refusal(front(0, 1).key("a", ValueType::array).u32(8).u64(1ull << 61).data(0)),
            "m.gguf: a: 2305843009213693952 elements do not fit into the 15 bytes that are left");
  EXPECT_EQ(refusal(front(0, 1).key("a", ValueType::array).u32(10).u64(1ull << 61).data(0)),
            "m.gguf: a: 2305843009213693952 elements do not fit into the 15 bytes that are left");
  EXPECT_EQ(refusal(front(0, 1).key("a", ValueType::string).u64(60'000'000)),
            "m.gguf: a: the file ends after 45 bytes; 60000000 more are expected at byte 45");
  EXPECT_EQ(refusal(front(0, 1).key("a", ValueType::string).u64(1ull << 62)),
            "m.gguf: a: a string of 4611686018427387904 bytes; at most 67108864 are read");
  EXPECT_EQ(refusal(front(0, 1).u64(70'000).data(70'000)),
            "m.gguf: metadata key 0: a string of 70000 bytes; at most 65535 are read");
}

TEST(Gguf, RefusesMalformedMetadata) {
  EXPECT_EQ(refusal(front(0, 1).string("a").u32(13).u64(0)),
            "m.gguf: a: the value type 13 is unknown");
  EXPECT_EQ(refusal(front(0, 1).key("a", ValueType::boolean).put<uint8_t>(2)),
            "m.gguf: a: a boolean is 2; expected 0 or 1");
  EXPECT_EQ(refusal(front(0, 1).key("a", ValueType::array).u32(7).u64(2).raw(std::string("\1\3"))),
            "m.gguf: a: a boolean is 3; expected 0 or 1");
  EXPECT_EQ(refusal(front(0, 2).key("a", ValueType::u32).u32(1).key("a", ValueType::u32).u32(1)),
            "m.gguf: a: the key occurs twice");
  Bytes nested = front(0, 1).key("a", ValueType::array);
  for (int i = 0; i < 1000; ++i) nested.u32(9).u64(1);
  EXPECT_EQ(refusal(nested), "m.gguf: a: arrays nested deeper than 4 levels");
  EXPECT_EQ(refusal(front(0, 1).key("\x1b[2J", ValueType::boolean).put<uint8_t>(2)),
            "m.gguf: \"\\u001b[2J\": a boolean is 2; expected 0 or 1");
}

TEST(Gguf, RefusesTensorsThatLie) {
  EXPECT_EQ(refusal(front(1, 0).tensor("w", {4}, 0, 0).data(15)),
            "m.gguf: w: F32 [4] at offset 0 is 16 bytes; the file has 15 bytes of data");
  EXPECT_EQ(
      refusal(front(1, 0).tensor("w", {4}, 0, 1ull << 40).data(16)),
      "m.gguf: w: F32 [4] at offset 1099511627776 is 16 bytes; the file has 16 bytes of data");
  EXPECT_EQ(
      refusal(front(1, 0).tensor("w", {4}, 0, -32ull).data(16)),
      "m.gguf: w: F32 [4] at offset 18446744073709551584 is 16 bytes; the file has 16 bytes of "
      "data");
  EXPECT_EQ(refusal(front(1, 0).tensor("w", {4}, 0, 8).data(64)),
            "m.gguf: w: its offset 8 is not a multiple of the alignment 32");
  EXPECT_EQ(refusal(front(1, 0).tensor("w", {1, 1, 1, 1, 1}, 0, 0).data(64)),
            "m.gguf: w: 5 dimensions; expected at most 4");
  EXPECT_EQ(refusal(front(1, 0).tensor("w", {1ull << 63}, 0, 0).data(64)),
            "m.gguf: w: the extent 9223372036854775808 overflows");
  EXPECT_EQ(refusal(front(1, 0).tensor("w", {1ull << 32, 1ull << 32}, 0, 0).data(64)),
            "m.gguf: w: the number of elements overflows");
  EXPECT_EQ(refusal(front(1, 0).tensor("w", {1ull << 62}, 0, 0).data(64)),
            "m.gguf: w: the size of [4611686018427387904] in F32 overflows");
  EXPECT_EQ(refusal(front(1, 0).tensor("w", {33, 2}, 8, 0).data(64)),
            "m.gguf: w: rows of 33 elements; Q8_0 needs a multiple of 32");
  EXPECT_EQ(refusal(front(2, 0).tensor("w", {8}, 0, 0).tensor("w", {8}, 0, 32).data(64)),
            "m.gguf: w: the tensor occurs twice");
  EXPECT_EQ(refusal(front(2, 0).tensor("v", {16}, 0, 0).tensor("w", {8}, 0, 32).data(64)),
            "m.gguf: v and w overlap in the file");
  EXPECT_EQ(refusal(front(1, 0).tensor("w", {4}, 0, 0)),
            "m.gguf: w: F32 [4] at offset 0 is 16 bytes; the file has 0 bytes of data");
}

TEST(Gguf, KeepsOtherTypesAndRefusesThemWhenUsed) {
  auto bytes = front(2, 0).tensor("w", {256}, 23, 0).tensor("x", {256}, 77, 160).data(200);
  auto file = read(bytes.get());
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->entries()[0].data.size(), 136u);
  EXPECT_EQ(file->tensor(file->entries()[0]).error().message,
            "m.gguf: w is stored as IQ4_XS; expected F32, F16, BF16, I32, Q4_0, Q8_0, Q4_K, "
            "Q5_K or Q6_K");
  EXPECT_EQ(file->tensor(file->entries()[1]).error().message,
            "m.gguf: x is stored as ggml type 77; expected F32, F16, BF16, I32, Q4_0, Q8_0, Q4_K, "
            "Q5_K or Q6_K");
  EXPECT_FALSE(file->tensors());
}

TEST(Gguf, AgreesWithDTypeAboutSizes) {
  for (int i = 0; i <= static_cast<int>(DType::q6_k); ++i) {
    const auto dtype = static_cast<DType>(i);
    const GgmlType* type = find_ggml_type(ggml_type_of(dtype));
    ASSERT_NE(type, nullptr);
    EXPECT_EQ(dtype_of(type->number), dtype);
    EXPECT_EQ(type->block_elements, info(dtype).block_elements);
    EXPECT_EQ(type->block_bytes, info(dtype).block_bytes);
  }
}

TEST(Gguf, RefusesEveryTruncationWithoutReadingOutside) {
  Writer writer;
  writer.add_strings("tokens", std::vector<std::string>{"a", "bc"});
  writer.add_bool("flag", true);
  const std::vector<std::byte> data(128);
  writer.add_tensor({"w", DType::f32, {4, 8}, data});
  const std::string whole = written(writer);
  ASSERT_TRUE(read(whole));
  for (size_t size = 0; size < whole.size(); ++size) {
    const std::vector<char> cut(whole.begin(), whole.begin() + size);  // exactly sized for ASan
    EXPECT_FALSE(File::read(std::as_bytes(std::span(cut)), "m.gguf")) << size;
  }
}

// A file that the Python package gguf 0.19 wrote.
TEST(Gguf, ReadsAFileOfThePythonPackage) {
  auto file = File::open(SWIVEL_SOURCE_DIR "/tests/fuzz/corpus/gguf/all.gguf");
  ASSERT_TRUE(file) << file.error().message;
  json::Object metadata;
  for (const MetadataEntry& entry : file->metadata())
    metadata.emplace_back(std::string(entry.key), to_json(entry.value));
  EXPECT_EQ(
      json::write(metadata),
      R"({"general.architecture":"llama","k.u8":255,"k.i8":-1,"k.u16":9,"k.i16":-9,"k.u32":1,)"
      R"("k.i32":-5,"k.f32":0.5,"k.u64":1.8446744073709552e+19,"k.i64":-9223372036854775808,)"
      R"("k.f64":0.1,"k.b":true,"k.s":"é","k.as":["a","b"],"k.ai":[1,2,3]})");
  ASSERT_EQ(file->entries().size(), 3u);
  EXPECT_EQ(file->find_entry("f")->shape, (Shape{2, 3}));
  EXPECT_EQ(type_name(file->find_entry("h")->type), "F16");
  EXPECT_EQ(file->find_entry("q")->shape, (Shape{2, 32}));
  EXPECT_EQ(type_name(file->find_entry("q")->type), "Q8_0");
}

TEST(Gguf, NamesTheFolderThatCannotBeWritten) {
  const Status status = Writer().write(fs::path("/nonexistent/m.gguf"));
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::bad_input);
}

TEST(Gguf, ReadsRealVocabularies) {
  const fs::path folder = fs::path(SWIVEL_SOURCE_DIR) / "../shared/vocab";
  if (!fs::exists(folder)) GTEST_SKIP() << "no vocabularies here";
  int read = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    if (entry.path().extension() != ".gguf") continue;
    auto file = File::open(entry.path());
    ASSERT_TRUE(file) << file.error().message;
    const Value* tokens = file->find("tokenizer.ggml.tokens");
    ASSERT_NE(tokens, nullptr);
    EXPECT_GT(tokens->array()->strings().size(), 30'000u);
    const Value* types = file->find("tokenizer.ggml.token_type");
    ASSERT_NE(types, nullptr);
    EXPECT_EQ(types->array()->size(), tokens->array()->size());
    ++read;
  }
  EXPECT_GT(read, 0);
}

}  // namespace
}  // namespace swivel::gguf
