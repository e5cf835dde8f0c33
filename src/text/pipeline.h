// Pipeline: what a tokenizer file says, read: the parts that Tokenizer runs text through. Built by
// the readers of this folder and frozen afterwards. Internal to text/.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "text/added_tokens.h"
#include "text/bpe.h"
#include "text/decoder.h"
#include "text/normalizer.h"
#include "text/pre_tokenizer.h"
#include "text/token_table.h"

namespace swivel::text {

// Tokens that the files name by their purpose; -1 where they name none.
struct NamedTokens {
  int32_t bos = -1;
  int32_t eos = -1;
  int32_t pad = -1;
  int32_t unk = -1;
};

struct Pipeline {
  TokenTable tokens;          // by id, as the file writes them, added tokens included
  std::vector<bool> special;  // by id: control tokens

  AddedTokenMatcher raw_tokens;  // found in the text as it comes
  Normalizer normalizer;
  AddedTokenMatcher normalized_tokens;  // found in normalised text
  PreTokenizer pre_tokenizer;
  std::unique_ptr<const Bpe> model;
  Decoder decoder;

  std::vector<int32_t> prefix;  // put around a text with Affixes::as_model
  std::vector<int32_t> suffix;
  NamedTokens named;
  std::vector<int32_t> end_ids;  // sorted, unique

  size_t merge_count = 0;
  size_t added_count = 0;
  std::string model_name;       // "byte-level BPE"
  std::string source;           // "tokenizer.json"
  std::string normalizer_name;  // in words, "NFC"; empty for none
  std::string splitting;        // in words: the expressions, one after the other
};

}  // namespace swivel::text
