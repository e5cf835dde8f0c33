// Pattern: something to look for in text: a literal, an expression (a scanner where there is one,
// PCRE2 otherwise), or a class of characters. What Split, Replace and the simple pre-tokenizers of
// tokenizer.json are made of.
// Immutable; any thread.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "text/regex.h"
#include "text/scanners.h"
#include "text/span.h"

namespace swivel::text {

class Pattern {
 public:
  static Result<Pattern> expression(std::string_view expression);
  // REQUIRES: !literal.empty()
  static Pattern literal(std::string literal) { return Pattern(std::move(literal)); }
  static Pattern character(CodePointFlags flags) { return Pattern(flags); }
  static Pattern scanner(Scanner scanner) { return Pattern(scanner); }

  // Appends every match, from left to right, without overlaps. REQUIRES: valid UTF-8.
  void find(std::string_view utf8, std::vector<Span>& matches) const;
  // `utf8` with every match replaced by `by`.
  std::string replace(std::string_view utf8, std::string_view by) const;

 private:
  using What = std::variant<std::string, CodePointFlags, Scanner, Regex>;
  explicit Pattern(What what) : what_(std::move(what)) {}
  What what_;
};

}  // namespace swivel::text
