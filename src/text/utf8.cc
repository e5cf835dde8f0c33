#include "text/utf8.h"

namespace swivel::text {
namespace {

// What may follow a lead byte: how many bytes, and the range of the first of them (Unicode table
// 3-7). `following` is 0 for an ASCII byte and -1 for a byte that starts nothing.
struct Lead {
  int following;
  unsigned char low;
  unsigned char high;
};

Lead classify(unsigned char lead) {
  if (lead < 0x80) return {0, 0, 0};
  if (lead < 0xC2) return {-1, 0, 0};
  if (lead < 0xE0) return {1, 0x80, 0xBF};
  if (lead == 0xE0) return {2, 0xA0, 0xBF};
  if (lead == 0xED) return {2, 0x80, 0x9F};
  if (lead < 0xF0) return {2, 0x80, 0xBF};
  if (lead == 0xF0) return {3, 0x90, 0xBF};
  if (lead < 0xF4) return {3, 0x80, 0xBF};
  if (lead == 0xF4) return {3, 0x80, 0x8F};
  return {-1, 0, 0};
}

}  // namespace

Utf8Step next_utf8(std::string_view rest) {
  const Lead lead = classify(static_cast<unsigned char>(rest[0]));
  if (lead.following < 0) return {1, Utf8Step::invalid};
  for (int i = 1; i <= lead.following; ++i) {
    if (static_cast<size_t>(i) >= rest.size()) return {i, Utf8Step::unfinished};
    const auto byte = static_cast<unsigned char>(rest[i]);
    const unsigned char low = i == 1 ? lead.low : 0x80;
    const unsigned char high = i == 1 ? lead.high : 0xBF;
    if (byte < low || byte > high) return {i, Utf8Step::invalid};
  }
  return {lead.following + 1, Utf8Step::whole};
}

bool is_utf8(std::string_view bytes) {
  size_t i = 0;
  while (i < bytes.size()) {
    if (static_cast<unsigned char>(bytes[i]) < 0x80) {
      ++i;
      continue;
    }
    const Utf8Step step = next_utf8(bytes.substr(i));
    if (step.kind != Utf8Step::whole) return false;
    i += step.length;
  }
  return true;
}

void append_replacing_invalid(std::string& out, std::string_view bytes) {
  size_t i = 0;
  size_t copied = 0;
  while (i < bytes.size()) {
    const Utf8Step step = next_utf8(bytes.substr(i));
    if (step.kind != Utf8Step::whole) {
      out.append(bytes.substr(copied, i - copied)).append(kReplacementCharacter);
      copied = i + step.length;
    }
    i += step.length;
  }
  out.append(bytes.substr(copied));
}

size_t settled_bytes(std::string_view bytes) {
  // An unfinished character is at most three bytes long and starts at its lead byte.
  const size_t first = bytes.size() > 3 ? bytes.size() - 3 : 0;
  for (size_t i = first; i < bytes.size(); ++i) {
    const Utf8Step step = next_utf8(bytes.substr(i));
    if (step.kind == Utf8Step::unfinished) return i;
  }
  return bytes.size();
}

void append_utf8(std::string& out, char32_t code_point) {
  const auto put = [&out](char32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (code_point < 0x80) {
    put(code_point);
  } else if (code_point < 0x800) {
    put(0xC0 | code_point >> 6);
    put(0x80 | (code_point & 0x3F));
  } else if (code_point < 0x10000) {
    put(0xE0 | code_point >> 12);
    put(0x80 | (code_point >> 6 & 0x3F));
    put(0x80 | (code_point & 0x3F));
  } else {
    put(0xF0 | code_point >> 18);
    put(0x80 | (code_point >> 12 & 0x3F));
    put(0x80 | (code_point >> 6 & 0x3F));
    put(0x80 | (code_point & 0x3F));
  }
}

}  // namespace swivel::text
