#include "text/utf8.h"

#include <gtest/gtest.h>

namespace swivel::text {
namespace {

std::string repaired(std::string_view bytes) {
  std::string out;
  append_replacing_invalid(out, bytes);
  return out;
}

// What Python's bytes.decode("utf-8", "replace") gives, with ? for U+FFFD.
TEST(Utf8, EachMaximalInvalidPartBecomesOneReplacementCharacter) {
  const auto expect = [](std::string_view bytes, std::string wanted) {
    for (size_t at = wanted.find('?'); at != wanted.npos; at = wanted.find('?', at + 3))
      wanted.replace(at, 1, kReplacementCharacter);
    EXPECT_EQ(repaired(bytes), wanted) << testing::PrintToString(std::string(bytes));
  };
  expect("abc", "abc");
  expect("\x80", "?");
  expect(
      "a\xE4\xBD"
      "b",
      "a?b");
  expect("\xE4\xBD", "?");
  expect("\xF0\x9F\x99", "?");
  expect("\xF0\x9F\x99\xF0\x9F\x99\x82", "?\xF0\x9F\x99\x82");
  expect("\xC0\x80", "??");
  expect("\xE0\x80\x80", "???");
  expect("\xED\xA0\x80", "???");
  expect("\xF4\x90\x80\x80", "????");
  expect("\xF8\x88\x80\x80\x80", "?????");
  expect("\xFF\xC3\xA9", "?\xC3\xA9");
}

TEST(Utf8, AnUnfinishedCharacterIsNotSettled) {
  EXPECT_EQ(settled_bytes("ab"), 2u);
  EXPECT_EQ(settled_bytes("ab\xE4"), 2u);
  EXPECT_EQ(settled_bytes("ab\xE4\xBD"), 2u);
  EXPECT_EQ(settled_bytes("ab\xE4\xBD\xA0"), 5u);
  EXPECT_EQ(settled_bytes("\xF0\x9F\x99"), 0u);
  EXPECT_EQ(settled_bytes("\xE4\xE4"), 1u);
  EXPECT_EQ(settled_bytes("\x80"), 1u);
}

}  // namespace
}  // namespace swivel::text
