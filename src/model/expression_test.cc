#include "model/expression.h"

#include <gtest/gtest.h>

namespace swivel {
namespace {

const Fields kFields = {{"a", json::Value(12)},      {"b", json::Value(4)},
                        {"c", json::Value(0.25)},    {"zero", json::Value(0)},
                        {"flag", json::Value(true)}, {"nothing", json::Value()}};

std::string evaluated(json::Value written) {
  auto expression = parse_expression(written);
  if (!expression) return "not parsed";
  EXPECT_EQ(parse_expression(json::Value(to_string(*expression))).has_value() ||
                written.is_number() || written.is_bool(),
            true);
  auto value = evaluate(*expression, kFields);
  return value ? json::write(*value) : "error";
}

TEST(Expression, HasLiteralsFieldsAndFourFormulas) {
  EXPECT_EQ(evaluated(3), "3");
  EXPECT_EQ(evaluated(0.5), "0.5");
  EXPECT_EQ(evaluated(true), "true");
  EXPECT_EQ(evaluated("none"), "null");
  EXPECT_EQ(evaluated("$a"), "12");
  EXPECT_EQ(evaluated("$nothing"), "null");
  EXPECT_EQ(evaluated("1/$b"), "0.25");
  EXPECT_EQ(evaluated("sqrt($b)"), evaluated(2.0));
  EXPECT_EQ(evaluated("1/sqrt($b)"), "0.5");
  EXPECT_EQ(evaluated("$a / $b"), "3");
  EXPECT_EQ(evaluated("$c / $b"), "0.0625");
}

TEST(Expression, HasNoOtherArithmetic) {
  for (const char* text : {"", "$", "a", "$a+1", "$a/$b", "2/$a", "sqrt(4)", "$A", "1/sqrt($a) ",
                           "1/sqrt($a", "$a / $b / $c", "sqrt(sqrt($a))", "1/"})
    EXPECT_EQ(evaluated(text), "not parsed") << text;
  EXPECT_EQ(evaluated(json::Value()), "not parsed");
}

TEST(Expression, RefusesWhatHasNoValue) {
  EXPECT_EQ(evaluated("1/$zero"), "error");
  EXPECT_EQ(evaluated("$a / $zero"), "error");
  EXPECT_EQ(evaluated("$b / $a"), "error");  // no whole number
  EXPECT_EQ(evaluated("sqrt($flag)"), "error");
  EXPECT_EQ(evaluated("sqrt($nothing)"), "error");
  EXPECT_EQ(evaluated("$unknown"), "error");
}

}  // namespace
}  // namespace swivel
