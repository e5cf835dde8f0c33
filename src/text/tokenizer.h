// Tokenizer: text to token ids and back, as the model's own files define it.
//
// Reads tokenizer.json (+ tokenizer_config.json), a SentencePiece tokenizer.model, or the
// tokenizer.ggml.* metadata of a GGUF. Ids equal those of the `tokenizers` package (for
// tokenizer.json) and of llama.cpp (for GGUF). A setting that is not known is refused by name when
// loading; nothing is ignored.
//
// Text that is not UTF-8 is defined: each maximal invalid subsequence counts as one U+FFFD, as
// Python's errors="replace" has it.
//
// Immutable once made; any number of threads may use one. Copies share their tables.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace swivel {

namespace gguf {
class File;
}

namespace text {
struct Pipeline;
}

class Tokenizer {
 public:
  // What a control token's text ("<|im_end|>") in the input becomes: the token, or plain text.
  // Added tokens that are not control tokens ("<tool_call>" in many vocabularies) are matched
  // either way, as the tokenizers package does with encode_special_tokens.
  enum class Specials { parse, as_text };
  // Whether the tokens the model's files put around a text (BOS, EOS, a template) are added.
  enum class Affixes { as_model, none };
  // What decoding does with control tokens.
  enum class SkipSpecials { no, yes };

  // `folder` holds tokenizer.json or tokenizer.model, and maybe tokenizer_config.json. not_found
  // if it holds neither, bad_input for a file that is broken or asks for something unknown.
  static Result<Tokenizer> from_huggingface(const std::filesystem::path& folder);
  // Needs the metadata only; a file without tensors will do.
  static Result<Tokenizer> from_gguf(const gguf::File& file);
  // From the text of tokenizer.json and of tokenizer_config.json (empty: there is none). `name` is
  // what messages call the former.
  static Result<Tokenizer> from_json(std::string_view tokenizer_json,
                                     std::string_view tokenizer_config, std::string_view name);
  // From the bytes of a SentencePiece model.
  static Result<Tokenizer> from_sentencepiece(std::string_view model,
                                              std::string_view tokenizer_config,
                                              std::string_view name);

  // Time is linear in the text, up to a logarithm in its longest stretch without a split.
  std::vector<int32_t> encode(std::string_view utf8, Specials specials, Affixes affixes) const;

  // The text of `ids`; valid UTF-8. Ids outside the vocabulary add nothing. Spaces are not cleaned
  // up, whatever clean_up_tokenization_spaces says.
  std::string decode(std::span<const int32_t> ids, SkipSpecials skip = SkipSpecials::no) const;

  // One more than the highest id. Ids below it without a token have an empty text.
  int32_t vocab_size() const;
  // The token as its file writes it ("Ġthe", "▁the", "<0x0A>"). Empty if there is no such id.
  std::string_view token_text(int32_t id) const;
  // The bytes the token adds in the middle of a text: " the", "\n"; not always whole characters.
  // Independent of neighbours; used for grammars and log-probabilities. Empty if no such id.
  std::string token_bytes(int32_t id) const;
  // The id of a token by its text as the file writes it.
  std::optional<int32_t> id_of(std::string_view token) const;
  bool is_special(int32_t id) const;
  bool has_id(int32_t id) const { return id >= 0 && id < vocab_size(); }

  std::optional<int32_t> bos() const;
  std::optional<int32_t> eos() const;
  std::optional<int32_t> pad() const;
  std::optional<int32_t> unk() const;
  // Ids that end a turn or a text and that the file names itself (eos, eot, eom); sorted, unique.
  const std::vector<int32_t>& end_ids() const;
  // Whether encoding with Affixes::as_model puts BOS in front.
  bool adds_bos() const;

  // Facts in words for people, in order: ("model", "byte-level BPE, 151643 tokens, …").
  std::vector<std::pair<std::string, std::string>> describe() const;

  // For StreamDecoder and the tests of this folder.
  const text::Pipeline& pipeline() const { return *pipeline_; }

  explicit Tokenizer(std::shared_ptr<const text::Pipeline> pipeline)
      : pipeline_(std::move(pipeline)) {}

 private:
  std::shared_ptr<const text::Pipeline> pipeline_;
};

}  // namespace swivel
