#include "text/draft.h"

#include <algorithm>

#include "text/byte_alphabet.h"
#include "text/utf8.h"

namespace swivel::text {
namespace {

// U+2581, which SentencePiece writes for a space.
constexpr std::string_view kSpaceMarker = "\xE2\x96\x81";
constexpr size_t kMaxTokenBytes = size_t{1} << 20;

}  // namespace

std::vector<int32_t> find_byte_tokens(const TokenTable& tokens) {
  std::vector<int32_t> ids;
  for (int byte = 0; byte < 256; ++byte)
    ids.push_back(tokens.find(fmt::format("<0x{:02X}>", byte)));
  return ids;
}

Status Draft::add_model_token(int64_t id, std::string_view text) {
  if (id < 0 || id >= kMaxIds)
    return fail(ErrorCode::bad_input, "{}: token \"{}\" has id {}; ids run from 0 to {}", name_,
                text.substr(0, 80), id, kMaxIds - 1);
  if (text.size() > kMaxTokenBytes)
    return fail(ErrorCode::bad_input, "{}: token {} has {} bytes; the most is {}", name_, id,
                text.size(), kMaxTokenBytes);
  // An empty text is a token all the same.
  listed_.emplace_back(static_cast<int32_t>(id), text.data() == nullptr ? "" : text);
  return {};
}

Status Draft::close_model() {
  int32_t highest = -1;
  for (const auto& [id, text] : listed_) highest = std::max(highest, id);
  if (highest >= id_limit())
    return fail(ErrorCode::bad_input, "{}: an id of {} is too high for {} tokens", name_, highest,
                listed_.size());
  texts_.resize(static_cast<size_t>(highest + 1));
  for (const auto& [id, text] : listed_) {
    if (texts_[id].data() != nullptr)
      return fail(ErrorCode::bad_input, "{}: id {} is both \"{}\" and \"{}\"", name_, id,
                  texts_[id].substr(0, 80), text.substr(0, 80));
    texts_[id] = text;
  }
  model_ = TokenTable(texts_);
  excluded_.assign(texts_.size(), false);
  return {};
}

// Tables are as long as the highest id, so that a few tokens cannot have very high ones.
int64_t Draft::id_limit() const {
  const auto count = static_cast<int64_t>(listed_.size() + added_.size());
  return std::min(kMaxIds, 65536 + 4 * count);
}

int32_t Draft::id_of(std::string_view text) const {
  const auto found = by_content_.find(std::string(text));
  if (found != by_content_.end()) return added_[found->second].id;
  return model_.find(text);
}

Status Draft::add_token(AddedToken token) {
  if (token.content.empty()) return {};
  if (token.content.size() > kMaxAddedTokenBytes)
    return fail(ErrorCode::bad_input, "{}: an added token has {} bytes; the most is {}", name_,
                token.content.size(), kMaxAddedTokenBytes);
  const auto known = by_content_.find(token.content);
  if (known != by_content_.end()) {
    added_[known->second].special |= token.special;
    return {};
  }
  const int32_t in_model = model_.find(token.content);
  if (in_model >= 0)
    token.id = in_model;
  else if (token.id < 0)
    token.id = std::max(next_id_, model_size());
  const bool taken = added_ids_.contains(token.id) || (in_model < 0 && model_.has(token.id));
  if (taken || token.id >= id_limit())
    return fail(ErrorCode::bad_input, "{}: added token \"{}\" has id {}, which is {}", name_,
                token.content.substr(0, 80), token.id, taken ? "taken" : "too high");
  next_id_ = std::max(next_id_, token.id + 1);
  added_ids_.insert(token.id);
  by_content_.emplace(token.content, added_.size());
  added_.push_back(std::move(token));
  return {};
}

void Draft::exclude_word(int32_t id) { excluded_[id] = true; }

Result<std::shared_ptr<const Pipeline>> Draft::finish() {
  finish_tokens();
  TRY(finish_model());
  if (pipeline.decoder.size() == 0) pipeline.decoder.add(Decoder::JoinWithSpaces{});
  if (const Status status = pipeline.decoder.check(); !status) return in(name_, status.error());
  std::ranges::sort(pipeline.end_ids);
  const auto repeated = std::ranges::unique(pipeline.end_ids);
  pipeline.end_ids.erase(repeated.begin(), repeated.end());
  return std::make_shared<const Pipeline>(std::move(pipeline));
}

void Draft::finish_tokens() {
  std::vector<std::string_view> all = texts_;
  for (const AddedToken& token : added_) {
    if (token.id >= static_cast<int32_t>(all.size())) all.resize(static_cast<size_t>(token.id) + 1);
    all[token.id] = token.content;
  }
  pipeline.tokens = TokenTable(all);
  pipeline.special.assign(all.size(), false);
  pipeline.added_count = added_.size();
  // Control tokens come first, so that of equal patterns theirs wins.
  std::vector<AddedToken> raw;
  std::vector<AddedToken> normalized;
  std::vector<std::string> raw_patterns;
  std::vector<std::string> normalized_patterns;
  for (const bool special : {true, false})
    for (const AddedToken& token : added_) {
      if (token.special != special) continue;
      pipeline.special[token.id] = special;
      if (!token.normalized) {
        raw.push_back(token);
        raw_patterns.push_back(token.content);
        continue;
      }
      std::string storage;
      normalized_patterns.emplace_back(patterns == Patterns::normalized
                                           ? pipeline.normalizer.apply(token.content, storage)
                                           : token.content);
      normalized.push_back(token);
    }
  pipeline.raw_tokens = AddedTokenMatcher(std::move(raw), raw_patterns);
  pipeline.normalized_tokens = AddedTokenMatcher(std::move(normalized), normalized_patterns);
}

Status Draft::finish_model() {
  std::vector<std::string_view> words(texts_.size());
  std::string bytes;
  size_t total = 0;
  for (const std::string_view text : texts_) total += text.size();
  bytes.reserve(total);  // no token has more bytes than its text; views stay valid
  for (size_t id = 0; id < texts_.size(); ++id) {
    if (!is_word(static_cast<int32_t>(id))) continue;
    if (bpe.unit == Bpe::Unit::characters) {
      words[id] = texts_[id];
      continue;
    }
    const auto unmapped = from_byte_alphabet(texts_[id]);
    if (!unmapped || unmapped->empty()) continue;
    const size_t begin = bytes.size();
    bytes += *unmapped;
    words[id] = std::string_view(bytes).substr(begin);
  }
  bpe.words = TokenTable(words);
  bpe.pieces = TokenTable(std::vector<std::string_view>(pieces.begin(), pieces.end()));
  bpe.pairs = PairTable(merges.size());
  for (const RankedMerge& merge : merges) bpe.pairs.put(merge.left, merge.right, merge.merge);
  pipeline.merge_count = merges.size();
  if (bpe.unit == Bpe::Unit::characters) find_boundary();
  pipeline.model = std::make_unique<const Bpe>(std::move(bpe));
  return {};
}

// Where no token continues across the space marker, words can be encoded one by one.
void Draft::find_boundary() {
  if (bpe.words.find(kSpaceMarker) < 0) return;
  std::vector<char32_t>& joins = bpe.joins_boundary;
  for (const std::string_view text : texts_)
    for (size_t at = text.find(kSpaceMarker, 1); at != text.npos;
         at = text.find(kSpaceMarker, at + 1))
      joins.push_back(decode_utf8(previous_character(text.data(), text.data() + at)).value);
  std::ranges::sort(joins);
  const auto repeated = std::ranges::unique(joins);
  joins.erase(repeated.begin(), repeated.end());
  bpe.boundary = kSpaceMarker;
}

}  // namespace swivel::text
