#include "text/unicode_forms.h"

#include <unicode/bytestream.h>
#include <unicode/locid.h>
#include <unicode/normalizer2.h>
#include <unicode/uniset.h>
#include <unicode/ustring.h>

#include "text/code_points.h"
#include "text/utf8.h"

namespace swivel::text {
namespace {

const icu::Normalizer2* normalizer_for(Normalizer::Form form) {
  UErrorCode error = U_ZERO_ERROR;
  switch (form) {
    case Normalizer::Form::nfc:
      return icu::Normalizer2::getNFCInstance(error);
    case Normalizer::Form::nfd:
      return icu::Normalizer2::getNFDInstance(error);
    case Normalizer::Form::nfkc:
      return icu::Normalizer2::getNFKCInstance(error);
    case Normalizer::Form::nfkd:
      return icu::Normalizer2::getNFKDInstance(error);
  }
  return nullptr;
}

const icu::UnicodeSet& unicode9() {
  static const icu::UnicodeSet* const set = [] {
    UErrorCode error = U_ZERO_ERROR;
    auto* made = new icu::UnicodeSet(icu::UnicodeString(u"[[:Age=9.0:][:Cn:]]"), error);
    made->freeze();
    return made;
  }();
  return *set;
}

// Below these no character changes or combines.
char32_t first_that_changes(Normalizer::Form form) {
  switch (form) {
    case Normalizer::Form::nfc:
      return 0x300;
    case Normalizer::Form::nfd:
      return 0xC0;
    case Normalizer::Form::nfkc:
    case Normalizer::Form::nfkd:
      return 0xA0;
  }
  return 0;
}

struct Contents {
  bool may_change = false;
  bool after_unicode9 = false;
};

Contents look_through(Normalizer::Form form, std::string_view text) {
  const CodePoints& points = CodePoints::table();
  const char32_t first = first_that_changes(form);
  Contents contents;
  for (size_t i = 0; i < text.size();) {
    if (static_cast<unsigned char>(text[i]) < 0x80) {
      ++i;
      continue;
    }
    const CodePoint c = decode_utf8(text.data() + i);
    i += static_cast<size_t>(c.length);
    if (c.value >= first) contents.may_change = true;
    if (points.flags(c.value) & kAfterUnicode9) contents.after_unicode9 = true;
  }
  return contents;
}

}  // namespace

std::optional<std::string> to_form(Normalizer::Form form, std::string_view text) {
  const Contents contents = look_through(form, text);
  const icu::Normalizer2* all = normalizer_for(form);
  if (!contents.may_change || all == nullptr) return std::nullopt;
  const icu::StringPiece in(text.data(), static_cast<int32_t>(text.size()));
  UErrorCode error = U_ZERO_ERROR;
  std::string out;
  icu::StringByteSink<std::string> sink(&out, in.length());
  if (contents.after_unicode9) {
    const icu::FilteredNormalizer2 filtered(*all, unicode9());
    filtered.normalizeUTF8(0, in, sink, nullptr, error);
  } else {
    if (all->isNormalizedUTF8(in, error)) return std::nullopt;
    all->normalizeUTF8(0, in, sink, nullptr, error);
  }
  if (U_FAILURE(error)) return std::nullopt;
  return out;
}

std::optional<std::string> to_lower(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t i = 0; i < text.size();) {
    const CodePoint c = decode_utf8(text.data() + i);
    i += static_cast<size_t>(c.length);
    icu::UnicodeString one(static_cast<UChar32>(c.value));
    one.toLower(icu::Locale::getRoot());
    one.toUTF8String(out);
  }
  return out;
}

}  // namespace swivel::text
