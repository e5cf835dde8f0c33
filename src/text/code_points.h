// What kind of character a code point is: one word of flags each, in a compact two-stage table.
// The categories are those of Unicode 16, which the tokenizers package's regex engine uses: the
// system's ICU, and for what ICU does not know yet the table in unicode16.inc.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

namespace swivel::text {

using CodePointFlags = uint16_t;

inline constexpr CodePointFlags kLetter = 1 << 0;       // \p{L}
inline constexpr CodePointFlags kMark = 1 << 1;         // \p{M}
inline constexpr CodePointFlags kNumber = 1 << 2;       // \p{N}
inline constexpr CodePointFlags kPunctuation = 1 << 3;  // \p{P}
inline constexpr CodePointFlags kSymbol = 1 << 4;       // \p{S}
inline constexpr CodePointFlags kSpace = 1 << 5;        // White_Space
inline constexpr CodePointFlags kUpperOrAny = 1 << 6;   // Lu Lt Lm Lo M
inline constexpr CodePointFlags kLowerOrAny = 1 << 7;   // Ll Lm Lo M
inline constexpr CodePointFlags kNewline = 1 << 8;      // \r \n
inline constexpr CodePointFlags kWord = 1 << 9;  // \w of UTS 18: Alphabetic M Nd Pc Join_Control
inline constexpr CodePointFlags kOldMark = 1 << 10;         // combining mark in Unicode 9
inline constexpr CodePointFlags kOldPunctuation = 1 << 11;  // P in Unicode 8, or ASCII punctuation
inline constexpr CodePointFlags kAfterUnicode9 = 1 << 12;   // assigned after Unicode 9

class CodePoints {
 public:
  // Made on first use, in a few milliseconds; any thread.
  static const CodePoints& table();

  CodePointFlags flags(char32_t code_point) const {
    return pages_[page_[code_point >> 8] + (code_point & 0xFF)];
  }

  CodePoints(const CodePoints&) = delete;
  CodePoints& operator=(const CodePoints&) = delete;

 private:
  CodePoints();
  std::array<uint32_t, 0x1100> page_;  // start of each 256 code points in pages_
  std::vector<CodePointFlags> pages_;
};

}  // namespace swivel::text
