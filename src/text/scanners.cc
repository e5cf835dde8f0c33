#include "text/scanners.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "text/utf8.h"
#include "text/word_scanner.h"

namespace swivel::text {
namespace {

// Runs of `inside` characters, `most` at a time (0: without limit).
template <class Inside>
void scan_runs(std::string_view text, int most, Inside inside, std::vector<Span>& matches) {
  size_t begin = 0;
  int count = 0;
  size_t i = 0;
  const auto close = [&] {
    if (count > 0) matches.push_back({begin, i});
    count = 0;
  };
  while (i < text.size()) {
    const CodePoint c = decode_utf8(text.data() + i);
    if (!inside(c.value)) {
      close();
    } else {
      if (most > 0 && count == most) close();
      if (count++ == 0) begin = i;
    }
    i += static_cast<size_t>(c.length);
  }
  close();
}

template <int kMost>
void scan_numbers(std::string_view text, std::vector<Span>& matches) {
  const CodePoints& points = CodePoints::table();
  scan_runs(text, kMost, [&](char32_t c) { return (points.flags(c) & kNumber) != 0; }, matches);
}

void scan_ideographs_and_kana(std::string_view text, std::vector<Span>& matches) {
  const auto inside = [](char32_t c) {
    return (c >= 0x4E00 && c <= 0x9FA5) || (c >= 0x3040 && c <= 0x30FF);
  };
  scan_runs(text, 0, inside, matches);
}

constexpr Rules kSpaceWords = {.contractions = Contractions::lower_first,
                               .words = Words::after_space,
                               .numbers = Numbers::after_space,
                               .tail = SymbolTail::none,
                               .newlines = Newlines::as_space};
constexpr Rules kThreeDigits = {.contractions = Contractions::any_case_first,
                                .words = Words::after_any,
                                .numbers = Numbers::up_to_three};
constexpr Rules kOneDigit = {.contractions = Contractions::any_case_first,
                             .words = Words::after_any,
                             .numbers = Numbers::single};
constexpr Rules kOneDigitMarks = {.contractions = Contractions::any_case_first,
                                  .words = Words::marked_after_any,
                                  .numbers = Numbers::single,
                                  .symbols = Symbols::not_letter_mark_number};
constexpr Rules kCasedContractions = {.contractions = Contractions::any_case_after_word,
                                      .words = Words::cased,
                                      .numbers = Numbers::up_to_three,
                                      .tail = SymbolTail::newlines_slashes};
constexpr Rules kCased = {
    .words = Words::cased, .numbers = Numbers::single, .tail = SymbolTail::newlines_slashes};
constexpr Rules kMarkWords = {.ascii_mark_words = AsciiMarkWords::yes,
                              .words = Words::marked_after_nonsymbol,
                              .numbers = Numbers::none,
                              .symbols = Symbols::punctuation_symbol};

struct Known {
  std::string_view expression;
  Scanner scanner;
};

constexpr Known kKnown[] = {
    {R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)",
     scan_words<kSpaceWords>},
    {R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
     scan_words<kThreeDigits>},
    {R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
     scan_words<kOneDigit>},
    {R"((?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
     scan_words<kOneDigitMarks>},
    {R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
     scan_words<kCasedContractions>},
    {R"([^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+|[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
     scan_words<kCased>},
    {R"([!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+|[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+)",
     scan_words<kMarkWords>},
    {R"(\p{N}{1,3})", scan_numbers<3>},
    {R"(\p{N})", scan_numbers<1>},
    {R"(\p{N}+)", scan_numbers<0>},
    {"[一-龥぀-ゟ゠-ヿ]+", scan_ideographs_and_kana},
};

}  // namespace

const std::string_view kByteLevelExpression = kKnown[0].expression;

std::optional<Scanner> scanner_for(std::string_view expression) {
  std::string escaped;
  for (const char c : expression) {
    if (c == '\r')
      escaped += "\\r";
    else if (c == '\n')
      escaped += "\\n";
    else
      escaped += c;
  }
  const auto* found = std::ranges::find(kKnown, escaped, &Known::expression);
  if (found == std::end(kKnown)) return std::nullopt;
  return found->scanner;
}

std::vector<std::string_view> scanned_expressions() {
  std::vector<std::string_view> all;
  for (const Known& known : kKnown) all.push_back(known.expression);
  return all;
}

void scan_characters(std::string_view text, CodePointFlags flags, std::vector<Span>& matches) {
  const CodePoints& points = CodePoints::table();
  scan_runs(text, 1, [&](char32_t c) { return (points.flags(c) & flags) != 0; }, matches);
}

void scan_words_and_symbols(std::string_view text, std::vector<Span>& matches) {
  const CodePoints& points = CodePoints::table();
  const char* begin = text.data();
  const char* end = begin + text.size();
  for (Cursor c(points, begin, end); !c.done();) {
    const char* start = c.at();
    if (c.any(kWord)) {
      c.skip_any(kWord);
    } else if (c.any(kSpace)) {
      c.next();
      continue;
    } else {
      c.skip_none(kWord | kSpace);
    }
    matches.push_back({static_cast<size_t>(start - begin), static_cast<size_t>(c.at() - begin)});
  }
}

}  // namespace swivel::text
