// The alphabet of byte-level vocabularies: each of the 256 bytes as one printable character, as
// GPT-2 defined it. Printable Latin-1 stands for itself; the other bytes are U+0100 and up in
// order. Only files and messages are written in it; encoding works on the bytes themselves.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace swivel::text {

// REQUIRES: `bytes` of any content. The result is valid UTF-8.
std::string to_byte_alphabet(std::string_view bytes);

// The characters of all 256 bytes, one after the other.
std::string all_of_byte_alphabet();

// The bytes `utf8` stands for, or nothing if it has a character outside the alphabet.
std::optional<std::string> from_byte_alphabet(std::string_view utf8);

}  // namespace swivel::text
