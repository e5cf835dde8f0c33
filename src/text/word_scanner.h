// WordScanner: the pre-tokenizer expressions of the common shape, written by hand. Rules say which
// alternatives an expression has; the compiler makes one scanner for each.
// Included by scanners.cc alone.
#pragma once

#include <string_view>
#include <vector>

#include "text/code_points.h"
#include "text/span.h"
#include "text/utf8.h"

namespace swivel::text {

enum class Contractions { none, lower_first, any_case_first, any_case_after_word };
enum class Words { after_space, after_any, marked_after_any, marked_after_nonsymbol, cased };
enum class Numbers { after_space, up_to_three, single, none };
enum class Symbols { not_letter_number, not_letter_mark_number, punctuation_symbol };
enum class SymbolTail { none, newlines, newlines_slashes };
enum class Newlines { as_space, own_run };
enum class AsciiMarkWords { no, yes };

// One expression of the common shape: alternatives tried in this order, the first that matches
// wins: AsciiMarkWords, Contractions, Words, Numbers, Symbols + SymbolTail, Newlines, then
// \s+(?!\S)|\s+.
struct Rules {
  AsciiMarkWords ascii_mark_words = AsciiMarkWords::no;  // [!-/:-@[-`{-~][A-Za-z]+
  Contractions contractions = Contractions::none;
  Words words;
  Numbers numbers;
  Symbols symbols = Symbols::not_letter_number;
  SymbolTail tail = SymbolTail::newlines;
  Newlines newlines = Newlines::own_run;
};

inline bool is_ascii_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
inline char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

// A position in the text with the class of the character there.
class Cursor {
 public:
  Cursor(const CodePoints& points, const char* p, const char* end)
      : points_(points), p_(p), end_(end) {
    look();
  }

  const char* at() const { return p_; }
  bool done() const { return p_ == end_; }
  bool is(char c) const { return p_ != end_ && *p_ == c; }
  // 0 at the end.
  CodePointFlags flags() const { return flags_; }
  bool any(CodePointFlags mask) const { return (flags_ & mask) != 0; }
  // Some character, and none of these classes.
  bool none(CodePointFlags mask) const { return p_ != end_ && (flags_ & mask) == 0; }

  void next() {
    p_ += length_;
    look();
  }
  void skip_any(CodePointFlags mask) {
    while (any(mask)) next();
  }
  void skip_none(CodePointFlags mask) {
    while (none(mask)) next();
  }

 private:
  void look() {
    if (p_ == end_) {
      flags_ = 0;
      length_ = 0;
      return;
    }
    const CodePoint c = decode_utf8(p_);
    flags_ = points_.flags(c.value);
    length_ = c.length;
  }

  const CodePoints& points_;
  const char* p_;
  const char* end_;
  CodePointFlags flags_ = 0;
  int length_ = 0;
};

// The end of 's 't 're 've 'm 'll 'd at p, or p. In any case, s may be the long ſ (U+017F).
inline const char* contraction(const char* p, const char* end, bool any_case) {
  if (end - p < 2 || *p != '\'') return p;
  const auto fold = [any_case](char c) { return any_case ? lower(c) : c; };
  const char first = fold(p[1]);
  if (first == 's' || first == 't' || first == 'm' || first == 'd') return p + 2;
  if (end - p < 3) return p;
  const char second = fold(p[2]);
  if (first == 'l' && second == 'l') return p + 3;
  if ((first == 'r' || first == 'v') && second == 'e') return p + 3;
  if (any_case && p[1] == '\xC5' && p[2] == '\xBF') return p + 3;
  return p;
}

template <Rules kRules>
class WordScanner {
 public:
  WordScanner(std::string_view text)
      : points_(CodePoints::table()), end_(text.data() + text.size()) {}

  // The end of the match at p, or p if nothing matches there.
  const char* match(const char* p) const {
    const char* end = p;
    if constexpr (kRules.ascii_mark_words == AsciiMarkWords::yes)
      if ((end = ascii_mark_word(p)) != p) return end;
    if constexpr (kRules.contractions == Contractions::lower_first ||
                  kRules.contractions == Contractions::any_case_first)
      if ((end = contraction(p, end_, kRules.contractions == Contractions::any_case_first)) != p)
        return end;
    if ((end = word(p)) != p) return end;
    if ((end = number(p)) != p) return end;
    if ((end = symbols(p)) != p) return end;
    return spaces(p);
  }

 private:
  static constexpr CodePointFlags kWordFlags =
      kRules.words == Words::marked_after_any || kRules.words == Words::marked_after_nonsymbol
          ? kLetter | kMark
          : kLetter;
  static constexpr CodePointFlags kNoPrefix = kRules.words == Words::marked_after_nonsymbol
                                                  ? kNewline | kLetter | kPunctuation | kSymbol
                                                  : kNewline | kLetter | kNumber;

  Cursor cursor(const char* p) const { return Cursor(points_, p, end_); }

