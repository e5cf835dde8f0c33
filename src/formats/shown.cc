#include "formats/shown.h"

#include <algorithm>

#include "formats/json.h"
#include "formats/utf8.h"

namespace swivel::formats {
namespace {

constexpr size_t kLongest = 160;  // bytes; published tensor names stay below 100

}  // namespace

std::string shown(std::string_view outside) {
  const bool plain = !outside.empty() && std::all_of(outside.begin(), outside.end(),
                                                     [](char c) { return c > ' ' && c < 0x7f; });
  if (plain && outside.size() <= kLongest) return std::string(outside);
  if (outside.size() <= kLongest) return json::quote(outside);
  size_t end = 0;
  while (end < kLongest) {
    const size_t length = utf8_character_length(outside.substr(end));
    end += length == 0 ? 1 : length;
  }
  return json::quote(outside.substr(0, end)) + "…";
}

}  // namespace swivel::formats
