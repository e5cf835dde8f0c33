// Scanners: hand-written equivalents of the pre-tokenizer expressions that real models use, many
// times faster than a regular expression engine. Each finds exactly what its expression would, with
// the categories of CodePoints.
// Pure functions; any thread.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "text/code_points.h"
#include "text/span.h"

namespace swivel::text {

// Appends every match in `utf8`, from left to right. REQUIRES: valid UTF-8.
using Scanner = void (*)(std::string_view utf8, std::vector<Span>& matches);

// The scanner for an expression as tokenizer.json writes it, if there is one. Line ends in the
// expression may be written as characters or as escapes.
std::optional<Scanner> scanner_for(std::string_view expression);

// The expressions that have a scanner, for tests.
std::vector<std::string_view> scanned_expressions();

// The expression ByteLevel splits by when it has no Split in front of it.
extern const std::string_view kByteLevelExpression;

// Each single character that has one of `flags`.
void scan_characters(std::string_view utf8, CodePointFlags flags, std::vector<Span>& matches);
// \w+|[^\w\s]+ with \w as Unicode's UTS 18 has it.
void scan_words_and_symbols(std::string_view utf8, std::vector<Span>& matches);

}  // namespace swivel::text
