// Tokenizer::from_sentencepiece: tokenizer.model. Ids equal those of the SentencePiece library;
// control tokens in the text are found as the tokenizers package finds them.
#include "formats/sentencepiece.h"

#include "text/json_parts.h"
#include "text/scored_pieces.h"
#include "text/tokenizer.h"

namespace swivel {
namespace {

using text::Draft;
using PieceType = sentencepiece::PieceType;

constexpr std::string_view kSpaceMarker = "\xE2\x96\x81";

Status check_supported(const sentencepiece::Model& model, std::string_view name) {
  const auto refuse = [name](std::string_view what) {
    return fail(ErrorCode::bad_input, "{}: {} not supported", name, what);
  };
  if (model.trainer.model_type != sentencepiece::ModelType::bpe)
    return refuse("SentencePiece models other than BPE (unigram, word, character) are");
  if (!model.normalizer.precompiled_charsmap.empty())
    return refuse("the normalisation rules (precompiled_charsmap) of this model are");
  if (!model.normalizer.escape_whitespaces) return refuse("escape_whitespaces = false is");
  if (model.trainer.treat_whitespace_as_suffix)
    return refuse("treat_whitespace_as_suffix = true is");
  for (const sentencepiece::Piece& piece : model.pieces)
    if (piece.type == PieceType::unused) return refuse("pieces marked unused are");
  return {};
}

Status add_pieces(const sentencepiece::Model& model, Draft& draft) {
  const auto count = static_cast<int32_t>(model.pieces.size());
  for (int32_t id = 0; id < count; ++id) TRY(draft.add_model_token(id, model.pieces[id].text));
  TRY(draft.close_model());
  std::vector<float> scores;
  for (int32_t id = 0; id < count; ++id) {
    const auto& [content, score, type] = model.pieces[id];
    scores.push_back(score);
    if (type == PieceType::control || type == PieceType::unknown) {
      draft.exclude_word(id);
      TRY(draft.add_token({.content = content, .id = id, .special = true}));
    } else if (type == PieceType::user_defined) {
      TRY(draft.add_token({.content = content, .id = id, .normalized = true}));
    } else if (type == PieceType::byte) {
      draft.exclude_word(id);
    }
  }
  if (model.trainer.byte_fallback)
    draft.bpe.byte_tokens = text::find_byte_tokens(draft.model_tokens());
  return text::add_scored_merges(scores, draft);
}

void add_steps(const sentencepiece::Model& model, text::Pipeline& pipeline) {
  using text::Decoder;
  using text::Normalizer;
  using text::Pattern;
  const sentencepiece::NormalizerSpec& spec = model.normalizer;
  const std::string marker(kSpaceMarker);
  if (spec.remove_extra_whitespaces) pipeline.normalizer.add(Normalizer::CollapseSpaces{});
  if (spec.add_dummy_prefix) pipeline.normalizer.add(Normalizer::Prepend{marker});
  pipeline.normalizer.add(Normalizer::Replace{Pattern::literal(" "), marker});
  pipeline.decoder.add(Decoder::Replace{Pattern::literal(marker), " "});
  pipeline.decoder.add(Decoder::ByteFallback{});
  pipeline.decoder.add(Decoder::Fuse{});
  if (spec.add_dummy_prefix) pipeline.decoder.add(Decoder::Strip{" ", 1, 0});
  if (spec.remove_extra_whitespaces) pipeline.normalizer_name = "single spaces";
}

}  // namespace

Result<Tokenizer> Tokenizer::from_sentencepiece(std::string_view bytes,
                                                std::string_view tokenizer_config,
                                                std::string_view name) {
  const sentencepiece::Model model = TRY(sentencepiece::read(bytes, name));
  TRY(check_supported(model, name));
  Draft draft{std::string(name)};
  draft.patterns = Draft::Patterns::as_written;
  draft.bpe.unit = text::Bpe::Unit::characters;
  draft.bpe.unknown = text::Bpe::Unknown::fused;
  TRY(add_pieces(model, draft));
  add_steps(model, draft.pipeline);
  const auto named = [&](int32_t id) { return id >= 0 && id < draft.model_size() ? id : -1; };
  text::NamedTokens& tokens = draft.pipeline.named;
  tokens = {named(model.trainer.bos_id), named(model.trainer.eos_id), named(model.trainer.pad_id),
            named(model.trainer.unk_id)};
  draft.bpe.unknown_id = tokens.unk;
  if (tokens.bos >= 0) draft.pipeline.prefix = {tokens.bos};
  TRY(text::read_tokenizer_config(tokenizer_config, text::Affixes::of_config, draft));
  if (tokens.eos >= 0) draft.pipeline.end_ids.push_back(tokens.eos);
  draft.pipeline.model_name =
      model.trainer.byte_fallback ? "SentencePiece BPE with byte fallback" : "SentencePiece BPE";
  draft.pipeline.source = name;
  return Tokenizer(TRY(draft.finish()));
}

}  // namespace swivel
