// Tokenizer::from_json: tokenizer.json as the tokenizers package writes it.
#include "text/json_parts.h"
#include "text/tokenizer.h"

namespace swivel {
namespace {

using text::Draft;
using text::Fields;

const json::Value& member(const json::Value& value, std::string_view key) {
  static const json::Value null;
  const json::Value* found = value.find(key);
  return found ? *found : null;
}

// A token that a post-processor adds must exist.
Status check_affixes(const text::Pipeline& pipeline, const std::string& name) {
  for (const auto* ids : {&pipeline.prefix, &pipeline.suffix})
    for (const int32_t id : *ids)
      if (!pipeline.tokens.has(id))
        return fail(ErrorCode::bad_input, "{}: post_processor adds token {}, which does not exist",
                    name, id);
  return {};
}

}  // namespace

Result<Tokenizer> Tokenizer::from_json(std::string_view tokenizer_json,
                                       std::string_view tokenizer_config, std::string_view name) {
  const json::Value value = TRY(json::parse(tokenizer_json, name));
  const std::string where(name);
  const Fields fields = TRY(Fields::of(value, where));
  // Truncation and padding are settings of a call, not of the text's ids, and are left aside.
  TRY(fields.only({"version", "truncation", "padding", "added_tokens", "normalizer",
                   "pre_tokenizer", "post_processor", "decoder", "model"}));
  Draft draft(where);
  draft.pipeline.source = where;
  TRY(text::read_normalizer(member(value, "normalizer"), where + ": normalizer", draft));
  TRY(text::read_pre_tokenizer(member(value, "pre_tokenizer"), where + ": pre_tokenizer", draft));
  TRY(text::read_model(*TRY(fields.value("model")), where + ": model", draft));
  TRY(text::read_added_tokens(member(value, "added_tokens"), where + ": added_tokens", draft));
  TRY(text::read_decoder(member(value, "decoder"), where + ": decoder", draft));
  TRY(text::read_post_processor(member(value, "post_processor"), where + ": post_processor",
                                draft));
  TRY(text::read_tokenizer_config(tokenizer_config, text::Affixes::of_model_file, draft));
  std::shared_ptr<const text::Pipeline> pipeline = TRY(draft.finish());
  TRY(check_affixes(*pipeline, where));
  return Tokenizer(std::move(pipeline));
}

}  // namespace swivel
