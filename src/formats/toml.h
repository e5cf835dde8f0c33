// TOML: text to a tree of values that know where in the text they stand, so that whoever reads a
// family file can say "families/x.toml:12: …". Tables keep the order of the file. Dates and times
// are refused: no file of ours has one. toml++ is behind it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"

namespace swivel::toml {

struct Position {
  int line = 0;  // from 1
  int column = 0;
  bool operator==(const Position&) const = default;
};

class Value;
struct Member;
using Array = std::vector<Value>;
using Table = std::vector<Member>;  // in file order; keys are unique

class Value {
 public:
  Value();  // an empty table
  using Data = std::variant<bool, int64_t, double, std::string, Array, Table>;
  Value(Data data, Position at);

  bool is_bool() const { return std::holds_alternative<bool>(data_); }
  bool is_integer() const { return std::holds_alternative<int64_t>(data_); }
  bool is_number() const { return is_integer() || std::holds_alternative<double>(data_); }
  bool is_string() const { return std::holds_alternative<std::string>(data_); }
  bool is_array() const { return std::holds_alternative<Array>(data_); }
  bool is_table() const { return std::holds_alternative<Table>(data_); }

  // REQUIRES: the matching is_x().
  bool as_bool() const { return std::get<bool>(data_); }
  int64_t as_integer() const { return std::get<int64_t>(data_); }
  double as_number() const;  // an integer converts
  const std::string& as_string() const { return std::get<std::string>(data_); }
  const Array& as_array() const { return std::get<Array>(data_); }
  const Table& as_table() const { return std::get<Table>(data_); }

  // Where the value begins; for a table of a [header], the header.
  Position at() const { return at_; }

  // The member of that key, or nullptr if this is no table or has none. Linear in the members.
  const Member* find(std::string_view key) const;

 private:
  Data data_;
  Position at_ = {1, 1};
};

struct Member {
  std::string key;
  Position at;  // of the key; of its first mention if the table is spread over the file
  Value value;
};

std::string_view kind_name(const Value& value);  // "boolean", "integer", "float", "string", …

// The root is a table. `name` is what messages call the text. ERRORS: bad_input, "NAME:LINE: …".
Result<Value> parse(std::string_view text, std::string_view name);
// The same for a file of at most 1 MiB; messages begin with its path.
Result<Value> parse_file(const std::string& path);

}  // namespace swivel::toml
