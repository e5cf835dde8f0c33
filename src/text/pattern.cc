#include "text/pattern.h"

namespace swivel::text {
namespace {

struct Finder {
  std::string_view text;
  std::vector<Span>& matches;

  void operator()(const std::string& literal) const {
    for (size_t at = text.find(literal); at != text.npos; at = text.find(literal, at)) {
      matches.push_back({at, at + literal.size()});
      at += literal.size();
    }
  }
  void operator()(CodePointFlags flags) const { scan_characters(text, flags, matches); }
  void operator()(Scanner scanner) const { scanner(text, matches); }
  void operator()(const Regex& regex) const { regex.find(text, matches); }
};

}  // namespace

Result<Pattern> Pattern::expression(std::string_view expression) {
  if (const auto scanner = scanner_for(expression)) return Pattern(*scanner);
  return Pattern(TRY(Regex::compile(expression)));
}

void Pattern::find(std::string_view utf8, std::vector<Span>& matches) const {
  std::visit(Finder{utf8, matches}, what_);
}

std::string Pattern::replace(std::string_view utf8, std::string_view by) const {
  std::vector<Span> matches;
  find(utf8, matches);
  std::string out;
  size_t copied = 0;
  for (const Span match : matches) {
    out.append(utf8.substr(copied, match.begin - copied)).append(by);
    copied = match.end;
  }
  out.append(utf8.substr(copied));
  return out;
}

}  // namespace swivel::text
