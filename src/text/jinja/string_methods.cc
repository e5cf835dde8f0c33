#include "text/jinja/string_methods.h"

#include <algorithm>

#include "text/jinja/interpreter.h"
#include "text/jinja/unicode.h"

namespace swivel::jinja {

std::string_view strip_space(std::string_view text, Side side) {
  if (side != Side::left) text = strip_right(text);
  return side == Side::right ? text : strip_left(text);
}

std::string_view strip_characters(std::string_view text, std::string_view characters, Side side) {
  std::vector<char32_t> set = code_points(characters);
  auto drops = [&set](char32_t c) { return std::find(set.begin(), set.end(), c) != set.end(); };
  if (side != Side::right) {
    for (size_t at = 0; !text.empty(); at = 0) {
      if (!drops(next_code_point(text, at))) break;
      text.remove_prefix(at);
    }
  }
  while (side != Side::left && !text.empty()) {
    size_t start = text.size() - 1;
    while (start > 0 && (static_cast<unsigned char>(text[start]) & 0xc0) == 0x80) --start;
    size_t at = start;
    if (!drops(next_code_point(text, at))) break;
    text = text.substr(0, start);
  }
  return text;
}

namespace {

std::vector<std::string> split_space(std::string_view text, int64_t most) {
  std::vector<std::string> parts;
  text = strip_left(text);
  while (!text.empty()) {
    if (most >= 0 && static_cast<int64_t>(parts.size()) == most) {
      parts.emplace_back(strip_right(text));
      return parts;
    }
    size_t end = 0;
    while (end < text.size()) {
      size_t next = end;
      if (is_space(next_code_point(text, next))) break;
      end = next;
    }
    parts.emplace_back(text.substr(0, end));
    text = strip_left(text.substr(end));
  }
  return parts;
}

std::vector<std::string> split_space_right(std::string_view text, int64_t most) {
  std::vector<std::string> parts;
  text = strip_right(text);
  while (!text.empty()) {
    if (most >= 0 && static_cast<int64_t>(parts.size()) == most) {
      parts.emplace_back(strip_left(text));
      break;
    }
    size_t start = text.size();
    while (start > 0) {
      size_t before = start - 1;
      while (before > 0 && (static_cast<unsigned char>(text[before]) & 0xc0) == 0x80) --before;
      size_t at = before;
      if (is_space(next_code_point(text, at))) break;
      start = before;
    }
    parts.emplace_back(text.substr(start));
    text = strip_right(text.substr(0, start));
  }
  std::reverse(parts.begin(), parts.end());
  return parts;
}

}  // namespace

std::vector<std::string> split(std::string_view text, const std::optional<std::string>& separator,
                               int64_t most) {
  if (!separator) return split_space(text, most);
  std::vector<std::string> parts;
  while (most < 0 || static_cast<int64_t>(parts.size()) < most) {
    size_t at = text.find(*separator);
    if (at == std::string_view::npos) break;
    parts.emplace_back(text.substr(0, at));
    text.remove_prefix(at + separator->size());
  }
  parts.emplace_back(text);
  return parts;
}

std::vector<std::string> split_right(std::string_view text,
                                     const std::optional<std::string>& separator, int64_t most) {
  if (!separator) return split_space_right(text, most);
  std::vector<std::string> parts;
  while (most < 0 || static_cast<int64_t>(parts.size()) < most) {
    size_t at = text.rfind(*separator);
    if (at == std::string_view::npos) break;
    parts.emplace_back(text.substr(at + separator->size()));
    text = text.substr(0, at);
  }
  parts.emplace_back(text);
  std::reverse(parts.begin(), parts.end());
  return parts;
}

std::vector<std::string> split_lines(std::string_view text, LineEnds ends) {
  std::vector<std::string> lines;
  size_t start = 0;
  for (size_t at = 0; at < text.size();) {
    size_t end = at;
    char32_t c = next_code_point(text, at);
    if (!is_line_end(c)) continue;
    if (c == '\r' && at < text.size() && text[at] == '\n') ++at;
    lines.emplace_back(text.substr(start, (ends == LineEnds::kept ? at : end) - start));
    start = at;
  }
  if (start < text.size()) lines.emplace_back(text.substr(start));
  return lines;
}

Result<std::string> replace(Interpreter& in, std::string_view text, std::string_view old,
                            std::string_view with, int64_t most) {
  TRY(in.spend_bytes(text.size()));
  std::string result;
  int64_t done = 0;
  auto more = [&] { return most < 0 || done < most; };
  if (old.empty()) {  // between all code points and at both ends
    size_t at = 0;
    while (more()) {
      result += with;
      ++done;
      if (at >= text.size()) return result;
      size_t start = at;
      next_code_point(text, at);
      result += text.substr(start, at - start);
      if (result.size() > in.options().max_value_bytes) TRY(in.allow(result.size()));
    }
    result += text.substr(at);
    return result;
  }
  while (more()) {
    size_t at = text.find(old);
    if (at == std::string_view::npos) break;
    result += text.substr(0, at);
    result += with;
    text.remove_prefix(at + old.size());
    ++done;
    if (result.size() > in.options().max_value_bytes) TRY(in.allow(result.size()));
  }
  result += text;
  TRY(in.allow(result.size()));
  return result;
}

}  // namespace swivel::jinja
