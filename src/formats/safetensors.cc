#include "formats/safetensors.h"

#include <algorithm>
#include <cstring>

#include <fmt/ranges.h>

#include "base/check.h"
#include "formats/json.h"
#include "formats/shown.h"

namespace swivel::safetensors {
namespace {

using formats::shown;

constexpr size_t kLengthBytes = 8;
constexpr size_t kMaxHeaderBytes = 100'000'000;  // the limit of the reference implementation
constexpr int kHeaderDepth = 3;                  // header, tensor, shape

struct ElementSize {
  std::string_view dtype;
  int bits;
};

constexpr ElementSize kElementSizes[] = {
    {"F32", 32},    {"F16", 16},    {"BF16", 16},   {"I32", 32},    {"F64", 64},
    {"I64", 64},    {"U64", 64},    {"C64", 64},    {"U32", 32},    {"I16", 16},
    {"U16", 16},    {"I8", 8},      {"U8", 8},      {"BOOL", 8},    {"F8_E4M3", 8},
    {"F8_E5M2", 8}, {"F8_E8M0", 8}, {"F6_E2M3", 6}, {"F6_E3M2", 6}, {"F4", 4},
};

std::optional<int> bits_of(std::string_view dtype) {
  for (const ElementSize& size : kElementSizes)
    if (size.dtype == dtype) return size.bits;
  return std::nullopt;
}

struct Offsets {
  uint64_t begin = 0;
  uint64_t end = 0;
};

// The header's length, checked against the file.
Result<size_t> header_bytes(std::span<const std::byte> bytes, std::string_view name) {
  if (bytes.size() < kLengthBytes)
    return fail(ErrorCode::bad_input,
                "{}: {} bytes; a safetensors file begins with the 8 bytes of its header's length",
                name, bytes.size());
  uint64_t length = 0;
  for (size_t i = kLengthBytes; i-- > 0;)
    length = length << 8 | std::to_integer<uint64_t>(bytes[i]);
  if (length > bytes.size() - kLengthBytes)
    return fail(ErrorCode::bad_input,
                "{}: the header's length is given as {} bytes; the file has {} after it", name,
                length, bytes.size() - kLengthBytes);
  if (length > kMaxHeaderBytes)
    return fail(ErrorCode::bad_input, "{}: the header has {} bytes; at most {} are read", name,
                length, kMaxHeaderBytes);
  return static_cast<size_t>(length);
}

Result<std::vector<int64_t>> read_shape(const json::Value* shape, std::string_view place) {
  if (shape == nullptr || !shape->is_array())
    return fail(ErrorCode::bad_input, "{}: expected a shape, found {}", place,
                shape == nullptr ? "none" : json::kind_name(*shape));
  std::vector<int64_t> extents;
  for (const json::Value& extent : shape->as_array()) {
    if (!extent.is_integer() || extent.as_integer() < 0)
      return fail(ErrorCode::bad_input, "{}: the shape {} is not of non-negative integers", place,
                  shown(json::write(*shape)));
    extents.push_back(extent.as_integer());
  }
  return extents;
}

// `data_bytes`: how many bytes follow the header.
Result<Offsets> read_offsets(const json::Value* offsets, uint64_t data_bytes,
                             std::string_view place) {
  const auto is_offset = [](const json::Value& value) {
    return value.is_integer() && value.as_integer() >= 0;
  };
  if (offsets == nullptr || !offsets->is_array() || offsets->as_array().size() != 2 ||
      !std::all_of(offsets->as_array().begin(), offsets->as_array().end(), is_offset))
    return fail(ErrorCode::bad_input, "{}: expected data_offsets [begin, end], found {}", place,
                offsets == nullptr ? "none" : shown(json::write(*offsets)));
  const Offsets result = {static_cast<uint64_t>(offsets->as_array()[0].as_integer()),
                          static_cast<uint64_t>(offsets->as_array()[1].as_integer())};
  if (result.end < result.begin)
    return fail(ErrorCode::bad_input, "{}: data_offsets [{}, {}] end before they begin", place,
                result.begin, result.end);
  if (result.end > data_bytes)
    return fail(ErrorCode::bad_input,
                "{}: data_offsets [{}, {}] reach outside the file, which has {} bytes of data",
                place, result.begin, result.end, data_bytes);
  return result;
}

// Empty if the product overflows int64.
std::optional<int64_t> element_count(std::span<const int64_t> shape) {
  if (std::find(shape.begin(), shape.end(), 0) != shape.end()) return 0;
  int64_t count = 1;
  for (int64_t extent : shape)
    if (__builtin_mul_overflow(count, extent, &count)) return std::nullopt;
  return count;
}

Status check_size(const Entry& entry, Offsets offsets, std::string_view place) {
  const auto elements = element_count(entry.shape);
  const auto bits = bits_of(entry.dtype);
  int64_t total_bits = 0;
  if (!elements || (bits && __builtin_mul_overflow(*elements, int64_t{*bits}, &total_bits)))
    return fail(ErrorCode::bad_input, "{}: the shape [{}] overflows", place,
                fmt::join(entry.shape, ", "));
  if (!bits) return {};
  if (total_bits % 8 != 0)
    return fail(ErrorCode::bad_input, "{}: the shape [{}] of {} is no whole number of bytes", place,
                fmt::join(entry.shape, ", "), entry.dtype);
  if (static_cast<uint64_t>(total_bits / 8) != entry.data.size())
    return fail(ErrorCode::bad_input,
                "{}: the shape [{}] of {} is {} bytes; data_offsets [{}, {}] are {}", place,
                fmt::join(entry.shape, ", "), entry.dtype, total_bits / 8, offsets.begin,
                offsets.end, entry.data.size());
  return {};
}

Result<Entry> read_entry(const json::Member& member, std::span<const std::byte> data,
                         std::string_view file) {
  const auto& [name, value] = member;
  const std::string place = fmt::format("{}: {}", file, shown(name));
  const json::Value* dtype = value.find("dtype");
  if (dtype == nullptr || !dtype->is_string())
    return fail(ErrorCode::bad_input, "{}: expected a tensor's dtype, shape and data_offsets",
                place);
  Entry entry;
  entry.name = name;
  entry.dtype = dtype->as_string();
  entry.shape = TRY(read_shape(value.find("shape"), place));
  const Offsets offsets = TRY(read_offsets(value.find("data_offsets"), data.size(), place));
  entry.data = data.subspan(offsets.begin, offsets.end - offsets.begin);
  TRY(check_size(entry, offsets, place));
  return entry;
}

Result<std::vector<std::pair<std::string, std::string>>> read_metadata(const json::Value& value,
                                                                       std::string_view file) {
  std::vector<std::pair<std::string, std::string>> metadata;
  if (!value.is_object())
    return fail(ErrorCode::bad_input, "{}: __metadata__: expected an object, found {}", file,
                json::kind_name(value));
  for (const auto& [key, text] : value.as_object()) {
    if (!text.is_string())
      return fail(ErrorCode::bad_input, "{}: __metadata__: {}: expected a string, found {}", file,
                  shown(key), json::kind_name(text));
    metadata.emplace_back(key, text.as_string());
  }
  return metadata;
}

// Sorts the entries by their place and checks that they cover the data exactly once.
Status check_cover(std::vector<Entry>& entries, std::span<const std::byte> data,
                   std::string_view file) {
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    return std::pair(a.data.data(), a.data.size()) < std::pair(b.data.data(), b.data.size());
  });
  const auto offset = [&](const std::byte* at) { return static_cast<size_t>(at - data.data()); };
  size_t covered = 0;
  const Entry* last = nullptr;
  for (const Entry& entry : entries) {
    const size_t begin = offset(entry.data.data());
    if (begin < covered)
      return fail(ErrorCode::bad_input, "{}: {} and {} overlap in the file", file,
                  shown(last->name), shown(entry.name));
    if (begin > covered)
      return fail(ErrorCode::bad_input, "{}: bytes {} to {} of the data belong to no tensor", file,
                  covered, begin);
    covered = begin + entry.data.size();
    last = &entry;
  }
  if (covered < data.size())
    return fail(ErrorCode::bad_input, "{}: bytes {} to {} of the data belong to no tensor", file,
                covered, data.size());
  return {};
}

}  // namespace

