#include <fmt/format.h>

#include "text/json_parts.h"

namespace swivel::text {

Status read_added_tokens(const json::Value& value, const std::string& where, Draft& draft) {
  if (value.is_null()) return {};
  if (!value.is_array())
    return fail(ErrorCode::bad_input, "{} must be an array, found {}", where,
                json::kind_name(value));
  for (size_t i = 0; i < value.as_array().size(); ++i) {
    const Fields fields = TRY(Fields::of(value.as_array()[i], fmt::format("{}[{}]", where, i)));
    TRY(fields.only({"id", "content", "single_word", "lstrip", "rstrip", "normalized", "special"}));
    AddedToken token;
    token.content = TRY(fields.string("content"));
    const int64_t id = TRY(fields.integer("id"));
    if (id < 0 || id >= kMaxIds) return fields.wrong("id", "a token id");
    token.id = static_cast<int32_t>(id);
    token.single_word = TRY(fields.boolean("single_word", false));
    token.left_strip = TRY(fields.boolean("lstrip", false));
    token.right_strip = TRY(fields.boolean("rstrip", false));
    token.special = TRY(fields.boolean("special", false));
    token.normalized = TRY(fields.boolean("normalized", !token.special));
    TRY(draft.add_token(std::move(token)));
  }
  return {};
}

}  // namespace swivel::text
