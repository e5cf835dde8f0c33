// Draft: a Pipeline in the making. The readers of tokenizer.json, GGUF metadata and SentencePiece
// models fill it in; finish() turns it into what Tokenizer runs. Internal to text/.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "base/result.h"
#include "text/added_tokens.h"
#include "text/bpe.h"
#include "text/pipeline.h"

namespace swivel::text {

// The most ids a vocabulary may have; a hostile file cannot ask for more memory than this implies.
inline constexpr int64_t kMaxIds = int64_t{1} << 24;
// Longer added tokens would make matching slow, and none exist.
inline constexpr size_t kMaxAddedTokenBytes = 8192;

// A merge by the ids of its two sides and of the result; lower ranks first.
struct RankedMerge {
  int32_t left;
  int32_t right;
  Merge merge;
};

// The tokens <0x00> to <0xFF> by value, -1 where there is none.
std::vector<int32_t> find_byte_tokens(const TokenTable& tokens);

class Draft {
 public:
  explicit Draft(std::string name) : name_(std::move(name)) {}
  const std::string& name() const { return name_; }

  // A token of the model. `text` outlives the draft. bad_input for an id out of range.
  Status add_model_token(int64_t id, std::string_view text);
  // All model tokens are in; lookups work from here on. bad_input if two share an id or an id is
  // far above the number of tokens.
  Status close_model();
  int32_t model_size() const { return static_cast<int32_t>(texts_.size()); }
  const TokenTable& model_tokens() const { return model_; }
  std::string_view model_text(int32_t id) const { return texts_[id]; }

  // A token found in text. One whose content the model or the list has keeps that id and, in the
  // list, its flags, but for becoming special. `token.id` is used otherwise; -1 for the next free.
  Status add_token(AddedToken token);
  // -1 if neither the model nor the list has it.
  int32_t id_of(std::string_view text) const;

  // What the readers set directly.
  Pipeline pipeline;
  Bpe::Parts bpe;  // without words and pieces, which finish_model makes
  std::vector<RankedMerge> merges;
  std::vector<std::string> pieces;  // see Bpe::Parts; ids from model_size() on

  // How added tokens that are looked for in normalised text are looked for.
  enum class Patterns { normalized, as_written };
  Patterns patterns = Patterns::normalized;

  // Which ids merging can reach; the rest is never found as a word. Default: all.
  void exclude_word(int32_t id);
  bool is_word(int32_t id) const { return texts_[id].data() != nullptr && !excluded_[id]; }

  // REQUIRES: close_model was called. bad_input where the parts contradict each other.
  Result<std::shared_ptr<const Pipeline>> finish();

 private:
  int64_t id_limit() const;
  void finish_tokens();
  Status finish_model();
  void find_boundary();

  std::string name_;
  std::vector<std::pair<int32_t, std::string_view>> listed_;
  std::vector<std::string_view> texts_;  // by id
  TokenTable model_;
  std::vector<bool> excluded_;
  std::vector<AddedToken> added_;
  std::unordered_map<std::string, size_t> by_content_;  // into added_
  std::unordered_set<int32_t> added_ids_;
  int32_t next_id_ = 0;
};

}  // namespace swivel::text
