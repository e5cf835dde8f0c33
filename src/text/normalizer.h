// Normaliser: the steps a tokenizer takes with text before it is cut, in order.
// Unicode forms are those of Unicode 9, as in the tokenizers package: later characters stay as they
// are. Lower case is that of the system's ICU.
// Immutable; any thread.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "text/pattern.h"

namespace swivel::text {

class Normalizer {
 public:
  enum class Form { nfc, nfd, nfkc, nfkd };
  struct Compose {
    Form form;
  };
  struct Lowercase {};
  struct StripAccents {};  // drops combining marks
  struct Prepend {         // in front of text that is not empty
    std::string text;
  };
  struct Replace {
    Pattern pattern;
    std::string by;
  };
  struct Strip {  // white space at the ends
    bool left;
    bool right;
  };
  // Spaces as SentencePiece sees them: none at the ends, never two together; its marker for a space
  // (U+2581) does not stay at the end either.
  struct CollapseSpaces {};
  using Step =
      std::variant<Compose, Lowercase, StripAccents, Prepend, Replace, Strip, CollapseSpaces>;

  void add(Step step) { steps_.push_back(std::move(step)); }
  bool empty() const { return steps_.empty(); }
  size_t size() const { return steps_.size(); }

  // `utf8` itself where no step changes it, else a view of `storage`. REQUIRES: valid UTF-8.
  std::string_view apply(std::string_view utf8, std::string& storage) const;

 private:
  std::vector<Step> steps_;
};

}  // namespace swivel::text
