// Regular expressions as tokenizer.json writes them (Oniguruma, Ruby syntax), run by PCRE2.
// What the two read differently (\s, \w, \b, \h, ^ and $, \u0000) is rewritten; what PCRE2 lacks
// (class intersection) is refused. Categories are those of PCRE2's Unicode.
// Matching is bounded: where the limit is reached, the rest of the text counts as unmatched.
// Immutable; any thread.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "text/span.h"

namespace swivel::text {

class Regex {
 public:
  static Result<Regex> compile(std::string_view pattern);

  // Appends every match in `utf8` from left to right, without overlaps; empty matches too.
  // REQUIRES: valid UTF-8.
  void find(std::string_view utf8, std::vector<Span>& matches) const;

 private:
  struct Code;
  explicit Regex(std::shared_ptr<const Code> code) : code_(std::move(code)) {}
  std::shared_ptr<const Code> code_;
};

// The same expression for PCRE2. Public for tests.
Result<std::string> translate_regex(std::string_view pattern);

}  // namespace swivel::text
