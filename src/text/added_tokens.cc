#include "text/added_tokens.h"

#include <algorithm>
#include <numeric>
#include <tuple>

#include "text/code_points.h"
#include "text/utf8.h"

namespace swivel::text {
namespace {

bool is_class(const char* p, CodePointFlags flags) {
  return (CodePoints::table().flags(decode_utf8(p).value) & flags) != 0;
}

bool ends_with_word(std::string_view text) {
  return !text.empty() &&
         is_class(previous_character(text.data(), text.data() + text.size()), kWord);
}

bool starts_with_word(std::string_view text) {
  return !text.empty() && is_class(text.data(), kWord);
}

size_t without_spaces_at_end(std::string_view text) {
  const char* begin = text.data();
  const char* end = begin + text.size();
  while (end != begin) {
    const char* last = previous_character(begin, end);
    if (!is_class(last, kSpace)) break;
    end = last;
  }
  return static_cast<size_t>(end - begin);
}

size_t spaces_at_start(std::string_view text) {
  size_t i = 0;
  while (i < text.size() && is_class(text.data() + i, kSpace))
    i += static_cast<size_t>(decode_utf8(text.data() + i).length);
  return i;
}

}  // namespace

AddedTokenMatcher::AddedTokenMatcher(std::vector<AddedToken> tokens,
                                     const std::vector<std::string>& patterns)
    : tokens_(std::move(tokens)) {
  build(patterns);
}

// Breadth first over the sorted patterns: each node is a range of patterns that share a prefix.
void AddedTokenMatcher::build(const std::vector<std::string>& patterns) {
  std::vector<uint32_t> order(patterns.size());
  std::iota(order.begin(), order.end(), 0);
  std::ranges::sort(order, [&](uint32_t a, uint32_t b) {
    return std::tie(patterns[a], a) < std::tie(patterns[b], b);
  });
  struct Range {
    size_t begin;
    size_t end;
    size_t depth;
  };
  std::vector<Range> ranges = {{0, order.size(), 0}};
  nodes_.emplace_back();
  for (size_t n = 0; n < ranges.size(); ++n) {
    auto [begin, end, depth] = ranges[n];
    while (begin < end && patterns[order[begin]].size() == depth) {
      if (nodes_[n].token < 0 && depth > 0) nodes_[n].token = static_cast<int32_t>(order[begin]);
      ++begin;
    }
    nodes_[n].first_child = static_cast<uint32_t>(children_.size());
    while (begin < end) {
      const char byte = patterns[order[begin]][depth];
      size_t same = begin;
      while (same < end && patterns[order[same]][depth] == byte) ++same;
      children_.push_back({static_cast<unsigned char>(byte), static_cast<uint32_t>(nodes_.size())});
      if (n == 0) starts_[static_cast<unsigned char>(byte)] = true;
      nodes_.emplace_back();
      ranges.push_back({begin, same, depth + 1});
      begin = same;
    }
    nodes_[n].children = static_cast<uint32_t>(children_.size()) - nodes_[n].first_child;
  }
}

AddedTokenMatcher::Match AddedTokenMatcher::longest_at(std::string_view rest) const {
  Match match = {-1, 0};
  uint32_t node = 0;
  for (size_t i = 0; i < rest.size(); ++i) {
    const Node& from = nodes_[node];
    const Child* begin = children_.data() + from.first_child;
    const Child* end = begin + from.children;
    const auto byte = static_cast<unsigned char>(rest[i]);
    const Child* child = std::lower_bound(
        begin, end, byte, [](const Child& c, unsigned char b) { return c.byte < b; });
    if (child == end || child->byte != byte) break;
    node = child->node;
    if (nodes_[node].token >= 0) match = {nodes_[node].token, i + 1};
  }
  return match;
}

std::vector<Section> AddedTokenMatcher::cut(std::string_view text, Specials specials) const {
  std::vector<Section> sections;
  size_t done = 0;
  size_t at = 0;
  while (at < text.size() && !tokens_.empty()) {
    if (!starts_[static_cast<unsigned char>(text[at])]) {
      ++at;
      continue;
    }
    const Match match = longest_at(text.substr(at));
    if (match.token < 0) {
      ++at;
      continue;
    }
    const AddedToken& token = tokens_[match.token];
    size_t begin = at;
    size_t end = at + match.length;
    at = end;
    if (token.special && specials == Specials::passed_over) continue;
    if (token.single_word &&
        (ends_with_word(text.substr(0, begin)) || starts_with_word(text.substr(end))))
      continue;
    if (token.left_strip) begin = std::max(without_spaces_at_end(text.substr(0, begin)), done);
    if (token.right_strip) end += spaces_at_start(text.substr(end));
    if (done < begin) sections.push_back({-1, done, begin});
    sections.push_back({token.id, begin, end});
    done = end;
  }
  if (done < text.size()) sections.push_back({-1, done, text.size()});
  return sections;
}

}  // namespace swivel::text
