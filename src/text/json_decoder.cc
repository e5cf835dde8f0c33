#include <fmt/format.h>

#include "text/json_parts.h"

namespace swivel::text {
namespace {

constexpr int kMaxNesting = 8;
constexpr int64_t kMaxStrip = 1'000'000;

Status read_step(const json::Value& value, const std::string& where, int depth, Draft& draft);

Status read_sequence(const Fields& fields, int depth, Draft& draft) {
  TRY(fields.only({"type", "decoders"}));
  if (depth == kMaxNesting)
    return fail(ErrorCode::bad_input, "{}: sequences are nested too deeply", fields.where());
  const json::Array& steps = *TRY(fields.array("decoders"));
  for (size_t i = 0; i < steps.size(); ++i)
    TRY(read_step(steps[i], fmt::format("{}[{}]", fields.place("decoders"), i), depth + 1, draft));
  return {};
}

Status read_strip(const Fields& fields, Decoder& decoder) {
  TRY(fields.only({"type", "content", "start", "stop"}));
  std::string character = TRY(fields.string("content"));
  const int64_t start = TRY(fields.integer("start"));
  const int64_t stop = TRY(fields.integer("stop"));
  if (character.empty()) return fields.wrong("content", "one character");
  if (start < 0 || start > kMaxStrip) return fields.wrong("start", "a count");
  if (stop < 0 || stop > kMaxStrip) return fields.wrong("stop", "a count");
  decoder.add(
      Decoder::Strip{std::move(character), static_cast<int>(start), static_cast<int>(stop)});
  return {};
}

Status read_metaspace(const Fields& fields, Decoder& decoder) {
  TRY(fields.only(
      {"type", "replacement", "add_prefix_space", "prepend_scheme", "split", "str_rep"}));
  std::string marker = TRY(fields.string("replacement"));
  if (marker.empty()) return fields.wrong("replacement", "one character");
  bool prefix = TRY(fields.boolean("add_prefix_space", true));
  if (fields.find("prepend_scheme")) prefix = TRY(fields.string("prepend_scheme")) != "never";
  decoder.add(Decoder::Metaspace{std::move(marker), prefix ? Decoder::FirstPiece::drops_marker
                                                           : Decoder::FirstPiece::like_others});
  return {};
}

Status read_step(const json::Value& value, const std::string& where, int depth, Draft& draft) {
  const Fields fields = TRY(Fields::of(value, where));
  const std::string type = TRY(fields.string("type"));
  Decoder& decoder = draft.pipeline.decoder;
  if (type == "Sequence") return read_sequence(fields, depth, draft);
  if (type == "Strip") return read_strip(fields, decoder);
  if (type == "Metaspace") return read_metaspace(fields, decoder);
  if (type == "Replace") {
    TRY(fields.only({"type", "pattern", "content"}));
    Pattern pattern = TRY(read_pattern(fields, "pattern"));
    decoder.add(Decoder::Replace{std::move(pattern), TRY(fields.string("content"))});
  } else if (type == "ByteLevel") {
    TRY(fields.only({"type", "add_prefix_space", "trim_offsets", "use_regex"}));
    decoder.add(Decoder::ByteLevel{});
  } else if (type == "ByteFallback") {
    TRY(fields.only({"type"}));
    decoder.add(Decoder::ByteFallback{});
  } else if (type == "Fuse") {
    TRY(fields.only({"type"}));
    decoder.add(Decoder::Fuse{});
  } else {
    return fields.unknown("decoder", type);
  }
  return {};
}

}  // namespace

Status read_decoder(const json::Value& value, const std::string& where, Draft& draft) {
  if (value.is_null()) {
    draft.pipeline.decoder.add(Decoder::JoinWithSpaces{});
    return {};
  }
  TRY(read_step(value, where, 0, draft));
  // A sequence without steps joins the tokens as they are.
  if (draft.pipeline.decoder.size() == 0) draft.pipeline.decoder.add(Decoder::Fuse{});
  return {};
}

}  // namespace swivel::text
