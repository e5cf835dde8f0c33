#include <algorithm>
#include <bit>
#include <type_traits>

#include "formats/gguf.h"
#include "formats/gguf_cursor.h"
#include "formats/gguf_types.h"
#include "formats/shown.h"

namespace swivel::gguf {
namespace {

using formats::shown;

constexpr uint64_t kMaxNameBytes = 65'535;       // keys, by the format; tensor names are shorter
constexpr uint64_t kMaxStringBytes = 64u << 20;  // a chat template is a few hundred kilobytes
constexpr uint64_t kMaxListed = 1u << 24;        // strings and arrays in all arrays together
constexpr int kMaxArrayDepth = 4;
constexpr int64_t kDefaultAlignment = 32;

// The least bytes that one of these takes in a file; bounds every count before memory is taken.
constexpr uint64_t kLeastString = 8;
constexpr uint64_t kLeastArray = 4 + 8;
constexpr uint64_t kLeastMetadata = kLeastString + 4 + 1;
constexpr uint64_t kLeastTensor = kLeastString + 4 + 4 + 8;

// The bytes of one element; 0 for strings and arrays.
uint64_t scalar_bytes(ValueType type) {
  switch (type) {
    case ValueType::u8:
    case ValueType::i8:
    case ValueType::boolean:
      return 1;
    case ValueType::u16:
    case ValueType::i16:
      return 2;
    case ValueType::u32:
    case ValueType::i32:
    case ValueType::f32:
      return 4;
    case ValueType::u64:
    case ValueType::i64:
    case ValueType::f64:
      return 8;
    default:
      return 0;
  }
}

}  // namespace

// Decodes the front of a file in one pass.
class Decoder {
 public:
  Decoder(std::span<const std::byte> bytes, File& file) : in_(bytes, file.name_), file_(file) {}

  Status decode() {
    TRY(read_version());
    const auto tensor_count = TRY(in_.scalar<uint64_t>());
    const auto metadata_count = TRY(in_.scalar<uint64_t>());
    TRY(in_.check_count(metadata_count, kLeastMetadata, "metadata keys"));
    TRY(in_.check_count(tensor_count, kLeastTensor, "tensors"));
    for (uint64_t i = 0; i < metadata_count; ++i) TRY(read_metadata(i));
    TRY(read_alignment());
    std::vector<uint64_t> offsets;
    for (uint64_t i = 0; i < tensor_count; ++i) offsets.push_back(TRY(read_tensor(i)));
    TRY(place_data(offsets));
    return check_overlap();
  }

 private:
  Status read_version() {
    const auto begin = TRY(in_.take(std::min<uint64_t>(4, in_.remaining())));
    const std::string_view magic(reinterpret_cast<const char*>(begin.data()), begin.size());
    if (magic != "GGUF")
      return in_.refuse("expected a GGUF file, which begins with GGUF; found {}",
                        json::quote(magic));
    file_.version_ = TRY(in_.scalar<uint32_t>());
    const uint32_t swapped = __builtin_bswap32(file_.version_);
    if (file_.version_ != 0 && swapped < 16)
      return in_.refuse("a big-endian GGUF file; expected a little-endian one");
    if (file_.version_ != 2 && file_.version_ != 3)
      return in_.refuse("GGUF version {}; expected 2 or 3", file_.version_);
    return {};
  }

  Status read_metadata(uint64_t index) {
    in_.set_place(fmt::format("metadata key {}", index));
    MetadataEntry entry;
    entry.key = TRY(in_.string(kMaxNameBytes));
    in_.set_place(shown(entry.key));
    if (!file_.by_key_.emplace(entry.key, file_.metadata_.size()).second)
      return in_.refuse("the key occurs twice");
    entry.value.type_ = TRY(value_type());
    TRY(read_value(entry.value));
    file_.metadata_.push_back(std::move(entry));
    in_.set_place("");
    return {};
  }

  Result<ValueType> value_type() {
    const auto number = TRY(in_.scalar<uint32_t>());
    if (number > static_cast<uint32_t>(ValueType::f64))
      return in_.refuse("the value type {} is unknown", number);
    return static_cast<ValueType>(number);
  }

