#include <fmt/format.h>

#include <charconv>

#include "text/json_parts.h"

namespace swivel::text {
namespace {

// "<s>" or {"content": "<s>", …}; nothing if absent or null.
Result<std::optional<std::string>> token_content(const Fields& fields, std::string_view key) {
  const json::Value* value = fields.find(key);
  if (!value) return std::nullopt;
  if (value->is_string()) return value->as_string();
  if (!value->is_object()) return fields.wrong(key, "a token");
  const Fields token = TRY(Fields::of(*value, fields.place(key)));
  return TRY(token.string("content"));
}

// Sets the id of a token named by its purpose, which makes it a control token. One that is not
// named stays as it is.
Status read_named(const Fields& fields, std::string_view key, int32_t& id, Draft& draft) {
  const std::optional<std::string> content = TRY(token_content(fields, key));
  if (!content || content->empty()) return {};
  TRY(draft.add_token({.content = *content, .special = true}));
  id = draft.id_of(*content);
  return {};
}

Status read_added_tokens_decoder(const Fields& fields, Draft& draft) {
  const json::Value* value = fields.find("added_tokens_decoder");
  if (!value) return {};
  if (!value->is_object()) return fields.wrong("added_tokens_decoder", "an object");
  for (const auto& [key, entry] : value->as_object()) {
    const Fields token = TRY(Fields::of(entry, fields.place("added_tokens_decoder") + "." + key));
    int32_t id = -1;
    const auto parsed = std::from_chars(key.data(), key.data() + key.size(), id);
    if (parsed.ec != std::errc() || parsed.ptr != key.data() + key.size() || id < 0 ||
        id >= kMaxIds)
      return fail(ErrorCode::bad_input, "{}: \"{}\" is no token id",
                  fields.place("added_tokens_decoder"), key);
    AddedToken added;
    added.id = id;
    added.content = TRY(token.string("content"));
    added.single_word = TRY(token.boolean("single_word", false));
    added.left_strip = TRY(token.boolean("lstrip", false));
    added.right_strip = TRY(token.boolean("rstrip", false));
    added.special = TRY(token.boolean("special", false));
    added.normalized = TRY(token.boolean("normalized", !added.special));
    TRY(draft.add_token(std::move(added)));
  }
  return {};
}

// Where the configuration says anything about BOS and EOS, it replaces what is there.
Status read_affixes(const Fields& fields, Draft& draft) {
  const bool says_bos = fields.find("add_bos_token") != nullptr;
  const bool says_eos = fields.find("add_eos_token") != nullptr;
  if (!says_bos && !says_eos) return {};
  Pipeline& pipeline = draft.pipeline;
  pipeline.prefix.clear();
  pipeline.suffix.clear();
  if (TRY(fields.boolean("add_bos_token", false)) && pipeline.named.bos >= 0)
    pipeline.prefix.push_back(pipeline.named.bos);
  if (TRY(fields.boolean("add_eos_token", false)) && pipeline.named.eos >= 0)
    pipeline.suffix.push_back(pipeline.named.eos);
  return {};
}

}  // namespace

Status read_tokenizer_config(std::string_view text, Affixes affixes, Draft& draft) {
  if (text.empty()) return {};
  const json::Value value = TRY(json::parse(text, "tokenizer_config.json"));
  const Fields fields = TRY(Fields::of(value, "tokenizer_config.json"));
  TRY(read_added_tokens_decoder(fields, draft));
  NamedTokens& named = draft.pipeline.named;
  TRY(read_named(fields, "bos_token", named.bos, draft));
  TRY(read_named(fields, "eos_token", named.eos, draft));
  TRY(read_named(fields, "unk_token", named.unk, draft));
  TRY(read_named(fields, "pad_token", named.pad, draft));
  if (named.eos >= 0) draft.pipeline.end_ids.push_back(named.eos);
  return affixes == Affixes::of_config ? read_affixes(fields, draft) : Status();
}

}  // namespace swivel::text
