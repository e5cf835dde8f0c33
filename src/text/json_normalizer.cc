#include <fmt/format.h>

#include "text/json_parts.h"

namespace swivel::text {
namespace {

constexpr int kMaxNesting = 8;

Status read_step(const json::Value& value, const std::string& where, int depth, Draft& draft);

Status read_sequence(const Fields& fields, int depth, Draft& draft) {
  TRY(fields.only({"type", "normalizers"}));
  if (depth == kMaxNesting)
    return fail(ErrorCode::bad_input, "{}: sequences are nested too deeply", fields.where());
  const json::Array& steps = *TRY(fields.array("normalizers"));
  for (size_t i = 0; i < steps.size(); ++i)
    TRY(read_step(steps[i], fmt::format("{}[{}]", fields.place("normalizers"), i), depth + 1,
                  draft));
  return {};
}

Status read_step(const json::Value& value, const std::string& where, int depth, Draft& draft) {
  const Fields fields = TRY(Fields::of(value, where));
  const std::string type = TRY(fields.string("type"));
  if (type == "Sequence") return read_sequence(fields, depth, draft);
  Normalizer& normalizer = draft.pipeline.normalizer;
  using Form = Normalizer::Form;
  if (type == "NFC" || type == "NFD" || type == "NFKC" || type == "NFKD") {
    TRY(fields.only({"type"}));
    const Form form = type == "NFC"    ? Form::nfc
                      : type == "NFD"  ? Form::nfd
                      : type == "NFKC" ? Form::nfkc
                                       : Form::nfkd;
    normalizer.add(Normalizer::Compose{form});
  } else if (type == "Lowercase") {
    TRY(fields.only({"type"}));
    normalizer.add(Normalizer::Lowercase{});
  } else if (type == "StripAccents") {
    TRY(fields.only({"type"}));
    normalizer.add(Normalizer::StripAccents{});
  } else if (type == "Prepend") {
    TRY(fields.only({"type", "prepend"}));
    normalizer.add(Normalizer::Prepend{TRY(fields.string("prepend"))});
  } else if (type == "Replace") {
    TRY(fields.only({"type", "pattern", "content"}));
    Pattern pattern = TRY(read_pattern(fields, "pattern"));
    normalizer.add(Normalizer::Replace{std::move(pattern), TRY(fields.string("content"))});
  } else if (type == "Strip") {
    TRY(fields.only({"type", "strip_left", "strip_right"}));
    const bool left = TRY(fields.boolean("strip_left"));
    normalizer.add(Normalizer::Strip{left, TRY(fields.boolean("strip_right"))});
  } else {
    return fields.unknown("normalizer", type);
  }
  std::string& name = draft.pipeline.normalizer_name;
  name += name.empty() ? type : ", " + type;
  return {};
}

}  // namespace

Result<Pattern> read_pattern(const Fields& fields, std::string_view key) {
  const json::Value& value = *TRY(fields.value(key));
  const Fields pattern = TRY(Fields::of(value, fields.place(key)));
  TRY(pattern.only({"String", "Regex"}));
  if (pattern.find("Regex")) {
    auto compiled = Pattern::expression(TRY(pattern.string("Regex")));
    if (!compiled) return in(fields.place(key), compiled.error());
    return std::move(*compiled);
  }
  std::string literal = TRY(pattern.string("String"));
  if (literal.empty())
    return fail(ErrorCode::bad_input, "{}: an empty string matches nothing", fields.place(key));
  return Pattern::literal(std::move(literal));
}

Status read_normalizer(const json::Value& value, const std::string& where, Draft& draft) {
  if (value.is_null()) return {};
  return read_step(value, where, 0, draft);
}

}  // namespace swivel::text
