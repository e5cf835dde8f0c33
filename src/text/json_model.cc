#include <fmt/format.h>

#include "text/byte_alphabet.h"
#include "text/json_parts.h"

namespace swivel::text {
namespace {

constexpr size_t kMaxMerges = size_t{1} << 26;

Status read_vocabulary(const Fields& fields, Draft& draft) {
  const json::Value& vocabulary = *TRY(fields.value("vocab"));
  if (!vocabulary.is_object()) return fields.wrong("vocab", "an object of tokens and ids");
  for (const auto& [token, id] : vocabulary.as_object()) {
    if (!id.is_integer())
      return fail(ErrorCode::bad_input, "{}: the id of \"{}\" must be an integer, found {}",
                  fields.place("vocab"), token.substr(0, 80), json::kind_name(id));
    TRY(draft.add_model_token(id.as_integer(), token));
  }
  return draft.close_model();
}

struct Sides {
  std::string_view left;
  std::string_view right;
};

// "left right" or ["left", "right"]
std::optional<Sides> sides_of(const json::Value& merge) {
  if (merge.is_string()) {
    const std::string_view text = merge.as_string();
    const size_t space = text.find(' ');
    if (space == text.npos || text.find(' ', space + 1) != text.npos) return std::nullopt;
    return Sides{text.substr(0, space), text.substr(space + 1)};
  }
  if (!merge.is_array() || merge.as_array().size() != 2) return std::nullopt;
  const json::Value& left = merge.as_array()[0];
  const json::Value& right = merge.as_array()[1];
  if (!left.is_string() || !right.is_string()) return std::nullopt;
  return Sides{left.as_string(), right.as_string()};
}

Status read_merges(const Fields& fields, Draft& draft) {
  const json::Array& merges = *TRY(fields.array("merges"));
  if (merges.size() > kMaxMerges)
    return fail(ErrorCode::bad_input, "{} has {} entries; the most is {}", fields.place("merges"),
                merges.size(), kMaxMerges);
  const TokenTable& tokens = draft.model_tokens();
  draft.merges.reserve(merges.size());
  std::string both;
  for (size_t i = 0; i < merges.size(); ++i) {
    // Old files may carry the version line of merges.txt.
    if (merges[i].is_string() && merges[i].as_string().starts_with("#version")) continue;
    const std::optional<Sides> sides = sides_of(merges[i]);
    if (!sides)
      return fail(ErrorCode::bad_input, "{}[{}] must be two tokens, found {}",
                  fields.place("merges"), i, json::write(merges[i]).substr(0, 80));
    both.assign(sides->left).append(sides->right);
    const int32_t left = tokens.find(sides->left);
    const int32_t right = tokens.find(sides->right);
    const int32_t id = tokens.find(both);
    if (left < 0 || right < 0 || id < 0)
      return fail(ErrorCode::bad_input, "{}[{}]: \"{}\" is not in the vocabulary",
                  fields.place("merges"), i,
                  (left < 0    ? std::string(sides->left)
                   : right < 0 ? std::string(sides->right)
                               : both)
                      .substr(0, 80));
    draft.merges.push_back({left, right, {static_cast<uint32_t>(i), id}});
  }
  return {};
}

Status refuse_affix(const Fields& fields, std::string_view key) {
  if (!fields.find(key) || TRY(fields.string(key)).empty()) return {};
  return fields.wrong(key, "empty; words that mark their parts are not supported");
}

Status read_unknown(const Fields& fields, Draft& draft) {
  if (TRY(fields.boolean("fuse_unk", false))) draft.bpe.unknown = Bpe::Unknown::fused;
  if (!fields.find("unk_token")) return {};
  const std::string token = TRY(fields.string("unk_token"));
  draft.bpe.unknown_id = draft.model_tokens().find(token);
  if (draft.bpe.unknown_id < 0) return fields.wrong("unk_token", "a token of the vocabulary");
  return {};
}

bool has_all_bytes(const TokenTable& tokens, std::string_view alphabet_of_all) {
  for (size_t i = 0; i < alphabet_of_all.size();) {
    const int length = static_cast<unsigned char>(alphabet_of_all[i]) < 0x80 ? 1 : 2;
    if (tokens.find(alphabet_of_all.substr(i, static_cast<size_t>(length))) < 0) return false;
    i += static_cast<size_t>(length);
  }
  return true;
}

Status read_byte_fallback(const Fields& fields, Draft& draft) {
  if (!TRY(fields.boolean("byte_fallback", false))) return {};
  if (draft.bpe.unit == Bpe::Unit::characters) {
    draft.bpe.byte_tokens = find_byte_tokens(draft.model_tokens());
    return {};
  }
  if (!has_all_bytes(draft.model_tokens(), all_of_byte_alphabet()))
    return fields.wrong("byte_fallback", "false where ByteLevel lacks bytes in the vocabulary");
  return {};
}

}  // namespace

Status read_model(const json::Value& value, const std::string& where, Draft& draft) {
  const Fields fields = TRY(Fields::of(value, where));
  const std::string type = fields.find("type") ? TRY(fields.string("type")) : "BPE";
  if (type != "BPE") return fields.unknown("model", type);
  TRY(fields.only({"type", "dropout", "unk_token", "continuing_subword_prefix",
                   "end_of_word_suffix", "fuse_unk", "byte_fallback", "ignore_merges", "vocab",
                   "merges"}));
  const json::Value* dropout = fields.find("dropout");
  if (dropout && !(dropout->is_number() && dropout->as_number() == 0))
    return fields.wrong("dropout", "null; random merges are for training");
  TRY(refuse_affix(fields, "continuing_subword_prefix"));
  TRY(refuse_affix(fields, "end_of_word_suffix"));
  TRY(read_vocabulary(fields, draft));
  TRY(read_merges(fields, draft));
  TRY(read_unknown(fields, draft));
  TRY(read_byte_fallback(fields, draft));
  if (TRY(fields.boolean("ignore_merges", false))) draft.bpe.whole_words = Bpe::WholeWords::taken;
  draft.pipeline.model_name = draft.bpe.unit == Bpe::Unit::bytes ? "byte-level BPE"
                              : draft.bpe.byte_tokens.empty()    ? "BPE"
                                                                 : "BPE with byte fallback";
  return {};
}

}  // namespace swivel::text
