#include <fmt/format.h>

#include "text/json_parts.h"

namespace swivel::text {
namespace {

constexpr int kMaxNesting = 8;
constexpr size_t kMaxAffix = 1024;

Status read_processor(const json::Value& value, const std::string& where, int depth, Draft& draft);

// The outer processor's tokens go around what the inner ones added.
Status wrap(const Fields& fields, std::vector<int32_t> prefix, const std::vector<int32_t>& suffix,
            Draft& draft) {
  Pipeline& pipeline = draft.pipeline;
  prefix.insert(prefix.end(), pipeline.prefix.begin(), pipeline.prefix.end());
  pipeline.prefix = std::move(prefix);
  pipeline.suffix.insert(pipeline.suffix.end(), suffix.begin(), suffix.end());
  if (pipeline.prefix.size() + pipeline.suffix.size() > kMaxAffix)
    return fail(ErrorCode::bad_input, "{}: more than {} tokens around a text", fields.where(),
                kMaxAffix);
  return {};
}

Result<std::vector<int32_t>> template_ids(const Fields& fields, const std::string& token) {
  const Fields all =
      TRY(Fields::of(*TRY(fields.value("special_tokens")), fields.place("special_tokens")));
  const Fields entry = TRY(Fields::of(*TRY(all.value(token)), all.place(token)));
  const json::Array& ids = *TRY(entry.array("ids"));
  std::vector<int32_t> out;
  for (const json::Value& id : ids) {
    if (!id.is_integer() || id.as_integer() < 0 || id.as_integer() >= kMaxIds)
      return entry.wrong("ids", "a list of token ids");
    out.push_back(static_cast<int32_t>(id.as_integer()));
  }
  return out;
}

Status read_template(const Fields& fields, Draft& draft) {
  TRY(fields.only({"type", "single", "pair", "special_tokens"}));
  std::vector<int32_t> prefix;
  std::vector<int32_t> suffix;
  int texts = 0;
  const json::Array& parts = *TRY(fields.array("single"));
  for (size_t i = 0; i < parts.size(); ++i) {
    const Fields part = TRY(Fields::of(parts[i], fmt::format("{}[{}]", fields.place("single"), i)));
    TRY(part.only({"SpecialToken", "Sequence"}));
    if (part.find("Sequence")) {
      ++texts;
      continue;
    }
    const Fields token =
        TRY(Fields::of(*TRY(part.value("SpecialToken")), part.place("SpecialToken")));
    const std::vector<int32_t> ids = TRY(template_ids(fields, TRY(token.string("id"))));
    std::vector<int32_t>& side = texts == 0 ? prefix : suffix;
    side.insert(side.end(), ids.begin(), ids.end());
  }
  if (texts != 1)
    return fail(ErrorCode::bad_input, "{} must hold the text once, found {} times",
                fields.place("single"), texts);
  return wrap(fields, std::move(prefix), suffix, draft);
}

// ["</s>", 2]
Result<int32_t> read_pair_id(const Fields& fields, std::string_view key) {
  const json::Array& pair = *TRY(fields.array(key));
  if (pair.size() != 2 || !pair[1].is_integer() || pair[1].as_integer() < 0 ||
      pair[1].as_integer() >= kMaxIds)
    return fields.wrong(key, "a token and its id");
  return static_cast<int32_t>(pair[1].as_integer());
}

Status read_sequence(const Fields& fields, int depth, Draft& draft) {
  TRY(fields.only({"type", "processors"}));
  if (depth == kMaxNesting)
    return fail(ErrorCode::bad_input, "{}: sequences are nested too deeply", fields.where());
  const json::Array& steps = *TRY(fields.array("processors"));
  for (size_t i = 0; i < steps.size(); ++i)
    TRY(read_processor(steps[i], fmt::format("{}[{}]", fields.place("processors"), i), depth + 1,
                       draft));
  return {};
}

Status read_processor(const json::Value& value, const std::string& where, int depth, Draft& draft) {
  const Fields fields = TRY(Fields::of(value, where));
  const std::string type = TRY(fields.string("type"));
  if (type == "Sequence") return read_sequence(fields, depth, draft);
  if (type == "TemplateProcessing") return read_template(fields, draft);
  if (type == "ByteLevel")  // moves offsets only
    return fields.only({"type", "add_prefix_space", "trim_offsets", "use_regex"});
  if (type == "BertProcessing" || type == "RobertaProcessing") {
    TRY(fields.only({"type", "sep", "cls", "trim_offsets", "add_prefix_space"}));
    const int32_t cls = TRY(read_pair_id(fields, "cls"));
    const int32_t sep = TRY(read_pair_id(fields, "sep"));
    return wrap(fields, {cls}, {sep}, draft);
  }
  return fields.unknown("post-processor", type);
}

}  // namespace

Status read_post_processor(const json::Value& value, const std::string& where, Draft& draft) {
  if (value.is_null()) return {};
  return read_processor(value, where, 0, draft);
}

}  // namespace swivel::text
