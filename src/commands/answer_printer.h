// Shows an answer as it comes. On a terminal the reasoning is dim and control characters that a
// model may write are made harmless; elsewhere only the answer proper is printed, as it is.
#pragma once

#include <cstdio>
#include <string>
#include <string_view>

#include "chat/reasoning.h"
#include "engine/request.h"

namespace swivel {

class AnswerPrinter {
 public:
  explicit AnswerPrinter(FILE* out);

  // Verdict::stop: nobody reads any more.
  Verdict print(const AnswerPiece& piece);
  // Ends the line.
  void finish();

 private:
  Verdict write(std::string_view text);

  FILE* out_;
  bool terminal_;
  bool colour_;
  bool in_reasoning_ = false;
  bool at_line_start_ = true;
};

// Without what could steer a terminal: control characters but line break and tab become U+FFFD.
std::string harmless(std::string_view utf8);

}  // namespace swivel
