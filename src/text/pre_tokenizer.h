// Pre-tokenizer: cuts normalised text into the words that the model encodes one by one.
// Immutable; any thread.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "text/pattern.h"

namespace swivel::text {

class PreTokenizer {
 public:
  enum class Behavior { removed, isolated, merged_with_previous, merged_with_next, contiguous };
  enum class Invert { no, yes };  // yes: what lies between the matches counts as the matches
  enum class Scheme { never, first, always };

  struct Split {
    Pattern pattern;
    Behavior behavior = Behavior::isolated;
    Invert invert = Invert::no;
  };
  // A space in front of each piece that does not begin with one.
  struct PrefixSpace {};
  // Spaces become `replacement`, which is put in front as `scheme` says.
  struct Metaspace {
    std::string replacement;
    Scheme scheme = Scheme::always;
  };
  // From here on pieces are bytes written in the byte alphabet; only needed where steps follow.
  struct ToByteAlphabet {};
  using Step = std::variant<Split, PrefixSpace, Metaspace, ToByteAlphabet>;

  enum class At { text_start, later };

  void add(Step step) { steps_.push_back(std::move(step)); }
  size_t size() const { return steps_.size(); }

  // The pieces, in order. They lie in `text`, which is changed where a step changes text.
  // REQUIRES: valid UTF-8. With ToByteAlphabet among the steps pieces come back as bytes.
  std::vector<Span> cut(std::string& text, At at) const;

 private:
  std::vector<Step> steps_;
};

// What `behavior` makes of `matches` in the piece `whole`; appended to `pieces`, empty ones left
// out. Positions of matches are relative to whole.begin.
void split_by(const std::vector<Span>& matches, Span whole, PreTokenizer::Behavior behavior,
              PreTokenizer::Invert invert, std::vector<Span>& pieces);

}  // namespace swivel::text
