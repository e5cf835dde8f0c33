// Fields: the members of a JSON object, read strictly. Every message names the place
// ("tokenizer.json: pre_tokenizer.pretokenizers[0]"), what was expected and what was found.
// Borrows the value; lives within one reader.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "formats/json.h"

namespace swivel::text {

class Fields {
 public:
  static Result<Fields> of(const json::Value& value, std::string where);

  const std::string& where() const { return where_; }
  // "where.key"
  std::string place(std::string_view key) const { return where_ + "." + std::string(key); }

  // An error for the first member that is none of `keys`.
  Status only(std::initializer_list<std::string_view> keys) const;

  // nullptr if absent or null.
  const json::Value* find(std::string_view key) const;
  Result<const json::Value*> value(std::string_view key) const;
  Result<const json::Array*> array(std::string_view key) const;
  Result<std::string> string(std::string_view key) const;
  Result<bool> boolean(std::string_view key) const;
  Result<bool> boolean(std::string_view key, bool otherwise) const;
  Result<int64_t> integer(std::string_view key) const;

  std::unexpected<Error> wrong(std::string_view key, std::string_view expected) const;
  // "where: TYPE is not a kind of WHAT that is supported"
  std::unexpected<Error> unknown(std::string_view what, std::string_view type) const;

 private:
  Fields(const json::Value& value, std::string where) : value_(&value), where_(std::move(where)) {}
  const json::Value* value_;
  std::string where_;
};

}  // namespace swivel::text
