#include "text/json_fields.h"

#include <algorithm>

namespace swivel::text {

Result<Fields> Fields::of(const json::Value& value, std::string where) {
  if (!value.is_object())
    return fail(ErrorCode::bad_input, "{} must be an object, found {}", where,
                json::kind_name(value));
  return Fields(value, std::move(where));
}

Status Fields::only(std::initializer_list<std::string_view> keys) const {
  for (const auto& [key, value] : value_->as_object())
    if (std::ranges::find(keys, key) == keys.end())
      return fail(ErrorCode::bad_input, "{}: the setting \"{}\" is not known", where_, key);
  return {};
}

const json::Value* Fields::find(std::string_view key) const {
  const json::Value* value = value_->find(key);
  return value && value->is_null() ? nullptr : value;
}

Result<const json::Value*> Fields::value(std::string_view key) const {
  const json::Value* value = find(key);
  if (!value) return fail(ErrorCode::bad_input, "{} is missing", place(key));
  return value;
}

Result<const json::Array*> Fields::array(std::string_view key) const {
  const json::Value* value = TRY(this->value(key));
  if (!value->is_array()) return wrong(key, "an array");
  return &value->as_array();
}

Result<std::string> Fields::string(std::string_view key) const {
  const json::Value* value = TRY(this->value(key));
  if (!value->is_string()) return wrong(key, "a string");
  return value->as_string();
}

Result<bool> Fields::boolean(std::string_view key) const {
  const json::Value* value = TRY(this->value(key));
  if (!value->is_bool()) return wrong(key, "true or false");
  return value->as_bool();
}

Result<bool> Fields::boolean(std::string_view key, bool otherwise) const {
  return find(key) ? boolean(key) : Result<bool>(otherwise);
}

Result<int64_t> Fields::integer(std::string_view key) const {
  const json::Value* value = TRY(this->value(key));
  if (!value->is_integer()) return wrong(key, "an integer");
  return value->as_integer();
}

std::unexpected<Error> Fields::wrong(std::string_view key, std::string_view expected) const {
  const json::Value* value = find(key);
  return fail(ErrorCode::bad_input, "{} must be {}, found {}", place(key), expected,
              value ? json::write(*value).substr(0, 80) : "nothing");
}

std::unexpected<Error> Fields::unknown(std::string_view what, std::string_view type) const {
  return fail(ErrorCode::bad_input, "{}: the {} \"{}\" is not supported", where_, what, type);
}

}  // namespace swivel::text
