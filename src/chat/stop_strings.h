// Ends a text at the first stop string, wherever the text is cut into pieces: a stop string that
// begins in one piece and ends in another is found, and no part of one is ever let through.
// Of several the one that ends first counts, the longest of those. One object serves one text and
// one thread.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace swivel {

class StopStrings {
 public:
  // Empty strings are left out.
  explicit StopStrings(std::vector<std::string> stops);

  struct Step {
    std::string text;  // certain to stand before any stop string
    bool stopped = false;
  };
  // The text that this piece makes certain. After `stopped` the object takes no more.
  Step push(std::string_view piece);
  // What was held back because a stop string could have begun there.
  std::string finish();

  // The stop string that was found; empty if none was.
  const std::string& found() const { return found_; }

 private:
  std::vector<std::string> stops_;
  std::string held_;
  std::string found_;
};

// The length of the longest end of `text` that is a proper beginning of `word`.
size_t overlap(std::string_view text, std::string_view word);

}  // namespace swivel
