#include "text/byte_alphabet.h"

#include <array>

#include "text/utf8.h"

namespace swivel::text {
namespace {

constexpr bool stands_for_itself(int byte) {
  return (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte <= 0xAC) || byte >= 0xAE;
}

// The bytes that do not stand for themselves: 33 + 34 + 1.
constexpr int kMoved = 68;
constexpr char32_t kFirstMoved = 0x100;

struct Alphabet {
  std::array<char32_t, 256> character;
  std::array<unsigned char, kMoved> moved;
};

constexpr Alphabet make_alphabet() {
  Alphabet alphabet = {};
  int moved = 0;
  for (int byte = 0; byte < 256; ++byte) {
    if (stands_for_itself(byte)) {
      alphabet.character[byte] = static_cast<char32_t>(byte);
    } else {
      alphabet.moved[moved] = static_cast<unsigned char>(byte);
      alphabet.character[byte] = kFirstMoved + static_cast<char32_t>(moved++);
    }
  }
  return alphabet;
}

constexpr Alphabet kAlphabet = make_alphabet();

}  // namespace

std::string to_byte_alphabet(std::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const char byte : bytes)
    append_utf8(out, kAlphabet.character[static_cast<unsigned char>(byte)]);
  return out;
}

std::string all_of_byte_alphabet() {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes.push_back(static_cast<char>(byte));
  return to_byte_alphabet(bytes);
}

std::optional<std::string> from_byte_alphabet(std::string_view utf8) {
  std::string out;
  out.reserve(utf8.size());
  for (size_t i = 0; i < utf8.size();) {
    const CodePoint c = decode_utf8(utf8.data() + i);
    i += static_cast<size_t>(c.length);
    if (c.value < kFirstMoved && stands_for_itself(static_cast<int>(c.value)))
      out.push_back(static_cast<char>(c.value));
    else if (c.value >= kFirstMoved && c.value < kFirstMoved + kMoved)
      out.push_back(static_cast<char>(kAlphabet.moved[c.value - kFirstMoved]));
    else
      return std::nullopt;
  }
  return out;
}

}  // namespace swivel::text
