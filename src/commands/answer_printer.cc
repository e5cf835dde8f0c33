#include "commands/answer_printer.h"

#include "commands/terminal.h"

namespace swivel {
namespace {

constexpr std::string_view kDim = "\033[2m";
constexpr std::string_view kPlain = "\033[0m";
constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

}  // namespace

std::string harmless(std::string_view utf8) {
  std::string out;
  for (size_t i = 0; i < utf8.size(); ++i) {
    const auto byte = static_cast<uint8_t>(utf8[i]);
    const bool c0 = (byte < 0x20 && byte != '\n' && byte != '\t') || byte == 0x7F;
    // U+0080 to U+009F: 0xC2 0x80 to 0xC2 0x9F.
    const bool c1 = byte == 0xC2 && i + 1 < utf8.size() && static_cast<uint8_t>(utf8[i + 1]) < 0xA0;
    if (c1) ++i;
    if (c0 || c1)
      out += kReplacement;
    else
      out += utf8[i];
  }
  return out;
}

AnswerPrinter::AnswerPrinter(FILE* out)
    : out_(out), terminal_(is_terminal(out)), colour_(shows_colour(out)) {}

Verdict AnswerPrinter::print(const AnswerPiece& piece) {
  if (piece.part == AnswerPart::reasoning) {
    if (!terminal_) return Verdict::go;
    if (!in_reasoning_ && colour_) write(kDim);
    in_reasoning_ = true;
  } else if (in_reasoning_) {
    in_reasoning_ = false;
    if (colour_) write(kPlain);
    write("\n\n");
  }
  return write(terminal_ ? harmless(piece.text) : piece.text);
}

void AnswerPrinter::finish() {
  if (in_reasoning_ && colour_) write(kPlain);
  in_reasoning_ = false;
  if (!at_line_start_) write("\n");
}

Verdict AnswerPrinter::write(std::string_view text) {
  if (text.empty()) return Verdict::go;
  at_line_start_ = text.back() == '\n';
  std::fwrite(text.data(), 1, text.size(), out_);
  return std::fflush(out_) == 0 ? Verdict::go : Verdict::stop;
}

}  // namespace swivel