  Status read_value(Value& value) {
    switch (value.type_) {
      case ValueType::u8:
        return read_integer<uint8_t>(value);
      case ValueType::i8:
        return read_integer<int8_t>(value);
      case ValueType::u16:
        return read_integer<uint16_t>(value);
      case ValueType::i16:
        return read_integer<int16_t>(value);
      case ValueType::u32:
        return read_integer<uint32_t>(value);
      case ValueType::i32:
        return read_integer<int32_t>(value);
      case ValueType::u64:
        return read_integer<uint64_t>(value);
      case ValueType::i64:
        return read_integer<int64_t>(value);
      case ValueType::f32:
        value.data_ = double{TRY(in_.scalar<float>())};
        return {};
      case ValueType::f64:
        value.data_ = TRY(in_.scalar<double>());
        return {};
      case ValueType::string:
        value.data_ = TRY(in_.string(kMaxStringBytes));
        return {};
      case ValueType::array:
        value.data_ = TRY(read_array(1));
        return {};
      case ValueType::boolean: {
        const auto bytes = TRY(in_.take(1));
        TRY(check_booleans(bytes));
        value.data_ = bytes[0] != std::byte{0};
        return {};
      }
    }
    return {};
  }

  template <class T>
  Status read_integer(Value& value) {
    using Wide = std::conditional_t<std::is_same_v<T, uint64_t>, uint64_t, int64_t>;
    value.data_ = Wide{TRY(in_.scalar<T>())};
    return {};
  }

  Status check_booleans(std::span<const std::byte> bytes) const {
    for (std::byte byte : bytes)
      if (byte > std::byte{1})
        return in_.refuse("a boolean is {}; expected 0 or 1", std::to_integer<int>(byte));
    return {};
  }

  Result<Array> read_array(int depth) {
    if (depth > kMaxArrayDepth)
      return in_.refuse("arrays nested deeper than {} levels", kMaxArrayDepth);
    Array array;
    array.element_type_ = TRY(value_type());
    const auto count = TRY(in_.scalar<uint64_t>());
    array.size_ = count;
    if (array.element_type_ == ValueType::string) {
      TRY(reserve_listed(array.strings_, count, kLeastString));
      for (uint64_t i = 0; i < count; ++i)
        array.strings_.push_back(TRY(in_.string(kMaxStringBytes)));
    } else if (array.element_type_ == ValueType::array) {
      TRY(reserve_listed(array.arrays_, count, kLeastArray));
      for (uint64_t i = 0; i < count; ++i) array.arrays_.push_back(TRY(read_array(depth + 1)));
    } else {
      TRY(in_.check_count(count, scalar_bytes(array.element_type_), "elements"));
      array.scalars_ = TRY(in_.take(count * scalar_bytes(array.element_type_)));
      if (array.element_type_ == ValueType::boolean) TRY(check_booleans(array.scalars_));
    }
    return array;
  }

  template <class T>
  Status reserve_listed(std::vector<T>& list, uint64_t count, uint64_t least_bytes) {
    TRY(in_.check_count(count, least_bytes, "elements"));
    listed_ += count;
    if (listed_ > kMaxListed)
      return in_.refuse("more than {} strings and arrays in arrays", kMaxListed);
    list.reserve(count);
    return {};
  }

  Status read_alignment() {
    file_.alignment_ = kDefaultAlignment;
    const Value* value = file_.find("general.alignment");
    if (value == nullptr) return {};
    const auto alignment = value->integer();
    if (!alignment || *alignment <= 0 || *alignment > UINT32_MAX ||
        !std::has_single_bit(static_cast<uint64_t>(*alignment)))
      return in_.refuse("general.alignment is {}; expected a power of two",
                        shown(json::write(to_json(*value))));
    file_.alignment_ = *alignment;
    return {};
  }