Result<File> File::read(std::span<const std::byte> bytes, std::string name) {
  File file;
  file.name_ = std::move(name);
  const size_t length = TRY(header_bytes(bytes, file.name_));
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()) + kLengthBytes, length);
  const auto data = bytes.subspan(kLengthBytes + length);
  if (!text.starts_with('{'))
    return fail(ErrorCode::bad_input, "{}: the header is not a JSON object", file.name_);
  const json::Value header =
      TRY(json::parse(text, file.name_ + ": header", {kHeaderDepth, length}));
  for (const json::Member& member : header.as_object()) {
    if (member.first == "__metadata__")
      file.metadata_ = TRY(read_metadata(member.second, file.name_));
    else
      file.entries_.push_back(TRY(read_entry(member, data, file.name_)));
  }
  TRY(check_cover(file.entries_, data, file.name_));
  for (size_t i = 0; i < file.entries_.size(); ++i) file.by_name_[file.entries_[i].name] = i;
  return file;
}

Result<File> File::open(const std::filesystem::path& path) {
  MappedFile mapped = TRY(MappedFile::open(path));
  File file = TRY(read(mapped.bytes(), path.string()));
  file.mapped_ = std::move(mapped);
  return file;
}

const Entry* File::find(std::string_view name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : &entries_[found->second];
}

Result<StoredTensor> File::tensor(const Entry& entry) const {
  const auto dtype = dtype_named(entry.dtype);
  if (!dtype || is_quantised(*dtype))
    return fail(ErrorCode::bad_input, "{}: {} has dtype {}; expected F32, F16, BF16 or I32", name_,
                shown(entry.name), shown(entry.dtype));
  const auto shape = Shape::from(entry.shape);
  if (!shape)
    return fail(ErrorCode::bad_input, "{}: {} has {} dimensions; expected at most {}", name_,
                shown(entry.name), entry.shape.size(), Shape::kMaxRank);
  return StoredTensor{entry.name, *dtype, *shape, entry.data};
}

Result<std::vector<StoredTensor>> File::tensors() const {
  std::vector<StoredTensor> tensors;
  tensors.reserve(entries_.size());
  for (const Entry& entry : entries_) tensors.push_back(TRY(tensor(entry)));
  return tensors;
}

}  // namespace swivel::safetensors
