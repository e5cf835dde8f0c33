#include "formats/gguf.h"

#include <bit>
#include <cstring>

#include "base/check.h"
#include "formats/gguf_types.h"
#include "formats/shown.h"

namespace swivel::gguf {
namespace {

using formats::shown;

static_assert(std::endian::native == std::endian::little, "GGUF is read in place");

// Element i of packed scalars of type T, at any alignment.
template <class T>
T element(std::span<const std::byte> bytes, size_t i) {
  T value;
  std::memcpy(&value, bytes.data() + i * sizeof(T), sizeof(T));
  return value;
}

std::optional<int64_t> narrowed(uint64_t value) {
  if (value > static_cast<uint64_t>(INT64_MAX)) return std::nullopt;
  return static_cast<int64_t>(value);
}

json::Value array_to_json(const Array& array) {
  json::Array out;
  out.reserve(array.size());
  for (std::string_view string : array.strings()) out.emplace_back(string);
  for (const Array& inner : array.arrays()) out.push_back(array_to_json(inner));
  if (out.size() == array.size()) return out;
  for (size_t i = 0; i < array.size(); ++i) {
    if (const auto boolean = array.boolean(i))
      out.emplace_back(*boolean);
    else if (const auto integer = array.integer(i))
      out.emplace_back(*integer);
    else
      out.emplace_back(array.number(i).value_or(0));
  }
  return out;
}

}  // namespace

std::string_view name_of(ValueType type) {
  static constexpr std::string_view kNames[] = {"u8",  "i8",  "u16",  "i16",    "u32",
                                                "i32", "f32", "bool", "string", "array",
                                                "u64", "i64", "f64"};
  return kNames[static_cast<size_t>(type)];
}

std::optional<int64_t> Array::integer(size_t i) const {
  DCHECK(i < size_);
  switch (element_type_) {
    case ValueType::u8:
      return element<uint8_t>(scalars_, i);
    case ValueType::i8:
      return element<int8_t>(scalars_, i);
    case ValueType::u16:
      return element<uint16_t>(scalars_, i);
    case ValueType::i16:
      return element<int16_t>(scalars_, i);
    case ValueType::u32:
      return element<uint32_t>(scalars_, i);
    case ValueType::i32:
      return element<int32_t>(scalars_, i);
    case ValueType::u64:
      return narrowed(element<uint64_t>(scalars_, i));
    case ValueType::i64:
      return element<int64_t>(scalars_, i);
    default:
      return std::nullopt;
  }
}

std::optional<double> Array::number(size_t i) const {
  DCHECK(i < size_);
  switch (element_type_) {
    case ValueType::f32:
      return element<float>(scalars_, i);
    case ValueType::f64:
      return element<double>(scalars_, i);
    case ValueType::u64:
      return static_cast<double>(element<uint64_t>(scalars_, i));
    default:
      if (const auto value = integer(i)) return static_cast<double>(*value);
      return std::nullopt;
  }
}

std::optional<bool> Array::boolean(size_t i) const {
  DCHECK(i < size_);
  if (element_type_ != ValueType::boolean) return std::nullopt;
  return element<uint8_t>(scalars_, i) != 0;
}

std::optional<int64_t> Value::integer() const {
  if (const auto* value = std::get_if<int64_t>(&data_)) return *value;
  if (const auto* value = std::get_if<uint64_t>(&data_)) return narrowed(*value);
  return std::nullopt;
}

std::optional<double> Value::number() const {
  if (const auto* value = std::get_if<double>(&data_)) return *value;
  if (const auto* value = std::get_if<uint64_t>(&data_)) return static_cast<double>(*value);
  if (const auto* value = std::get_if<int64_t>(&data_)) return static_cast<double>(*value);
  return std::nullopt;
}

std::optional<bool> Value::boolean() const {
  if (const auto* value = std::get_if<bool>(&data_)) return *value;
  return std::nullopt;
}

std::optional<std::string_view> Value::string() const {
  if (const auto* value = std::get_if<std::string_view>(&data_)) return *value;
  return std::nullopt;
}

std::string type_name(uint32_t ggml_type) {
  const GgmlType* type = find_ggml_type(ggml_type);
  return type == nullptr ? fmt::format("ggml type {}", ggml_type) : std::string(type->name);
}

const Value* File::find(std::string_view key) const {
  const auto found = by_key_.find(key);
  return found == by_key_.end() ? nullptr : &metadata_[found->second].value;
}

const TensorEntry* File::find_entry(std::string_view name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : &entries_[found->second];
}

Result<StoredTensor> File::tensor(const TensorEntry& entry) const {
  const auto dtype = dtype_of(entry.type);
  if (!dtype)
    return fail(ErrorCode::bad_input,
                "{}: {} is stored as {}; expected F32, F16, BF16, I32, Q4_0, Q8_0, Q4_K, Q5_K "
                "or Q6_K",
                name_, shown(entry.name), type_name(entry.type));
  return StoredTensor{std::string(entry.name), *dtype, entry.shape, entry.data};
}

Result<std::vector<StoredTensor>> File::tensors() const {
  std::vector<StoredTensor> tensors;
  tensors.reserve(entries_.size());
  for (const TensorEntry& entry : entries_) tensors.push_back(TRY(tensor(entry)));
  return tensors;
}

json::Value to_json(const Value& value) {
  if (const Array* array = value.array()) return array_to_json(*array);
  if (const auto boolean = value.boolean()) return *boolean;
  if (const auto integer = value.integer()) return *integer;
  if (const auto number = value.number()) return *number;
  return *value.string();
}

}  // namespace swivel::gguf
