#include "text/code_points.h"

#include <unicode/uchar.h>
#include <unicode/uniset.h>

#include <map>

namespace swivel::text {
namespace {

struct CategoryRange {
  char32_t first;
  char32_t last;
  UCharCategory category;
};

constexpr CategoryRange kUnicode16[] = {
#include "text/unicode16.inc"
};

CodePointFlags flags_of(UCharCategory category) {
  const uint32_t mask = U_MASK(category);
  CodePointFlags flags = 0;
  if (mask & U_GC_L_MASK) flags |= kLetter | kWord;
  if (mask & U_GC_M_MASK) flags |= kMark | kWord;
  if (mask & U_GC_N_MASK) flags |= kNumber;
  if (mask & U_GC_P_MASK) flags |= kPunctuation;
  if (mask & U_GC_S_MASK) flags |= kSymbol;
  if (mask & (U_GC_ND_MASK | U_GC_NL_MASK | U_GC_PC_MASK)) flags |= kWord;
  constexpr uint32_t kUncased = U_GC_LM_MASK | U_GC_LO_MASK | U_GC_M_MASK;
  if (mask & (U_GC_LU_MASK | U_GC_LT_MASK | kUncased)) flags |= kUpperOrAny;
  if (mask & (U_GC_LL_MASK | kUncased)) flags |= kLowerOrAny;
  return flags;
}

void add_to_set(std::vector<CodePointFlags>& all, const char16_t* pattern, CodePointFlags flag) {
  UErrorCode error = U_ZERO_ERROR;
  const icu::UnicodeSet set(icu::UnicodeString(pattern), error);
  for (int32_t i = 0; i < set.getRangeCount(); ++i)
    for (UChar32 c = set.getRangeStart(i); c <= set.getRangeEnd(i); ++c) all[c] |= flag;
}

UBool fill_range(const void* context, UChar32 start, UChar32 limit, UCharCategory category) {
  auto& all = *static_cast<std::vector<CodePointFlags>*>(const_cast<void*>(context));
  const CodePointFlags flags = flags_of(category);
  for (UChar32 c = start; c < limit; ++c) all[c] = flags;
  return true;
}

std::vector<CodePointFlags> flags_of_all() {
  std::vector<CodePointFlags> all(0x110000, 0);
  u_enumCharTypes(fill_range, &all);
  for (const CategoryRange& range : kUnicode16)
    for (char32_t c = range.first; c <= range.last; ++c)
      if (u_charType(static_cast<UChar32>(c)) == U_UNASSIGNED) all[c] = flags_of(range.category);
  add_to_set(all, u"[:White_Space:]", kSpace);
  add_to_set(all, u"[[:Alphabetic:][:Join_Control:]]", kWord);
  add_to_set(all, u"[[:Any:]-[:Cn:]-[:Age=9.0:]]", kAfterUnicode9);
  add_to_set(all, u"[[:M:]&[:Age=9.0:]]", kOldMark);
  add_to_set(all, u"[[:P:]&[:Age=8.0:]]", kOldPunctuation);
  for (char32_t c = 0x21; c < 0x7F; ++c)
    if (all[c] & kSymbol) all[c] |= kOldPunctuation;
  // Whose category changed since those versions.
  all[0x166D] |= kOldPunctuation;
  all[0x111C9] = static_cast<CodePointFlags>((all[0x111C9] | kOldPunctuation) & ~kOldMark);
  all[0x1CF2] |= kOldMark;
  all[0x1CF3] |= kOldMark;
  all['\r'] |= kNewline;
  all['\n'] |= kNewline;
  return all;
}

}  // namespace

const CodePoints& CodePoints::table() {
  static const CodePoints points;
  return points;
}

CodePoints::CodePoints() {
  const std::vector<CodePointFlags> all = flags_of_all();
  std::map<std::vector<CodePointFlags>, uint32_t> seen;
  for (size_t page = 0; page < page_.size(); ++page) {
    const auto begin = all.begin() + static_cast<std::ptrdiff_t>(page * 256);
    const std::vector<CodePointFlags> content(begin, begin + 256);
    const auto [entry, added] = seen.try_emplace(content, static_cast<uint32_t>(pages_.size()));
    if (added) pages_.insert(pages_.end(), content.begin(), content.end());
    page_[page] = entry->second;
  }
}

}  // namespace swivel::text
