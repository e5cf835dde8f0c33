// Tokenizer::from_gguf: the tokenizer.ggml.* metadata. Ids equal those of llama.cpp, but for
// vocabularies whose own tokenizer composes characters (NFC), which llama.cpp does not do.
#include <fmt/format.h>

#include "formats/gguf.h"
#include "formats/gguf_words.h"
#include "text/draft.h"
#include "text/gguf_splitting.h"
#include "text/json_parts.h"
#include "text/scored_pieces.h"
#include "text/tokenizer.h"
#include "text/utf8.h"

namespace swivel {
namespace {

using text::Bpe;
using text::Decoder;
using text::Draft;
using text::Normalizer;
using text::Pattern;

constexpr std::string_view kSpaceMarker = "\xE2\x96\x81";

// The numbers are GGUF's.
enum TokenType : int64_t {
  normal = 1,
  unknown = 2,
  control = 3,
  user_defined = 4,
  unused = 5,
  byte = 6,
};

class Reader {
 public:
  explicit Reader(const gguf::File& file) : file_(file), draft_(file.name()) {}

  Result<Tokenizer> run() {
    const std::string model(TRY(string("tokenizer.ggml.model")));
    TRY(tokens());
    draft_.pipeline.source = "GGUF metadata";
    bool adds_bos = false;
    if (model == gguf_words::kByteLevelTokenizer) {
      adds_bos = TRY(byte_level());
    } else if (model == gguf_words::kScoredTokenizer) {
      TRY(scored());
      adds_bos = true;
    } else {
      return fail(ErrorCode::bad_input, "{}: the tokenizer model \"{}\" is not supported",
                  file_.name(), model);
    }
    TRY(named(model == gguf_words::kScoredTokenizer));
    TRY(affixes(adds_bos));
    return Tokenizer(TRY(draft_.finish()));
  }

 private:
  template <class... Args>
  std::unexpected<Error> wrong(fmt::format_string<Args...> format, Args&&... args) const {
    return fail(ErrorCode::bad_input, "{}: {}", file_.name(),
                fmt::format(format, std::forward<Args>(args)...));
  }

  Result<std::string_view> string(std::string_view key) const {
    const gguf::Value* value = file_.find(key);
    if (!value) return wrong("{} is missing", key);
    const auto text = value->string();
    if (!text) return wrong("{} is not a string", key);
    return *text;
  }

  Result<bool> boolean(std::string_view key, bool otherwise) const {
    const gguf::Value* value = file_.find(key);
    if (!value) return otherwise;
    const auto flag = value->boolean();
    if (!flag) return wrong("{} is not true or false", key);
    return *flag;
  }

  // nullptr if absent.
  Result<const gguf::Array*> array(std::string_view key) const {
    const gguf::Value* value = file_.find(key);
    if (!value) return nullptr;
    if (!value->array()) return wrong("{} is not an array", key);
    return value->array();
  }

  Status tokens() {
    const gguf::Array* texts = TRY(array("tokenizer.ggml.tokens"));
    if (!texts || !texts->is_strings() || texts->size() == 0)
      return wrong("tokenizer.ggml.tokens is not an array of strings");
    const std::span<const std::string_view> strings = texts->strings();
    for (size_t id = 0; id < strings.size(); ++id) {
      if (!text::is_utf8(strings[id])) return wrong("token {} is not UTF-8", id);
      TRY(draft_.add_model_token(static_cast<int64_t>(id), strings[id]));
    }
    TRY(draft_.close_model());
    return types();
  }

  Status types() {
    const gguf::Array* types = TRY(array("tokenizer.ggml.token_type"));
    if (!types) return {};
    if (types->size() != static_cast<size_t>(draft_.model_size()))
      return wrong("{} token types for {} tokens", types->size(), draft_.model_size());
    for (int32_t id = 0; id < draft_.model_size(); ++id) {
      const std::optional<int64_t> type = types->integer(static_cast<size_t>(id));
      if (!type || *type < 0 || *type > byte) return wrong("the type of token {} is not known", id);
      if (*type != normal && *type != user_defined) draft_.exclude_word(id);
      const bool special = *type == control || *type == unknown;
      if (special || *type == user_defined) TRY(add(id, special));
    }
    return {};
  }

  Status add(int32_t id, bool special) {
    // Of several tokens with the same text the first is found.
    const std::string content(draft_.model_text(id));
    if (draft_.model_tokens().find(content) != id) return {};
    return draft_.add_token({.content = content, .id = id, .special = special});
  }

  // Whether BOS is added where the file does not say.
  Result<bool> byte_level() {
    const std::string_view name =
        file_.find("tokenizer.ggml.pre") ? TRY(string("tokenizer.ggml.pre")) : "default";
    const text::GgufSplitting* splitting = text::find_gguf_splitting(name);
    if (!splitting) return wrong("the pre-tokenizer \"{}\" is not known", name);
    text::Pipeline& pipeline = draft_.pipeline;
    for (const std::string_view expression : splitting->expressions) {
      if (expression.empty()) break;
      pipeline.pre_tokenizer.add(text::PreTokenizer::Split{TRY(Pattern::expression(expression))});
      if (!pipeline.splitting.empty()) pipeline.splitting += "  then  ";
      pipeline.splitting += expression;
    }
    if (splitting->form == text::GgufSplitting::Form::nfc) {
      pipeline.normalizer.add(Normalizer::Compose{Normalizer::Form::nfc});
      pipeline.normalizer_name = "NFC";
    }
    if (splitting->whole_words == text::GgufSplitting::WholeWords::taken)
      draft_.bpe.whole_words = Bpe::WholeWords::taken;
    draft_.bpe.unit = Bpe::Unit::bytes;
    pipeline.decoder.add(Decoder::ByteLevel{});
    pipeline.model_name = fmt::format("byte-level BPE ({})", name);
    TRY(merges());
    return splitting->bos == text::GgufSplitting::Bos::yes;
  }

