// The fields of a configuration that a family file may bind to keys of a checkpoint ([config]).
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "base/result.h"
#include "formats/json.h"

namespace swivel {

enum class FieldKind {
  count,   // a whole number from 1 to 2^31 - 1
  number,  // a finite number
  flag,    // true or false
  list,    // a list or, for a pattern, a text
  object,  // a group of settings
};

struct FieldInfo {
  std::string_view name;
  FieldKind kind;
  // Read by the loader itself: every family file binds it. The others exist to be named by
  // "$field".
  bool required;
  std::string_view doc;
};

std::span<const FieldInfo> all_fields();
const FieldInfo* field_named(std::string_view name);
std::string_view kind_text(FieldKind kind);  // "a whole number above 0"

// Whether the value may stand in the field; null ("none") may in every field.
Status check_field(const FieldInfo& field, const json::Value& value);

}  // namespace swivel
