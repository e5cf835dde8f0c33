#include "text/bpe.h"

#include <algorithm>

#include "text/utf8.h"

namespace swivel::text {
namespace {

constexpr uint8_t kNotTried = 0;
constexpr uint8_t kWhole = 1;
constexpr uint8_t kNotWhole = 2;

// Up to here looking through all pairs for each merge is faster than a heap.
constexpr size_t kShortWord = 48;
// Offsets within a word are 32 bits; longer words are cut.
constexpr size_t kLongestWord = size_t{1} << 30;
// Words remembered within one text, a power of two, and the longest of them in bytes.
constexpr size_t kRemembered = 4096;
constexpr size_t kLongestRemembered = 64;

}  // namespace

struct Bpe::Scratch {
  struct Candidate {
    uint32_t rank;
    uint32_t at;
    bool operator>(const Candidate& other) const {
      return rank != other.rank ? rank > other.rank : at > other.at;
    }
  };
  struct Answer {
    uint64_t hash = 0;
    std::string word;
    std::vector<int32_t> ids;
  };

  std::vector<Symbol> symbols;
  std::vector<uint32_t> next;
  std::vector<uint32_t> previous;
  std::vector<Merge> merges;  // of each symbol with the next
  std::vector<Candidate> heap;
  std::vector<Answer> remembered;
  size_t bytes_seen = 0;
};

Bpe::Bpe(Parts parts) : parts_(std::move(parts)) {
  const auto count = static_cast<size_t>(parts_.words.size());
  whole_ = std::make_unique<std::atomic<uint8_t>[]>(count);
  for (int byte = 0; byte < 256; ++byte) {
    const char c = static_cast<char>(byte);
    byte_ids_[byte] = parts_.words.find(std::string_view(&c, 1));
  }
}

Bpe::~Bpe() = default;
Bpe::Bpe(Bpe&&) noexcept = default;
Bpe& Bpe::operator=(Bpe&&) noexcept = default;

std::unique_ptr<Bpe::Scratch, void (*)(Bpe::Scratch*)> Bpe::make_scratch() {
  return {new Scratch, [](Scratch* scratch) { delete scratch; }};
}

bool Bpe::starts_part(std::string_view word, size_t at) const {
  if (!word.substr(at).starts_with(parts_.boundary)) return false;
  const char32_t before = decode_utf8(previous_character(word.data(), word.data() + at)).value;
  return !std::ranges::binary_search(parts_.joins_boundary, before);
}

void Bpe::encode(std::string_view word, Scratch& scratch, std::vector<int32_t>& out) const {
  if (parts_.whole_words == WholeWords::taken) {
    const int32_t id = parts_.words.find(word);
    if (id >= 0) {
      out.push_back(id);
      return;
    }
  }
  size_t begin = 0;
  if (!parts_.boundary.empty()) {
    for (size_t at = word.find(parts_.boundary, 1); at != word.npos;
         at = word.find(parts_.boundary, at + parts_.boundary.size())) {
      if (!starts_part(word, at)) continue;
      encode_part(word.substr(begin, at - begin), scratch, out);
      begin = at;
    }
  }
  while (word.size() - begin > kLongestWord) {
    const char* cut = previous_character(word.data(), word.data() + begin + kLongestWord);
    const auto end = static_cast<size_t>(cut - word.data());
    encode_part(word.substr(begin, end - begin), scratch, out);
    begin = end;
  }
  encode_part(word.substr(begin), scratch, out);
}

void Bpe::encode_part(std::string_view part, Scratch& scratch, std::vector<int32_t>& out) const {
  if (part.empty()) return;
  const uint64_t hash = hash_bytes(part);
  const int32_t id = parts_.words.find(part, hash);
  if (id >= 0) {
    std::atomic<uint8_t>& whole = whole_[id];
    uint8_t known = whole.load(std::memory_order_relaxed);
    if (known == kWhole) {
      out.push_back(id);
      return;
    }
    if (known == kNotTried) {
      const size_t before = out.size();
      merge_word(part, scratch, out);
      known = out.size() == before + 1 && out.back() == id ? kWhole : kNotWhole;
      whole.store(known, std::memory_order_relaxed);
      return;
    }
  }
  scratch.bytes_seen += part.size();
  // A short text does not repeat enough to pay for the table.
  if (part.size() > kLongestRemembered || scratch.bytes_seen < 2048) {
    merge_word(part, scratch, out);
    return;
  }
  if (scratch.remembered.empty()) scratch.remembered.resize(kRemembered);
  Scratch::Answer& answer = scratch.remembered[hash & (kRemembered - 1)];
  if (answer.hash == hash && answer.word == part) {
    out.insert(out.end(), answer.ids.begin(), answer.ids.end());
    return;
  }
  const size_t before = out.size();
  merge_word(part, scratch, out);
  answer.hash = hash;
  answer.word = part;
  answer.ids.assign(out.begin() + static_cast<std::ptrdiff_t>(before), out.end());
}

void Bpe::merge_word(std::string_view word, Scratch& scratch, std::vector<int32_t>& out) const {
  std::vector<Symbol>& symbols = scratch.symbols;
  symbols.clear();
  if (parts_.unit == Unit::bytes)
    split_bytes(word, symbols);
  else
    split_characters(word, symbols);
  if (symbols.size() <= kShortWord)
    merge_short(symbols);
  else
    merge_long(scratch);
  emit(word, symbols, out);
}

// A symbol without a token has id -1. One that would leave no trace at all is left out, so that
// its neighbours can merge.
void Bpe::split_bytes(std::string_view word, std::vector<Symbol>& symbols) const {
  for (size_t i = 0; i < word.size(); ++i) {
    const int32_t id = byte_ids_[static_cast<unsigned char>(word[i])];
    if (id < 0 && parts_.unknown_id < 0) continue;
    symbols.push_back({id, static_cast<uint32_t>(i), 1});
  }
}

void Bpe::split_characters(std::string_view word, std::vector<Symbol>& symbols) const {
  for (size_t i = 0; i < word.size();) {
    const int length = decode_utf8(word.data() + i).length;
    const std::string_view character = word.substr(i, static_cast<size_t>(length));
    int32_t id =
        length == 1 ? byte_ids_[static_cast<unsigned char>(word[i])] : parts_.words.find(character);
    if (id < 0 && parts_.pieces.size() > 0) {
      id = parts_.pieces.find(character);
      if (id >= 0) id += parts_.words.size();
    }
    if (id >= 0 || parts_.unknown_id >= 0 || !parts_.byte_tokens.empty())
      symbols.push_back({id, static_cast<uint32_t>(i), static_cast<uint32_t>(length)});
    i += static_cast<size_t>(length);
  }
}

void Bpe::merge_short(std::vector<Symbol>& symbols) const {
  std::array<Merge, kShortWord> merges;
  const auto look = [&](size_t i) {
    merges[i] = parts_.pairs.find(symbols[i].id, symbols[i + 1].id);
  };
  for (size_t i = 0; i + 1 < symbols.size(); ++i) look(i);
  while (symbols.size() > 1) {
    const auto last = merges.begin() + static_cast<std::ptrdiff_t>(symbols.size()) - 1;
    const auto best = std::min_element(
        merges.begin(), last, [](const Merge& a, const Merge& b) { return a.rank < b.rank; });
    if (best->rank == kNoRank) return;
    const auto at = static_cast<size_t>(best - merges.begin());
    symbols[at].id = best->id;
    symbols[at].length += symbols[at + 1].length;
    symbols.erase(symbols.begin() + static_cast<std::ptrdiff_t>(at) + 1);
    std::copy(best + 1, last, best);
    if (at > 0) look(at - 1);
    if (at + 1 < symbols.size()) look(at);
  }
}

// The same with a heap of candidates. A candidate counts only while it is what merges[] says of its
// place; those that a merge made stale are passed over.
void Bpe::merge_long(Scratch& scratch) const {
  std::vector<Symbol>& symbols = scratch.symbols;
  const auto count = static_cast<uint32_t>(symbols.size());
  scratch.next.resize(count);
  scratch.previous.resize(count);
  scratch.merges.resize(count);
  scratch.heap.clear();
  const auto look = [&](uint32_t at) {
    const uint32_t next = scratch.next[at];
    scratch.merges[at] =
        next == count ? Merge{kNoRank, -1} : parts_.pairs.find(symbols[at].id, symbols[next].id);
    return scratch.merges[at].rank != kNoRank;
  };
  const auto push = [&](uint32_t at) {
    if (!look(at)) return;
    scratch.heap.push_back({scratch.merges[at].rank, at});
    std::ranges::push_heap(scratch.heap, std::greater<>());
  };
  for (uint32_t i = 0; i < count; ++i) {
    scratch.next[i] = i + 1;
    scratch.previous[i] = i - 1;  // of the first: never read
  }
  for (uint32_t i = 0; i < count; ++i)
    if (look(i)) scratch.heap.push_back({scratch.merges[i].rank, i});
  std::ranges::make_heap(scratch.heap, std::greater<>());
  while (!scratch.heap.empty()) {
    std::ranges::pop_heap(scratch.heap, std::greater<>());
    const Scratch::Candidate top = scratch.heap.back();
    scratch.heap.pop_back();
    const uint32_t at = top.at;
    if (symbols[at].length == 0 || scratch.merges[at].rank != top.rank) continue;
    const uint32_t gone = scratch.next[at];
    symbols[at].id = scratch.merges[at].id;
    symbols[at].length += symbols[gone].length;
    symbols[gone].length = 0;
    scratch.next[at] = scratch.next[gone];
    if (scratch.next[at] != count) scratch.previous[scratch.next[at]] = at;
    push(at);
    if (at > 0) push(scratch.previous[at]);
  }
  std::erase_if(symbols, [](const Symbol& symbol) { return symbol.length == 0; });
}

void Bpe::emit(std::string_view word, const std::vector<Symbol>& symbols,
               std::vector<int32_t>& out) const {
  bool unknown_pending = false;
  const auto flush = [&] {
    if (unknown_pending) out.push_back(parts_.unknown_id);
    unknown_pending = false;
  };
  for (const Symbol& symbol : symbols) {
    if (symbol.id >= 0 && symbol.id < parts_.words.size()) {
      flush();
      out.push_back(symbol.id);
      continue;
    }
    const std::string_view bytes = word.substr(symbol.begin, symbol.length);
    const auto has_token = [this](char c) {
      return parts_.byte_tokens[static_cast<unsigned char>(c)] >= 0;
    };
    if (!parts_.byte_tokens.empty() && std::ranges::all_of(bytes, has_token)) {
      for (const char c : bytes) out.push_back(parts_.byte_tokens[static_cast<unsigned char>(c)]);
      continue;
    }
    if (parts_.unknown_id < 0) continue;
    if (parts_.unknown == Unknown::each) flush();
    unknown_pending = true;
  }
  flush();
}

}  // namespace swivel::text
