// Writes a GGUF file, version 3, little-endian: metadata in the order it was added, then tensors,
// padded to an alignment of 32 bytes. Quantising is not done here: data is written as it is given.
// Not for several threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <iosfwd>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "formats/gguf.h"
#include "tensor/stored_tensor.h"

namespace swivel::gguf {

class Writer {
 public:
  // REQUIRES of every add: the key (the name) has not been added before.
  void add_u32(std::string_view key, uint32_t value);
  void add_i32(std::string_view key, int32_t value);
  void add_u64(std::string_view key, uint64_t value);
  void add_i64(std::string_view key, int64_t value);
  void add_f32(std::string_view key, float value);
  void add_f64(std::string_view key, double value);
  void add_bool(std::string_view key, bool value);
  void add_string(std::string_view key, std::string_view value);
  void add_strings(std::string_view key, std::span<const std::string> values);
  void add_i32s(std::string_view key, std::span<const int32_t> values);
  void add_u32s(std::string_view key, std::span<const uint32_t> values);
  void add_f32s(std::string_view key, std::span<const float> values);
  void add_bools(std::string_view key, const std::vector<bool>& values);

  // `shape` outermost first; the file gets GGUF's order. The bytes are borrowed until the write.
  // REQUIRES: data.size() is what dtype and shape imply; a row is whole blocks.
  void add_tensor(const StoredTensor& tensor);

  Status write(std::ostream& out) const;
  // Writes beside `path` and renames over it. ERRORS: out_of_memory if the disk is full, bad_input
  // if the folder cannot be written.
  Status write(const std::filesystem::path& path) const;

 private:
  void begin(std::string_view key, ValueType type);
  void begin_array(std::string_view key, ValueType element, size_t count);

  std::string metadata_;  // encoded
  std::vector<std::string> keys_;
  std::vector<StoredTensor> tensors_;
};

}  // namespace swivel::gguf
