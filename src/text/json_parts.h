// Readers of the parts of tokenizer.json. Each fills in the draft; each refuses by name what it
// does not know. Internal to text/.
#pragma once

#include "base/result.h"
#include "formats/json.h"
#include "text/draft.h"
#include "text/json_fields.h"

namespace swivel::text {

// {"String": "x"} or {"Regex": "x"}
Result<Pattern> read_pattern(const Fields& fields, std::string_view key);

// `value` is null where the file has none.
Status read_normalizer(const json::Value& value, const std::string& where, Draft& draft);
Status read_pre_tokenizer(const json::Value& value, const std::string& where, Draft& draft);
Status read_decoder(const json::Value& value, const std::string& where, Draft& draft);
// After the added tokens.
Status read_post_processor(const json::Value& value, const std::string& where, Draft& draft);
// Vocabulary and merges. After the pre-tokenizer, which decides whether words are bytes.
Status read_model(const json::Value& value, const std::string& where, Draft& draft);
Status read_added_tokens(const json::Value& value, const std::string& where, Draft& draft);

// tokenizer_config.json: named tokens and tokens that the model's file lacks. `text` may be empty.
// After everything else. With tokenizer.json, its post-processor alone decides what goes around a
// text; add_bos_token and add_eos_token count for other files only, as in transformers 5.
enum class Affixes { of_model_file, of_config };
Status read_tokenizer_config(std::string_view text, Affixes affixes, Draft& draft);

}  // namespace swivel::text
