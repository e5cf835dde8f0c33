// Tokens that are found in text before anything else happens to it: control tokens and words added
// to a vocabulary. Matching follows the tokenizers package: leftmost, of those the longest; then
// the conditions of the token found (a rejected match is passed over, no shorter one is tried).
// Immutable once built; any thread.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace swivel::text {

struct AddedToken {
  std::string content;
  int32_t id = -1;
  bool single_word = false;  // not next to a word character
  bool left_strip = false;   // takes the white space in front of it
  bool right_strip = false;  // takes the white space behind it
  bool normalized = false;   // looked for in normalised text
  bool special = false;      // a control token

  bool operator==(const AddedToken&) const = default;
};

// A stretch of text: an added token, or text between (id -1).
struct Section {
  int32_t id;
  size_t begin;
  size_t end;
};

class AddedTokenMatcher {
 public:
  AddedTokenMatcher() = default;
  // Looks for patterns[i] and means tokens[i]; the first of two equal patterns wins. Empty patterns
  // are never found. Sizes are equal.
  AddedTokenMatcher(std::vector<AddedToken> tokens, const std::vector<std::string>& patterns);

  enum class Specials { found, passed_over };
  // Cuts `utf8` into sections, in order. Where a token takes white space that the next token begins
  // with, sections overlap, as they do in the tokenizers package. Empty text gives none.
  std::vector<Section> cut(std::string_view utf8, Specials specials) const;

  bool empty() const { return tokens_.empty(); }

 private:
  struct Node {
    uint32_t first_child = 0;  // into children_
    uint32_t children = 0;
    int32_t token = -1;  // into tokens_
  };
  struct Child {
    unsigned char byte;
    uint32_t node;
  };
  struct Match {
    int32_t token;
    size_t length;
  };

  Match longest_at(std::string_view rest) const;
  void build(const std::vector<std::string>& patterns);

  std::vector<AddedToken> tokens_;
  std::vector<Node> nodes_;  // the root first
  std::vector<Child> children_;
  std::array<bool, 256> starts_ = {};
};

}  // namespace swivel::text