  // Appends the tensor, its data an empty span of the right length to come; returns its offset.
  Result<uint64_t> read_tensor(uint64_t index) {
    in_.set_place(fmt::format("tensor {}", index));
    TensorEntry entry;
    entry.name = TRY(in_.string(kMaxNameBytes));
    in_.set_place(shown(entry.name));
    if (!file_.by_name_.emplace(entry.name, file_.entries_.size()).second)
      return in_.refuse("the tensor occurs twice");
    entry.shape = TRY(read_shape());
    entry.type = TRY(in_.scalar<uint32_t>());
    const auto offset = TRY(in_.scalar<uint64_t>());
    if (offset % static_cast<uint64_t>(file_.alignment_) != 0)
      return in_.refuse("its offset {} is not a multiple of the alignment {}", offset,
                        file_.alignment_);
    file_.entries_.push_back(entry);
    in_.set_place("");
    return offset;
  }

  Result<Shape> read_shape() {
    const auto rank = TRY(in_.scalar<uint32_t>());
    if (rank > Shape::kMaxRank)
      return in_.refuse("{} dimensions; expected at most {}", rank, Shape::kMaxRank);
    int64_t extents[Shape::kMaxRank] = {};
    for (uint32_t i = rank; i-- > 0;) {  // the file has the innermost first
      const auto extent = TRY(in_.scalar<uint64_t>());
      if (extent > static_cast<uint64_t>(INT64_MAX))
        return in_.refuse("the extent {} overflows", extent);
      extents[i] = static_cast<int64_t>(extent);
    }
    const auto shape = Shape::from({extents, rank});
    if (!shape) return in_.refuse("the number of elements overflows");
    return *shape;
  }

  // Gives each tensor its bytes. Data begins at the first multiple of the alignment after the
  // descriptions.
  Status place_data(std::span<const uint64_t> offsets) {
    const uint64_t padding = -in_.at() & static_cast<uint64_t>(file_.alignment_ - 1);
    const auto data = in_.rest().subspan(std::min(padding, in_.remaining()));
    for (size_t i = 0; i < offsets.size(); ++i) {
      TensorEntry& entry = file_.entries_[i];
      in_.set_place(shown(entry.name));
      const uint64_t size = TRY(bytes_of(entry));
      if (offsets[i] > data.size() || size > data.size() - offsets[i])
        return in_.refuse("{} {} at offset {} is {} bytes; the file has {} bytes of data",
                          type_name(entry.type), to_string(entry.shape), offsets[i], size,
                          data.size());
      entry.data = data.subspan(offsets[i], size);
    }
    in_.set_place("");
    return {};
  }

  // 0 for a type whose size is unknown.
  Result<uint64_t> bytes_of(const TensorEntry& entry) const {
    const GgmlType* type = find_ggml_type(entry.type);
    if (type == nullptr) return uint64_t{0};
    const Shape& shape = entry.shape;
    const int64_t row = shape.rank() == 0 ? 1 : shape[shape.rank() - 1];
    if (row % type->block_elements != 0)
      return in_.refuse("rows of {} elements; {} needs a multiple of {}", row, type->name,
                        type->block_elements);
    int64_t bytes = 0;
    if (__builtin_mul_overflow(shape.elements() / type->block_elements, type->block_bytes, &bytes))
      return in_.refuse("the size of {} in {} overflows", to_string(shape), type->name);
    return static_cast<uint64_t>(bytes);
  }

  Status check_overlap() const {
    std::vector<const TensorEntry*> order;
    for (const TensorEntry& entry : file_.entries_)
      if (!entry.data.empty()) order.push_back(&entry);
    std::sort(order.begin(), order.end(), [](const TensorEntry* a, const TensorEntry* b) {
      return a->data.data() < b->data.data();
    });
    for (size_t i = 1; i < order.size(); ++i)
      if (order[i]->data.data() < order[i - 1]->data.data() + order[i - 1]->data.size())
        return in_.refuse("{} and {} overlap in the file", shown(order[i - 1]->name),
                          shown(order[i]->name));
    return {};
  }

  Cursor in_;
  File& file_;
  uint64_t listed_ = 0;
};

Result<File> File::read(std::span<const std::byte> bytes, std::string name) {
  File file;
  file.name_ = std::move(name);
  TRY(Decoder(bytes, file).decode());
  return file;
}

Result<File> File::open(const std::filesystem::path& path) {
  MappedFile mapped = TRY(MappedFile::open(path));
  File file = TRY(read(mapped.bytes(), path.string()));
  file.mapped_ = std::move(mapped);
  return file;
}

}  // namespace swivel::gguf
