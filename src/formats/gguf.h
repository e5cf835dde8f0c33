// GGUF, versions 2 and 3, little-endian: the reader. Metadata is decoded, tensor data is mapped and
// never copied. gguf_writer.h writes files; what the keys mean is the business of text/ and model/.
// What opens has been checked whole: counts against the bytes that are left before memory is taken,
// every tensor aligned and inside the file, none overlapping another, no key or name twice.
// Immutable once opened; may be shared by threads. Every view is borrowed from the File.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <variant>
#include <vector>

#include "base/mapped_file.h"
#include "base/result.h"
#include "formats/json.h"
#include "tensor/stored_tensor.h"

namespace swivel::gguf {

// The numbers are GGUF's.
enum class ValueType : uint32_t {
  u8 = 0,
  i8 = 1,
  u16 = 2,
  i16 = 3,
  u32 = 4,
  i32 = 5,
  f32 = 6,
  boolean = 7,
  string = 8,
  array = 9,
  u64 = 10,
  i64 = 11,
  f64 = 12,
};

std::string_view name_of(ValueType type);  // "u8", "array"

// An array of metadata. Numbers and booleans are read from the file's bytes when asked for; strings
// are views, which need not be UTF-8.
class Array {
 public:
  ValueType element_type() const { return element_type_; }
  size_t size() const { return size_; }

  // Element i, or empty if elements are of another kind. REQUIRES: i < size().
  std::optional<int64_t> integer(size_t i) const;  // empty too for a u64 above int64
  std::optional<double> number(size_t i) const;    // integers convert
  std::optional<bool> boolean(size_t i) const;

  bool is_strings() const { return element_type_ == ValueType::string; }
  std::span<const std::string_view> strings() const { return strings_; }  // empty for other kinds
  std::span<const Array> arrays() const { return arrays_; }               // empty for other kinds

 private:
  friend class Decoder;
  ValueType element_type_ = ValueType::u8;
  size_t size_ = 0;
  std::span<const std::byte> scalars_;
  std::vector<std::string_view> strings_;
  std::vector<Array> arrays_;
};

class Value {
 public:
  ValueType type() const { return type_; }

  // Empty (nullptr) if the value is of another kind.
  std::optional<int64_t> integer() const;  // any integer type; empty for a u64 above int64
  std::optional<double> number() const;    // f32, f64, and integers, which convert
  std::optional<bool> boolean() const;
  std::optional<std::string_view> string() const;
  const Array* array() const { return std::get_if<Array>(&data_); }

 private:
  friend class Decoder;
  ValueType type_ = ValueType::u8;
  std::variant<uint64_t, int64_t, double, bool, std::string_view, Array> data_;
};

struct MetadataEntry {
  std::string_view key;
  Value value;
};

// A tensor as the file describes it, of any ggml type.
struct TensorEntry {
  std::string_view name;
  uint32_t type = 0;                // ggml's number
  Shape shape;                      // outermost first: GGUF's order reversed
  std::span<const std::byte> data;  // empty if this program does not know that type's size
};

// "Q4_K"; "IQ4_XS" for one that is known and not supported; "ggml type 77" for the rest.
std::string type_name(uint32_t ggml_type);

class File {
 public:
  // ERRORS: not_found if it is not there; bad_input for everything that is wrong with it.
  static Result<File> open(const std::filesystem::path& path);
  // The same for bytes in memory, which outlive the File. `name` is what messages call them.
  static Result<File> read(std::span<const std::byte> bytes, std::string name);

  const std::string& name() const { return name_; }  // the path as opened
  uint32_t version() const { return version_; }
  int64_t alignment() const { return alignment_; }

  const std::vector<MetadataEntry>& metadata() const { return metadata_; }  // in file order
  const Value* find(std::string_view key) const;                            // nullptr if absent

  const std::vector<TensorEntry>& entries() const { return entries_; }  // in file order
  const TensorEntry* find_entry(std::string_view name) const;           // nullptr if absent

  // An entry as the rest of the program reads tensors. REQUIRES: an entry of this file.
  // ERRORS: bad_input, naming tensor and type, if the type is none of DType.
  Result<StoredTensor> tensor(const TensorEntry& entry) const;
  // All of them; the first that tensor() refuses is the error.
  Result<std::vector<StoredTensor>> tensors() const;

 private:
  friend class Decoder;
  MappedFile mapped_;
  std::string name_;
  uint32_t version_ = 0;
  int64_t alignment_ = 0;
  std::vector<MetadataEntry> metadata_;
  std::vector<TensorEntry> entries_;
  std::unordered_map<std::string_view, size_t> by_key_;
  std::unordered_map<std::string_view, size_t> by_name_;
};

// Numbers, booleans, strings and arrays as JSON; a u64 above int64 becomes a double, and bytes of a
// string that are not UTF-8 become U+FFFD when it is written.
json::Value to_json(const Value& value);

}  // namespace swivel::gguf
