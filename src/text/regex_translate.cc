#include <fmt/format.h>

#include "text/regex.h"

namespace swivel::text {
namespace {

constexpr std::string_view kSpaces =
    "\\x{9}-\\x{d}\\x{20}\\x{85}\\x{a0}\\x{1680}\\x{2000}-\\x{200a}\\x{2028}\\x{2029}\\x{202f}"
    "\\x{205f}\\x{3000}";
constexpr std::string_view kNotSpaces =
    "\\x{0}-\\x{8}\\x{e}-\\x{1f}\\x{21}-\\x{84}\\x{86}-\\x{9f}\\x{a1}-\\x{167f}\\x{1681}-\\x{1fff}"
    "\\x{200b}-\\x{2027}\\x{202a}-\\x{202e}\\x{2030}-\\x{205e}\\x{2060}-\\x{2fff}\\x{3001}-\\x{"
    "d7ff}"
    "\\x{e000}-\\x{10ffff}";
// Oniguruma's word characters: with superscript digits and fractions of Latin-1, and the enclosed
// letters that count as alphabetic.
constexpr std::string_view kWords =
    "\\p{L}\\p{M}\\p{Nd}\\p{Nl}\\p{Pc}\\x{b2}\\x{b3}\\x{b9}\\x{bc}-\\x{be}\\x{24b6}-\\x{24e9}"
    "\\x{1f130}-\\x{1f149}\\x{1f150}-\\x{1f169}\\x{1f170}-\\x{1f189}";

class Translator {
 public:
  explicit Translator(std::string_view pattern) : in_(pattern) {}

  Result<std::string> run() {
    while (at_ < in_.size()) {
      if (in_[at_] == '\\') {
        TRY(escape());
      } else if (depth_ > 0) {
        TRY(in_class());
      } else if (in_[at_] == '[') {
        open_class();
      } else if (in_.substr(at_, 2) == "(?") {
        TRY(group());
      } else {
        out_ += in_[at_++];
      }
    }
    return out_;
  }

 private:
  std::unexpected<Error> refuse(std::string_view what) const {
    return fail(ErrorCode::bad_input, "regular expression \"{}\": {} is not supported", in_, what);
  }

  void open_class() {
    ++depth_;
    out_ += in_[at_++];
    if (at_ < in_.size() && in_[at_] == '^') out_ += in_[at_++];
    // A bracket in the first place is itself.
    if (at_ < in_.size() && in_[at_] == ']') {
      out_ += "\\]";
      ++at_;
    }
  }

  Status in_class() {
    if (in_.substr(at_, 2) == "&&") return refuse("&& in a class");
    if (in_[at_] == '[') {
      if (in_.substr(at_, 2) != "[:") return refuse("a class inside a class");
      const size_t end = in_.find(":]", at_);
      if (end == in_.npos) return refuse("[ in a class");
      out_ += in_.substr(at_, end + 2 - at_);
      at_ = end + 2;
      return {};
    }
    if (in_[at_] == ']') --depth_;
    out_ += in_[at_++];
    return {};
  }

  // Ruby's m is PCRE's s, and its s does not exist.
  Status group() {
    const size_t end = in_.find_first_of(":)=!<>#", at_ + 2);
    const std::string_view options =
        end == in_.npos ? in_.substr(at_ + 2) : in_.substr(at_ + 2, end - at_ - 2);
    for (const char c : options)
      if (c != 'i' && c != '-' && c != 'x')
        return refuse(fmt::format("the group option {}", std::string(1, c)));
    out_ += in_.substr(at_, 2 + options.size());
    at_ += 2 + options.size();
    return {};
  }

  Status escape() {
    if (at_ + 1 >= in_.size()) return refuse("a backslash at the end");
    const char c = in_[at_ + 1];
    const bool in_class = depth_ > 0;
    at_ += 2;
    if (c == 's') {
      out_ += in_class ? std::string(kSpaces) : fmt::format("[{}]", kSpaces);
    } else if (c == 'S') {
      out_ += in_class ? std::string(kNotSpaces) : fmt::format("[^{}]", kSpaces);
    } else if (c == 'w') {
      out_ += in_class ? std::string(kWords) : fmt::format("[{}]", kWords);
    } else if (c == 'h') {
      out_ += in_class ? "0-9a-fA-F" : "[0-9a-fA-F]";
    } else if (c == 'W' && !in_class) {
      out_ += fmt::format("[^{}]", kWords);
    } else if (c == 'b' && !in_class) {
      out_ += fmt::format("(?:(?<=[{0}])(?![{0}])|(?<![{0}])(?=[{0}]))", kWords);
    } else if (c == 'u') {
      return code_unit();
    } else if (std::string_view("WHRXKkgGNyYOQEC").find(c) != std::string_view::npos) {
      return refuse(fmt::format("\\{}", c));
    } else {
      out_ += '\\';
      out_ += c;
    }
    return {};
  }

  Status code_unit() {
    const std::string_view digits = in_.substr(at_, 4);
    if (digits.size() != 4 || digits.find_first_not_of("0123456789abcdefABCDEF") != digits.npos)
      return refuse("\\u without four hexadecimal digits");
    out_ += fmt::format("\\x{{{}}}", digits);
    at_ += 4;
    return {};
  }

  std::string_view in_;
  std::string out_;
  size_t at_ = 0;
  int depth_ = 0;
};

}  // namespace

Result<std::string> translate_regex(std::string_view pattern) { return Translator(pattern).run(); }

}  // namespace swivel::text
