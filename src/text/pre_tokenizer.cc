#include "text/pre_tokenizer.h"

#include <algorithm>

#include "text/byte_alphabet.h"

namespace swivel::text {
namespace {

struct Part {
  Span span;
  bool match;
};

// Matches and what lies between them, covering `whole`.
std::vector<Part> parts_of(const std::vector<Span>& matches, Span whole,
                           PreTokenizer::Invert invert) {
  const bool inverted = invert == PreTokenizer::Invert::yes;
  std::vector<Part> parts;
  size_t done = whole.begin;
  for (const Span match : matches) {
    const Span span = {whole.begin + match.begin, whole.begin + match.end};
    if (done != span.begin) parts.push_back({{done, span.begin}, inverted});
    parts.push_back({span, !inverted});
    done = span.end;
  }
  if (done != whole.end) parts.push_back({{done, whole.end}, inverted});
  return parts;
}

void append(std::vector<Span>& pieces, Span span) {
  if (span.begin != span.end) pieces.push_back(span);
}

// Groups of neighbouring parts; `joins(previous, part)` says whether a part continues its group.
template <class Joins>
void append_groups(const std::vector<Part>& parts, Joins joins, std::vector<Span>& pieces) {
  for (size_t i = 0; i < parts.size();) {
    size_t last = i;
    while (last + 1 < parts.size() && joins(parts[last], parts[last + 1])) ++last;
    append(pieces, {parts[i].span.begin, parts[last].span.end});
    i = last + 1;
  }
}

// A match joins the text after it; of several matches in a row the last does.
void append_with_next(const std::vector<Part>& parts, std::vector<Span>& pieces) {
  append_groups(parts, [](const Part& a, const Part& b) { return a.match && !b.match; }, pieces);
}

void append_with_previous(const std::vector<Part>& parts, std::vector<Span>& pieces) {
  append_groups(parts, [](const Part& a, const Part& b) { return !a.match && b.match; }, pieces);
}

// Gaps stay pieces of their own; the common case, without the list of parts.
void append_isolated(const std::vector<Span>& matches, Span whole, std::vector<Span>& pieces) {
  size_t done = whole.begin;
  for (const Span match : matches) {
    append(pieces, {done, whole.begin + match.begin});
    append(pieces, {whole.begin + match.begin, whole.begin + match.end});
    done = whole.begin + match.end;
  }
  append(pieces, {done, whole.end});
}

using Pieces = std::vector<Span>;

struct Apply {
  std::string& text;
  Pieces& pieces;
  PreTokenizer::At at;

  void operator()(const PreTokenizer::Split& step) const {
    Pieces cut;
    cut.reserve(std::max(pieces.size() * 2, text.size() / 4));
    std::vector<Span> matches;
    for (const Span piece : pieces) {
      matches.clear();
      step.pattern.find(piece.of(text), matches);
      split_by(matches, piece, step.behavior, step.invert, cut);
    }
    pieces = std::move(cut);
  }

  void operator()(const PreTokenizer::PrefixSpace&) const {
    if (pieces.size() == 1 && pieces[0].of(text).starts_with(' ')) return;
    rewrite([](std::string_view piece, size_t, std::string& out) {
      if (!piece.starts_with(' ')) out += ' ';
      out += piece;
    });
  }

  void operator()(const PreTokenizer::Metaspace& step) const {
    rewrite([&](std::string_view piece, size_t begin, std::string& out) {
      const bool wanted = step.scheme == PreTokenizer::Scheme::always ||
                          (step.scheme == PreTokenizer::Scheme::first && begin == 0 &&
                           at == PreTokenizer::At::text_start);
      if (wanted && !piece.starts_with(' ') && !piece.starts_with(step.replacement))
        out += step.replacement;
      for (const char c : piece)
        if (c == ' ')
          out += step.replacement;
        else
          out += c;
    });
  }

  void operator()(const PreTokenizer::ToByteAlphabet&) const {
    rewrite(
        [](std::string_view piece, size_t, std::string& out) { out += to_byte_alphabet(piece); });
  }

  template <class Rewrite>
  void rewrite(Rewrite rewrite_piece) const {
    std::string out;
    out.reserve(text.size() + text.size() / 4);
    for (Span& piece : pieces) {
      const size_t begin = out.size();
      rewrite_piece(piece.of(text), piece.begin, out);
      piece = {begin, out.size()};
    }
    text = std::move(out);
  }
};

}  // namespace

void split_by(const std::vector<Span>& matches, Span whole, PreTokenizer::Behavior behavior,
              PreTokenizer::Invert invert, std::vector<Span>& pieces) {
  using Behavior = PreTokenizer::Behavior;
  if (behavior == Behavior::isolated) return append_isolated(matches, whole, pieces);
  const std::vector<Part> parts = parts_of(matches, whole, invert);
  switch (behavior) {
    case Behavior::isolated:
      break;
    case Behavior::removed:
      for (const Part& part : parts)
        if (!part.match) append(pieces, part.span);
      break;
    case Behavior::contiguous:
      append_groups(parts, [](const Part& a, const Part& b) { return a.match == b.match; }, pieces);
      break;
    case Behavior::merged_with_previous:
      append_with_previous(parts, pieces);
      break;
    case Behavior::merged_with_next:
      append_with_next(parts, pieces);
      break;
  }
}

std::vector<Span> PreTokenizer::cut(std::string& text, At at) const {
  std::vector<Span> pieces = {{0, text.size()}};
  bool in_alphabet = false;
  for (const Step& step : steps_) {
    std::visit(Apply{text, pieces, at}, step);
    in_alphabet |= std::holds_alternative<ToByteAlphabet>(step);
  }
  if (!in_alphabet) return pieces;
  // Every character of every piece is of the alphabet, so that the way back exists.
  std::string bytes;
  for (Span& piece : pieces) {
    const size_t begin = bytes.size();
    bytes += from_byte_alphabet(piece.of(text)).value_or(std::string());
    piece = {begin, bytes.size()};
  }
  text = std::move(bytes);
  return pieces;
}

}  // namespace swivel::text
