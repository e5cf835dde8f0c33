// Byte-pair encoding of one word: start from bytes or characters, merge the pair of lowest rank
// (the leftmost of equals) until none merges.
//
// The bytes of a word are its identity: for byte-level vocabularies a token is known by the bytes
// it stands for, for the others by its UTF-8 text.
//
// Immutable after building, but for a table of remembered answers that threads may fill together;
// any thread may encode.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "text/pair_table.h"
#include "text/token_table.h"

namespace swivel::text {

class Bpe {
 public:
  enum class Unit { bytes, characters };
  enum class WholeWords { merged, taken };  // taken: a word that is a token needs no merges
  enum class Unknown { each, fused };  // one unknown token for each unknown character, or a run

  // What the builder fills in.
  struct Parts {
    Unit unit = Unit::bytes;
    WholeWords whole_words = WholeWords::merged;
    Unknown unknown = Unknown::each;
    TokenTable words;  // by id: the bytes of each token that merging can reach
    PairTable pairs;
    // Characters that take part in merges without being tokens: ids from words.size() on. They
    // end as bytes or unknown.
    TokenTable pieces;
    int32_t unknown_id = -1;  // -1: what is unknown disappears
    // Bytes: the tokens each byte starts as, where it is none itself. Characters: all 256 byte
    // tokens by value, -1 where there is none; empty without byte fallback.
    std::vector<int32_t> byte_tokens;
    // Characters after which no token continues with `boundary`; there long text can be cut.
    std::string_view boundary;
    std::vector<char32_t> joins_boundary;  // sorted: these do occur in front of `boundary`
  };

  explicit Bpe(Parts parts);
  ~Bpe();
  Bpe(Bpe&&) noexcept;
  Bpe& operator=(Bpe&&) noexcept;

  // Memory that encoding reuses from word to word; one for each thread at work.
  struct Scratch;
  static std::unique_ptr<Scratch, void (*)(Scratch*)> make_scratch();

  // Appends the tokens of one word. `word` stays where it is as long as `scratch` is used with
  // remember. REQUIRES: valid UTF-8 for Unit::characters.
  void encode(std::string_view word, Scratch& scratch, std::vector<int32_t>& out) const;

 private:
  struct Symbol {
    int32_t id;
    uint32_t begin;
    uint32_t length;
  };
  void encode_part(std::string_view part, Scratch& scratch, std::vector<int32_t>& out) const;
  void split_bytes(std::string_view word, std::vector<Symbol>& symbols) const;
  void split_characters(std::string_view word, std::vector<Symbol>& symbols) const;
  void merge_short(std::vector<Symbol>& symbols) const;
  void merge_long(Scratch& scratch) const;
  void emit(std::string_view word, const std::vector<Symbol>& symbols,
            std::vector<int32_t>& out) const;
  void merge_word(std::string_view word, Scratch& scratch, std::vector<int32_t>& out) const;
  bool starts_part(std::string_view word, size_t at) const;

  Parts parts_;
  std::array<int32_t, 256> byte_ids_;
  // For each id whether merging its own bytes gives it back: unknown, yes, no.
  std::unique_ptr<std::atomic<uint8_t>[]> whole_;
};

}  // namespace swivel::text