  Status merges() {
    const gguf::Array* merges = TRY(array("tokenizer.ggml.merges"));
    if (!merges || !merges->is_strings())
      return wrong("tokenizer.ggml.merges is not an array of strings");
    const text::TokenTable& tokens = draft_.model_tokens();
    std::string both;
    for (size_t i = 0; i < merges->size(); ++i) {
      const std::string_view merge = merges->strings()[i];
      const size_t space = merge.find(' ', 1);
      if (space == merge.npos) return wrong("merge {} is not two tokens", i);
      const std::string_view left = merge.substr(0, space);
      const std::string_view right = merge.substr(space + 1);
      both.assign(left).append(right);
      const text::RankedMerge ranked = {
          tokens.find(left), tokens.find(right), {static_cast<uint32_t>(i), tokens.find(both)}};
      if (ranked.left < 0 || ranked.right < 0 || ranked.merge.id < 0)
        return wrong("merge {} has a token that is not in the vocabulary", i);
      draft_.merges.push_back(ranked);
    }
    return {};
  }

  Status scored() {
    const gguf::Array* scores = TRY(array("tokenizer.ggml.scores"));
    if (!scores) return wrong("tokenizer.ggml.scores is missing");
    std::vector<float> values;
    for (size_t i = 0; i < scores->size(); ++i) {
      const std::optional<double> score = scores->number(i);
      if (!score) return wrong("score {} is not a number", i);
      values.push_back(static_cast<float>(*score));
    }
    if (file_.find("tokenizer.ggml.precompiled_charsmap"))
      return wrong("tokenizer.ggml.precompiled_charsmap is not supported");
    draft_.bpe.unit = Bpe::Unit::characters;
    draft_.bpe.unknown = Bpe::Unknown::each;
    draft_.bpe.byte_tokens = text::find_byte_tokens(draft_.model_tokens());
    draft_.pipeline.model_name = "SentencePiece BPE with byte fallback";
    TRY(text::add_scored_merges(values, draft_));
    return scored_steps();
  }

  Status scored_steps() {
    const bool prefix = TRY(boolean("tokenizer.ggml.add_space_prefix", true));
    text::Pipeline& pipeline = draft_.pipeline;
    const std::string marker(kSpaceMarker);
    if (prefix) pipeline.normalizer.add(Normalizer::Prepend{marker});
    pipeline.normalizer.add(Normalizer::Replace{Pattern::literal(" "), marker});
    pipeline.decoder.add(Decoder::Replace{Pattern::literal(marker), " "});
    pipeline.decoder.add(Decoder::ByteFallback{});
    pipeline.decoder.add(Decoder::Fuse{});
    if (prefix) pipeline.decoder.add(Decoder::Strip{" ", 1, 0});
    return {};
  }

  Result<int32_t> id(std::string_view key, int32_t otherwise) const {
    const gguf::Value* value = file_.find(key);
    if (!value) return otherwise < draft_.model_size() ? otherwise : -1;
    const auto number = value->integer();
    if (!number) return wrong("{} is not an integer", key);
    // Some files hold 2^32 - 1 for "none".
    if (*number == UINT32_MAX) return -1;
    if (*number < 0 || *number >= draft_.model_size())
      return wrong("{} is {}, and there are {} tokens", key, *number, draft_.model_size());
    return static_cast<int32_t>(*number);
  }

  // What a SentencePiece vocabulary has where the file names nothing.
  Status named(bool scored) {
    text::Pipeline& pipeline = draft_.pipeline;
    text::NamedTokens& named = pipeline.named;
    named.bos = TRY(id("tokenizer.ggml.bos_token_id", scored ? 1 : -1));
    named.eos = TRY(id("tokenizer.ggml.eos_token_id", scored ? 2 : -1));
    named.unk = TRY(id("tokenizer.ggml.unknown_token_id", scored ? 0 : -1));
    named.pad = TRY(id("tokenizer.ggml.padding_token_id", -1));
    if (scored) draft_.bpe.unknown_id = named.unk;
    const int32_t eot = TRY(id("tokenizer.ggml.eot_token_id", -1));
    const int32_t eom = TRY(id("tokenizer.ggml.eom_token_id", -1));
    for (const int32_t end : {named.eos, eot, eom})
      if (end >= 0) pipeline.end_ids.push_back(end);
    return {};
  }

  Status affixes(bool adds_bos) {
    text::Pipeline& pipeline = draft_.pipeline;
    if (TRY(boolean("tokenizer.ggml.add_bos_token", adds_bos)) && pipeline.named.bos >= 0)
      pipeline.prefix = {pipeline.named.bos};
    if (TRY(boolean("tokenizer.ggml.add_eos_token", false)) && pipeline.named.eos >= 0)
      pipeline.suffix = {pipeline.named.eos};
    return {};
  }

  const gguf::File& file_;
  Draft draft_;
};

}  // namespace

Result<Tokenizer> Tokenizer::from_gguf(const gguf::File& file) { return Reader(file).run(); }

}  // namespace swivel
