// A half-open range of bytes in some text.
#pragma once

#include <cstddef>
#include <string_view>

namespace swivel::text {

struct Span {
  size_t begin;
  size_t end;

  size_t size() const { return end - begin; }
  std::string_view of(std::string_view text) const { return text.substr(begin, end - begin); }
  bool operator==(const Span&) const = default;
};

}  // namespace swivel::text
