#include "text/scored_pieces.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <unordered_map>

#include "text/utf8.h"

namespace swivel::text {
namespace {

// SentencePiece's trainer stops at 16 characters by default; each word is tried at every cut.
constexpr size_t kMaxWordBytes = 512;

class Merger {
 public:
  Merger(std::span<const float> scores, Draft& draft) : scores_(scores), draft_(draft) {}

  Status run() {
    TRY(rank_scores());
    for (int32_t id = 0; id < draft_.model_size(); ++id)
      if (draft_.is_word(id)) TRY(cut_word(id));
    return {};
  }

 private:
  Status rank_scores() {
    if (scores_.size() < static_cast<size_t>(draft_.model_size()))
      return fail(ErrorCode::bad_input, "{}: {} scores for {} tokens", draft_.name(),
                  scores_.size(), draft_.model_size());
    for (int32_t id = 0; id < draft_.model_size(); ++id) {
      if (!draft_.is_word(id)) continue;
      if (std::isnan(scores_[id]))
        return fail(ErrorCode::bad_input, "{}: the score of token {} is not a number",
                    draft_.name(), id);
      distinct_.push_back(scores_[id]);
    }
    std::ranges::sort(distinct_, std::greater<>());
    const auto repeated = std::ranges::unique(distinct_);
    distinct_.erase(repeated.begin(), repeated.end());
    return {};
  }

  uint32_t rank_of(int32_t id) const {
    const auto place = std::ranges::lower_bound(distinct_, scores_[id], std::greater<>());
    return static_cast<uint32_t>(place - distinct_.begin());
  }

  Status cut_word(int32_t id) {
    const std::string_view word = draft_.model_text(id);
    if (word.size() > kMaxWordBytes)
      return fail(ErrorCode::bad_input, "{}: piece {} has {} bytes; the most is {}", draft_.name(),
                  id, word.size(), kMaxWordBytes);
    if (!is_utf8(word))
      return fail(ErrorCode::bad_input, "{}: piece {} is not UTF-8", draft_.name(), id);
    if (word.empty()) return {};
    const Merge merge = {rank_of(id), id};
    for (size_t cut = static_cast<size_t>(decode_utf8(word.data()).length); cut < word.size();
         cut += static_cast<size_t>(decode_utf8(word.data() + cut).length)) {
      const int32_t left = part(word.substr(0, cut));
      if (left < 0) continue;
      const int32_t right = part(word.substr(cut));
      if (right >= 0) draft_.merges.push_back({left, right, merge});
    }
    return {};
  }

  // A word, or a single character that is none.
  int32_t part(std::string_view text) {
    const int32_t id = draft_.model_tokens().find(text);
    if (id >= 0 && draft_.is_word(id)) return id;
    if (static_cast<size_t>(decode_utf8(text.data()).length) != text.size()) return -1;
    const auto [entry, added] =
        characters_.try_emplace(std::string(text), static_cast<int32_t>(draft_.pieces.size()));
    if (added) draft_.pieces.emplace_back(text);
    return draft_.model_size() + entry->second;
  }

  std::span<const float> scores_;
  Draft& draft_;
  std::vector<float> distinct_;  // descending
  std::unordered_map<std::string, int32_t> characters_;
};

}  // namespace

Status add_scored_merges(std::span<const float> scores, Draft& draft) {
  return Merger(scores, draft).run();
}

}  // namespace swivel::text
