#include "formats/json.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <limits>

namespace swivel::json {
namespace {

Value parsed(std::string_view text) {
  auto value = parse(text, "t.json");
  EXPECT_TRUE(value.has_value()) << text << ": " << value.error().message;
  return value ? *value : Value();
}

std::string refusal(std::string_view text, ReadLimits limits = {}) {
  auto value = parse(text, "t.json", limits);
  if (value.has_value()) return "accepted";
  EXPECT_EQ(value.error().code, ErrorCode::bad_input);
  return value.error().message;
}

TEST(Json, ReadsEveryKindOfValueInFileOrder) {
  const Value value =
      parsed(R"( {"b": [1, -2.5, "x\u00e9\ud83d\ude00\n", true, false, null], "a": {}} )");
  ASSERT_TRUE(value.is_object());
  const Object expected = {
      {"b", Array{1, -2.5, "x\xc3\xa9\xf0\x9f\x98\x80\n", true, false, nullptr}}, {"a", Object{}}};
  EXPECT_EQ(value, Value(expected));
  EXPECT_EQ(value.as_object()[0].first, "b");
  EXPECT_EQ(value.find("a")->as_object().size(), 0u);
  EXPECT_EQ(value.find("c"), nullptr);
  EXPECT_EQ(Value(1).find("c"), nullptr);
}

TEST(Json, ReadsScalarsAtTheRoot) {
  EXPECT_EQ(parsed(" 7 "), Value(7));
  EXPECT_EQ(parsed("\"a\""), Value("a"));
  EXPECT_EQ(parsed("null\n"), Value());
  EXPECT_EQ(parsed("-1e3"), Value(-1000.0));
}

TEST(Json, KeepsIntegersAndMakesLargerOnesDoubles) {
  EXPECT_EQ(parsed("[9223372036854775807,-9223372036854775808]"),
            Value(Array{std::numeric_limits<int64_t>::max(), std::numeric_limits<int64_t>::min()}));
  EXPECT_EQ(parsed("[9223372036854775808]"), Value(Array{9223372036854775808.0}));
  EXPECT_EQ(parsed("[1000000000000000019884624838656]"), Value(Array{1e30}));
  EXPECT_EQ(parsed("[1.0]").as_array()[0].is_integer(), false);
  EXPECT_EQ(kind_name(parsed("1.0")), "number");
  EXPECT_EQ(kind_name(parsed("1")), "integer");
}

TEST(Json, RefusesWithLineAndColumn) {
  EXPECT_EQ(refusal("{\n \"a\": 1,\n \"a\": 2}"),
            "t.json: line 3, column 2: the key \"a\" occurs twice");
  EXPECT_EQ(refusal("[1, 02]"), "t.json: line 1, column 5: expected a JSON value, found \"02\"");
  EXPECT_EQ(refusal("[1e999]"),
            "t.json: line 1, column 2: the number 1e999 is outside the range of a double");
  EXPECT_EQ(refusal("[1] 2"),
            "t.json: line 1, column 1: this value does not end where the text ends");
  EXPECT_EQ(refusal("[1] [2]"), "t.json: line 1, column 5: text after the end of the JSON value");
  EXPECT_EQ(refusal(""), "t.json: line 1, column 1: expected a JSON value, found nothing");
  EXPECT_EQ(refusal("\n[\"a\xff\"]"), "t.json: line 2, column 4: the text is not UTF-8");
  EXPECT_EQ(refusal("[\"a\nb\"]"), "t.json: line 1, column 4: a control character in a string");
  EXPECT_EQ(refusal("[\"abc]"), "t.json: line 1, column 7: the text ends inside a string");
  EXPECT_EQ(refusal("[\"\\x\"]"),
            "t.json: line 1, column 2: a string with an escape that is no character");
  EXPECT_EQ(refusal("[\"\\udc00\"]"),
            "t.json: line 1, column 2: a string with an escape that is no character");
  EXPECT_EQ(refusal("{\"\\udc00\":1}"),
            "t.json: line 1, column 2: a string with an escape that is no character");
}

TEST(Json, RefusesWhatIsNotJson) {
  for (const char* text : {"[1,]",
                           "[,1]",
                           "[1 2]",
                           "{\"a\"}",
                           "{\"a\":}",
                           "{\"a\":1,}",
                           "{a:1}",
                           "{\"a\":1 \"b\":2}",
                           "[",
                           "]",
                           "{",
                           "}",
                           "[1",
                           "{\"a\":1",
                           "[}",
                           "{]",
                           "tru",
                           "nulll",
                           "True",
                           "NaN",
                           "-",
                           "+1",
                           ".5",
                           "1.",
                           "1e",
                           "1e+",
                           "0x1",
                           "[-01]",
                           "'a'",
                           "\"a",
                           "\"a\"b",
                           "\"a\" \"b\"",
                           "1 2",
                           "[1]]",
                           "{}{}",
                           "\xef\xbb\xbf{}",
                           "[\"\\ud800\"]",
                           "[\"\\ud800x\"]",
                           "[\"\\ud800\\u0041\"]",
                           "[\"\\ud800\\ud800\"]",
                           "[\"\\udc00\\ud800\"]",
                           "[\"\\u12\"]",
                           "[\"\t\"]",
                           "// x\n1",
                           "[1]//",
                           "{\"a\":1,,\"b\":2}",
                           "[\"a\" \"b\"]",
                           "[true false]",
                           "{1:2}",
                           "[\x01]",
                           "[1:2]",
                           "{\"a\",1}",
                           "[[]",
                           "\xed\xa0\x80",
                           "[\"\xc0\x80\"]",
                           "[\"\xf4\x90\x80\x80\"]",
                           ","})
    EXPECT_NE(refusal(text), "accepted") << text;
}

TEST(Json, RefusesDepthAboveTheLimit) {
  const auto nested = [](int depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_TRUE(parse(nested(64), "t.json").has_value());
  EXPECT_EQ(refusal(nested(65)), "t.json: line 1, column 65: nested deeper than 64 levels");
  EXPECT_EQ(refusal(nested(1'000'000)), "t.json: line 1, column 65: nested deeper than 64 levels");
  EXPECT_EQ(refusal("[[1]]", {.max_depth = 1}),
            "t.json: line 1, column 2: nested deeper than 1 levels");
  EXPECT_EQ(refusal("[[1]]", {.max_bytes = 4}), "t.json: 5 bytes of JSON; at most 4 are read");
}

TEST(Json, FindsADuplicateAmongManyKeys) {
  std::string text = "{";
  for (int i = 0; i < 100'000; ++i) text += fmt::format("\"k{}\":{},", i, i);
  EXPECT_EQ(parsed(text + "\"z\":0}").as_object().size(), 100'001u);
  EXPECT_EQ(refusal(text + "\n\"k777\":0}"),
            "t.json: line 2, column 1: the key \"k777\" occurs twice");
}

TEST(Json, DistinguishesKeysThatDifferOnlyAfterUnescaping) {
  EXPECT_EQ(refusal(R"({"a":1,"\u0061":2})"),
            "t.json: line 1, column 8: the key \"a\" occurs twice");
}

TEST(Json, WritesCompactAndIndented) {
  const Value value = Object{{"a", Array{1, Array{}, Object{}}}, {"b\n", Object{{"c", nullptr}}}};
  EXPECT_EQ(write(value), R"({"a":[1,[],{}],"b\n":{"c":null}})");
  EXPECT_EQ(write(value, Style::indented),
            "{\n  \"a\": [\n    1,\n    [],\n    {}\n  ],\n  \"b\\n\": {\n    \"c\": null\n  }\n}");
}

TEST(Json, WritesNumbersThatReadBackAsTheSameNumber) {
  for (double number : {0.1, 1.0, -0.0, 1e15, 123456789012345680.0, 1e16, 1e22, 1e-4, 1e-5, 5e-324,
                        1.7976931348623157e308, 1.0 / 3, 100000.0, 0.00012345})
    EXPECT_EQ(parsed(write(number)), Value(number)) << write(number);
  EXPECT_EQ(write(100000.0), "100000.0");
  EXPECT_EQ(write(1e16), "1e+16");
  EXPECT_EQ(write(0.00001), "1e-05");
  EXPECT_EQ(write(0.0001), "0.0001");
  EXPECT_EQ(write(std::numeric_limits<double>::quiet_NaN()), "null");
  EXPECT_EQ(write(std::numeric_limits<int64_t>::min()), "-9223372036854775808");
}

TEST(Json, QuotesStringsSoThatTheyReadBack) {
  std::string all;
  for (int c = 0; c < 128; ++c) all += static_cast<char>(c);
  all += "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80";
  EXPECT_EQ(parsed(quote(all)), Value(all));
  EXPECT_EQ(quote("a\"b\\\x01\x7f"), "\"a\\\"b\\\\\\u0001\x7f\"");
  EXPECT_EQ(quote("a\xff\xe2\x82z"), "\"a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdz\"");
}

TEST(Json, ReadsAFileAndNamesAMissingOne) {
  const std::string path = testing::TempDir() + "/swivel_json_test.json";
  std::ofstream(path) << "[1,";
  auto broken = parse_file(path);
  ASSERT_FALSE(broken.has_value());
  EXPECT_TRUE(broken.error().message.starts_with(path + ": line 1, column "))
      << broken.error().message;
  auto missing = parse_file(path + ".none");
  ASSERT_FALSE(missing.has_value());
  EXPECT_EQ(missing.error().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace swivel::json