  const char* ascii_mark_word(const char* p) const {
    const auto c = static_cast<unsigned char>(*p);
    if (c <= 0x20 || c >= 0x7F || is_ascii_letter(*p) || (c >= '0' && c <= '9')) return p;
    const char* q = p + 1;
    while (q != end_ && is_ascii_letter(*q)) ++q;
    return q == p + 1 ? p : q;
  }

  const char* word(const char* p) const {
    Cursor c = cursor(p);
    if constexpr (kRules.words == Words::after_space) {
      if (c.is(' ')) c.next();
      if (!c.any(kWordFlags)) return p;
      c.skip_any(kWordFlags);
      return c.at();
    } else if constexpr (kRules.words == Words::cased) {
      return cased_word(p);
    } else {
      if (c.none(kNoPrefix)) {
        Cursor after = c;
        after.next();
        if (after.any(kWordFlags)) {
          after.skip_any(kWordFlags);
          return after.at();
        }
      }
      if (!c.any(kWordFlags)) return p;
      c.skip_any(kWordFlags);
      return c.at();
    }
  }

  // PREFIX?U*L+ or else PREFIX?U+L*, where letters without case and marks are both U and L.
  const char* cased_word(const char* p) const {
    Cursor start = cursor(p);
    Cursor after = start;
    if (start.none(kNoPrefix)) after.next();
    const bool has_prefix = after.at() != p;
    const char* end = nullptr;
    if (has_prefix) end = upper_then_lower(after);
    if (!end) end = upper_then_lower(start);
    if (!end && has_prefix) end = upper_run(after);
    if (!end) end = upper_run(start);
    if (!end) return p;
    if constexpr (kRules.contractions == Contractions::any_case_after_word)
      return contraction(end, end_, true);
    return end;
  }

  // U*L+ with backtracking: if no L follows the longest U*, the last of U* that is also an L ends
  // the match.
  const char* upper_then_lower(Cursor c) const {
    const char* last_both_end = nullptr;
    while (c.any(kUpperOrAny)) {
      const bool both = c.any(kLowerOrAny);
      c.next();
      if (both) last_both_end = c.at();
    }
    if (!c.any(kLowerOrAny)) return last_both_end;
    c.skip_any(kLowerOrAny);
    return c.at();
  }

  // U+L* where upper_then_lower found nothing, so that no L follows.
  const char* upper_run(Cursor c) const {
    const char* begin = c.at();
    c.skip_any(kUpperOrAny);
    return c.at() == begin ? nullptr : c.at();
  }

  const char* number(const char* p) const {
    if constexpr (kRules.numbers == Numbers::none) return p;
    Cursor c = cursor(p);
    if constexpr (kRules.numbers == Numbers::after_space) {
      if (c.is(' ')) c.next();
      if (!c.any(kNumber)) return p;
      c.skip_any(kNumber);
      return c.at();
    }
    constexpr int kMost = kRules.numbers == Numbers::single ? 1 : 3;
    for (int i = 0; i < kMost && c.any(kNumber); ++i) c.next();
    return c.at();
  }

  const char* symbols(const char* p) const {
    Cursor c = cursor(p);
    if (c.is(' ')) c.next();
    const char* begin = c.at();
    if constexpr (kRules.symbols == Symbols::punctuation_symbol)
      c.skip_any(kPunctuation | kSymbol);
    else if constexpr (kRules.symbols == Symbols::not_letter_mark_number)
      c.skip_none(kSpace | kLetter | kMark | kNumber);
    else
      c.skip_none(kSpace | kLetter | kNumber);
    if (c.at() == begin) return p;
    const char* q = c.at();
    if constexpr (kRules.tail != SymbolTail::none)
      while (q != end_ && (*q == '\r' || *q == '\n' ||
                           (kRules.tail == SymbolTail::newlines_slashes && *q == '/')))
        ++q;
    return q;
  }

  // \s*[\r\n]+|\s+(?!\S)|\s+
  const char* spaces(const char* p) const {
    Cursor c = cursor(p);
    const char* last_newline_end = nullptr;
    const char* last = p;
    while (c.any(kSpace)) {
      last = c.at();
      const bool newline = c.any(kNewline);
      c.next();
      if (newline) last_newline_end = c.at();
    }
    if constexpr (kRules.newlines == Newlines::own_run)
      if (last_newline_end) return last_newline_end;
    if (c.done() || last == p) return c.at();
    return last;
  }

  const CodePoints& points_;
  const char* end_;
};

template <Rules kRules>
void scan_words(std::string_view text, std::vector<Span>& matches) {
  const WordScanner<kRules> scanner(text);
  const char* begin = text.data();
  const char* end = begin + text.size();
  for (const char* p = begin; p != end;) {
    const char* q = scanner.match(p);
    if (q == p) {
      p += decode_utf8(p).length;
      continue;
    }
    matches.push_back({static_cast<size_t>(p - begin), static_cast<size_t>(q - begin)});
    p = q;
  }
}

}  // namespace swivel::text
