#include "formats/gguf_writer.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fstream>

#include "base/check.h"
#include "formats/gguf_types.h"

namespace swivel::gguf {
namespace {

constexpr uint32_t kVersion = 3;
constexpr uint64_t kAlignment = 32;

template <class T>
void append(std::string& out, T value) {
  char bytes[sizeof(T)];
  std::memcpy(bytes, &value, sizeof(T));
  out.append(bytes, sizeof(T));
}

void append_string(std::string& out, std::string_view text) {
  append(out, uint64_t{text.size()});
  out += text;
}

template <class T>
void append_all(std::string& out, std::span<const T> values) {
  out.append(reinterpret_cast<const char*>(values.data()), values.size_bytes());
}

uint64_t padding_after(uint64_t size) { return -size & (kAlignment - 1); }

uint64_t byte_size(const StoredTensor& tensor) {
  const DTypeInfo& format = info(tensor.dtype);
  return static_cast<uint64_t>(tensor.shape.elements() / format.block_elements *
                               format.block_bytes);
}

void write_padding(std::ostream& out, uint64_t size) {
  static constexpr char kZeros[kAlignment] = {};
  out.write(kZeros, static_cast<std::streamsize>(padding_after(size)));
}

}  // namespace

void Writer::begin(std::string_view key, ValueType type) {
  CHECK(std::find(keys_.begin(), keys_.end(), key) == keys_.end());
  keys_.emplace_back(key);
  append_string(metadata_, key);
  append(metadata_, type);
}

void Writer::begin_array(std::string_view key, ValueType element, size_t count) {
  begin(key, ValueType::array);
  append(metadata_, element);
  append(metadata_, uint64_t{count});
}

void Writer::add_u32(std::string_view key, uint32_t value) {
  begin(key, ValueType::u32);
  append(metadata_, value);
}

void Writer::add_i32(std::string_view key, int32_t value) {
  begin(key, ValueType::i32);
  append(metadata_, value);
}

void Writer::add_u64(std::string_view key, uint64_t value) {
  begin(key, ValueType::u64);
  append(metadata_, value);
}

void Writer::add_i64(std::string_view key, int64_t value) {
  begin(key, ValueType::i64);
  append(metadata_, value);
}

void Writer::add_f32(std::string_view key, float value) {
  begin(key, ValueType::f32);
  append(metadata_, value);
}

void Writer::add_f64(std::string_view key, double value) {
  begin(key, ValueType::f64);
  append(metadata_, value);
}

void Writer::add_bool(std::string_view key, bool value) {
  begin(key, ValueType::boolean);
  append(metadata_, uint8_t{value});
}

void Writer::add_string(std::string_view key, std::string_view value) {
  begin(key, ValueType::string);
  append_string(metadata_, value);
}

void Writer::add_strings(std::string_view key, std::span<const std::string> values) {
  begin_array(key, ValueType::string, values.size());
  for (const std::string& value : values) append_string(metadata_, value);
}

void Writer::add_i32s(std::string_view key, std::span<const int32_t> values) {
  begin_array(key, ValueType::i32, values.size());
  append_all(metadata_, values);
}

void Writer::add_u32s(std::string_view key, std::span<const uint32_t> values) {
  begin_array(key, ValueType::u32, values.size());
  append_all(metadata_, values);
}

void Writer::add_f32s(std::string_view key, std::span<const float> values) {
  begin_array(key, ValueType::f32, values.size());
  append_all(metadata_, values);
}

void Writer::add_bools(std::string_view key, const std::vector<bool>& values) {
  begin_array(key, ValueType::boolean, values.size());
  for (const bool value : values) append(metadata_, uint8_t{value});
}

void Writer::add_tensor(const StoredTensor& tensor) {
  const Shape& shape = tensor.shape;
  CHECK(shape.rank() == 0 || shape[shape.rank() - 1] % info(tensor.dtype).block_elements == 0);
  CHECK(tensor.data.size() == byte_size(tensor));
  for (const StoredTensor& other : tensors_) CHECK(other.name != tensor.name);
  tensors_.push_back(tensor);
}

Status Writer::write(std::ostream& out) const {
  std::string front = "GGUF";
  append(front, kVersion);
  append(front, uint64_t{tensors_.size()});
  append(front, uint64_t{keys_.size()});
  front += metadata_;
  uint64_t offset = 0;
  for (const StoredTensor& tensor : tensors_) {
    append_string(front, tensor.name);
    append(front, static_cast<uint32_t>(tensor.shape.rank()));
    for (int axis = tensor.shape.rank(); axis-- > 0;)
      append(front, static_cast<uint64_t>(tensor.shape[axis]));
    append(front, ggml_type_of(tensor.dtype));
    append(front, offset);
    offset += tensor.data.size() + padding_after(tensor.data.size());
  }
  out.write(front.data(), static_cast<std::streamsize>(front.size()));
  write_padding(out, front.size());
  for (const StoredTensor& tensor : tensors_) {
    out.write(reinterpret_cast<const char*>(tensor.data.data()),
              static_cast<std::streamsize>(tensor.data.size()));
    write_padding(out, tensor.data.size());
  }
  if (!out.flush()) return fail(ErrorCode::out_of_memory, "cannot write: {}", strerror(errno));
  return {};
}

Status Writer::write(const std::filesystem::path& path) const {
  std::filesystem::path beside = path;
  beside += fmt::format(".{}.tmp", ::getpid());
  std::ofstream out(beside, std::ios::binary | std::ios::trunc);
  if (!out) return fail(ErrorCode::bad_input, "{}: {}", beside.string(), strerror(errno));
  const Status written = write(out);
  out.close();
  std::error_code error;
  if (written && out) std::filesystem::rename(beside, path, error);
  if (written && out && !error) return {};
  std::error_code ignored;
  std::filesystem::remove(beside, ignored);
  if (!written) return in(path.string(), written.error());
  return fail(ErrorCode::bad_input, "{}: {}", path.string(),
              error ? error.message() : "cannot write");
}

}  // namespace swivel::gguf
