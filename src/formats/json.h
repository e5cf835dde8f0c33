// JSON: a value tree, a strict reader (simdjson behind it) and a small writer.
// Used for config.json, tokenizer.json, messages, and every --json output.
// Objects keep the order of the file. Numbers stay what they were written as: an integer that fits
// int64 is an integer, everything else is a double.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"

namespace swivel::json {

class Value;
using Array = std::vector<Value>;
using Member = std::pair<std::string, Value>;
using Object = std::vector<Member>;  // in file order; keys are unique (the reader refuses others)

class Value {
 public:
  Value() = default;  // null
  Value(std::nullptr_t) {}
  Value(bool value) : data_(value) {}
  Value(int value) : data_(int64_t{value}) {}
  Value(int64_t value) : data_(value) {}
  Value(size_t value) : data_(static_cast<int64_t>(value)) {}
  Value(double value) : data_(value) {}
  Value(const char* value) : data_(std::string(value)) {}
  Value(std::string_view value) : data_(std::string(value)) {}
  Value(std::string value) : data_(std::move(value)) {}
  Value(Array value) : data_(std::move(value)) {}
  Value(Object value) : data_(std::move(value)) {}

  bool is_null() const { return std::holds_alternative<std::monostate>(data_); }
  bool is_bool() const { return std::holds_alternative<bool>(data_); }
  bool is_integer() const { return std::holds_alternative<int64_t>(data_); }
  bool is_number() const { return is_integer() || std::holds_alternative<double>(data_); }
  bool is_string() const { return std::holds_alternative<std::string>(data_); }
  bool is_array() const { return std::holds_alternative<Array>(data_); }
  bool is_object() const { return std::holds_alternative<Object>(data_); }

  // REQUIRES: the matching is_x().
  bool as_bool() const { return std::get<bool>(data_); }
  int64_t as_integer() const { return std::get<int64_t>(data_); }
  double as_number() const;  // an integer converts
  const std::string& as_string() const { return std::get<std::string>(data_); }
  const Array& as_array() const { return std::get<Array>(data_); }
  Array& as_array() { return std::get<Array>(data_); }
  const Object& as_object() const { return std::get<Object>(data_); }
  Object& as_object() { return std::get<Object>(data_); }

  // The member of that name, or nullptr if this is no object or has none. Linear in the members.
  const Value* find(std::string_view key) const;

  bool operator==(const Value&) const = default;

 private:
  std::variant<std::monostate, bool, int64_t, double, std::string, Array, Object> data_;
};

std::string_view kind_name(const Value& value);  // "null", "boolean", "integer", "number", …

struct ReadLimits {
  int max_depth = 64;
  size_t max_bytes = size_t{1} << 30;
};

// Strict RFC 8259, UTF-8 checked; duplicate keys, trailing text and depth above the limit are
// errors. `name` is what error messages call the text. bad_input with line and column.
Result<Value> parse(std::string_view text, std::string_view name, ReadLimits limits = {});
Result<Value> parse_file(const std::string& path, ReadLimits limits = {});

enum class Style { compact, indented };  // {"a":1,"b":[2]} / two spaces a level
// A double is the shortest text that reads back as the same double, laid out as Python's repr does
// ("1.0", "1e-05"); infinity and NaN, which JSON lacks, become null.
std::string write(const Value& value, Style style = Style::compact);
// The quoted, escaped form of one string. UTF-8 passes through; control characters are escaped;
// a byte that is not UTF-8 becomes U+FFFD.
std::string quote(std::string_view text);

}  // namespace swivel::json
