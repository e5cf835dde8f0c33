#include "text/normalizer.h"

#include "text/code_points.h"
#include "text/unicode_forms.h"
#include "text/utf8.h"

namespace swivel::text {
namespace {

constexpr std::string_view kSpaceMarker = "\xE2\x96\x81";

bool has(char32_t c, CodePointFlags flags) { return (CodePoints::table().flags(c) & flags) != 0; }

std::string without_marks(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size();) {
    const CodePoint c = decode_utf8(text.data() + i);
    if (!has(c.value, kOldMark)) out += text.substr(i, static_cast<size_t>(c.length));
    i += static_cast<size_t>(c.length);
  }
  return out;
}

std::string_view stripped(std::string_view text, const Normalizer::Strip& strip) {
  while (strip.left && !text.empty()) {
    const CodePoint c = decode_utf8(text.data());
    if (!has(c.value, kSpace)) break;
    text.remove_prefix(static_cast<size_t>(c.length));
  }
  while (strip.right && !text.empty()) {
    const char* last = previous_character(text.data(), text.data() + text.size());
    if (!has(decode_utf8(last).value, kSpace)) break;
    text = text.substr(0, static_cast<size_t>(last - text.data()));
  }
  return text;
}

std::string with_single_spaces(std::string_view text) {
  std::string out;
  for (const char c : text)
    if (c != ' ' || (!out.empty() && out.back() != ' ')) out += c;
  while (out.ends_with(' ') || out.ends_with(kSpaceMarker))
    out.resize(out.size() - (out.back() == ' ' ? 1 : kSpaceMarker.size()));
  return out;
}

// Each returns nothing where the text stays as it is.
struct Apply {
  std::string_view text;

  std::optional<std::string> operator()(const Normalizer::Compose& step) const {
    return to_form(step.form, text);
  }
  std::optional<std::string> operator()(const Normalizer::Lowercase&) const {
    return to_lower(text);
  }
  std::optional<std::string> operator()(const Normalizer::StripAccents&) const {
    return without_marks(text);
  }
  std::optional<std::string> operator()(const Normalizer::Prepend& step) const {
    if (text.empty()) return std::nullopt;
    return step.text + std::string(text);
  }
  std::optional<std::string> operator()(const Normalizer::Replace& step) const {
    return step.pattern.replace(text, step.by);
  }
  std::optional<std::string> operator()(const Normalizer::Strip& step) const {
    return std::string(stripped(text, step));
  }
  std::optional<std::string> operator()(const Normalizer::CollapseSpaces&) const {
    return with_single_spaces(text);
  }
};

}  // namespace

std::string_view Normalizer::apply(std::string_view utf8, std::string& storage) const {
  std::string_view text = utf8;
  for (const Step& step : steps_) {
    std::optional<std::string> changed = std::visit(Apply{text}, step);
    if (!changed) continue;
    storage = std::move(*changed);
    text = storage;
  }
  return text;
}

}  // namespace swivel::text
