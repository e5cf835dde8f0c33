#include "model/family_key.h"

#include "formats/shown.h"

namespace swivel {
namespace {

Status read_keys(const json::Value& value, FieldSource& source) {
  if (value.is_string() && !value.as_string().empty()) {
    source.keys.push_back(value.as_string());
    return {};
  }
  if (value.is_array() && !value.as_array().empty()) {
    for (const json::Value& item : value.as_array()) {
      if (!item.is_string() || item.as_string().empty())
        return fail(ErrorCode::bad_input, "key must be a key in quotes or a list of them");
      source.keys.push_back(item.as_string());
    }
    return {};
  }
  return fail(ErrorCode::bad_input,
              "expected \"KEY\", a list of keys, or {{ key = ..., else = ... }}");
}

}  // namespace

Result<FieldSource> parse_key(std::string field, const json::Value& value) {
  FieldSource source;
  source.field = std::move(field);
  if (!value.is_object()) {
    TRY(read_keys(value, source));
    return source;
  }
  for (const auto& [key, part] : value.as_object())
    if (key != "key" && key != "else" && key != "null")
      return fail(ErrorCode::bad_input, "no such key: {} (keys: key, else, null)",
                  formats::shown(key));
  const json::Value* keys = value.find("key");
  if (!keys) return fail(ErrorCode::bad_input, "key is missing");
  TRY(read_keys(*keys, source));
  if (const json::Value* otherwise = value.find("else"))
    source.otherwise = TRY(parse_expression(*otherwise));
  if (const json::Value* null = value.find("null")) {
    if (*null == json::Value("else")) {
      if (!source.otherwise) return fail(ErrorCode::bad_input, "null = \"else\" needs an else");
      source.null = source.otherwise;
    } else {
      source.null = TRY(parse_expression(*null));
    }
  }
  return source;
}

}  // namespace swivel
