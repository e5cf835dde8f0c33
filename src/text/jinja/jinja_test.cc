#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "text/jinja/template.h"

namespace swivel::jinja {
namespace {

Result<std::string> render(std::string source, std::string_view variables = "{}",
                           const RenderOptions& options = {}) {
  Template compiled = TRY(Template::parse(std::move(source), "t"));
  json::Value given = TRY(json::parse(variables, "variables"));
  std::vector<std::pair<std::string, Value>> values;
  for (const auto& [name, value] : given.as_object()) {
    values.emplace_back(name, TRY(from_json(value)));
  }
  return compiled.render(values, options);
}

void expect(std::string source, std::string_view text, std::string_view variables = "{}") {
  auto result = render(source, variables);
  ASSERT_TRUE(result.has_value()) << source << ": " << result.error().message;
  EXPECT_EQ(*result, text) << source;
}

void expect_error(std::string source, std::string_view message, std::string_view variables = "{}") {
  auto result = render(source, variables);
  ASSERT_FALSE(result.has_value()) << source << " gives " << *result;
  EXPECT_EQ(result.error().message, message) << source;
}

TEST(Jinja, TagsOnTheirOwnLineLeaveNoLine) {
  expect("a\n  {% if true %}\nb\n  {% endif %}\nc\n", "a\nb\nc");
  expect("a\n  {%+ if true %}\nb\n  {%+ endif +%}\nc", "a\n  b\n  \nc");
  expect("a \n {%- set x = 1 -%} \n b", "ab");
  expect("a {# gone #} b\n  {# line #}\nc {#- d -#} e", "a  b\nce");
  expect("{{ 1 -}}  x {{- 2 }}", "1x2");
  expect("{% raw %}{{ x }}{% endraw %}\n{%- raw -%} {% if %} {%- endraw -%} y", "{{ x }}{% if %}y");
  expect("a\r\nb\rc\n\n", "a\nb\nc\n");
}

TEST(Jinja, AnIfOpensNoScopeAndALoopDoes) {
  expect("{% if true %}{% set x = 1 %}{% endif %}{{ x }}", "1");
  expect("{% set x = 0 %}{% for i in [1, 2] %}{% set x = x + i %}{{ x }}{% endfor %}{{ x }}",
         "120");
  expect("{% for i in [1] %}{{ x }}{% endfor %}{% set x = 2 %}{{ x }}", "2", R"({"x": 1})");
  expect(
      "{% set n = namespace(x=0) %}{% for i in [1, 2] %}{% set n.x = n.x + i %}{% endfor %}{{ n.x "
      "}}",
      "3");
  expect("{% with a = 1, b = a %}{{ a }}{{ b }}{% endwith %}{{ a }}", "177", R"({"a": 7})");
  expect("{% set x %}{% set y = 1 %}{{ y }}{% endset %}{{ x }}{{ y }}", "1");
}

TEST(Jinja, TheLoopKnowsItsPlace) {
  expect(
      "{% for i in 'abc' %}{{ loop.index }}{{ loop.index0 }}{{ loop.revindex }}"
      "{{ loop.revindex0 }}{{ loop.first }}{{ loop.last }}{{ loop.length }},{% endfor %}",
      "1032TrueFalse3,2121FalseFalse3,3210FalseTrue3,");
  expect(
      "{% for i in [1, 1, 2] %}{{ loop.changed(i) }}{{ loop.cycle('x', 'y') }}"
      "{{ loop.previtem }}{{ loop.nextitem }} {% endfor %}",
      "Truex1 Falsey12 Truex1 ");
  expect("{% for i in [] %}{% else %}none{% endfor %}", "none");
  expect("{% for i in [1, 2, 3, 4] if i is odd %}{{ loop.length }}{{ i }}{% endfor %}", "2123");
  expect(
      "{% for i in range(9) %}{% if i == 1 %}{% continue %}{% endif %}"
      "{% if i == 3 %}{% break %}{% endif %}{{ i }}{% endfor %}",
      "02");
  expect("{% for n in t recursive %}{{ n.v }}{{ loop.depth }}({{ loop(n.c or []) }}){% endfor %}",
         "a1(b2()c2())", R"({"t": [{"v": "a", "c": [{"v": "b"}, {"v": "c"}]}]})");
}

TEST(Jinja, MacrosTakeArgumentsAsPythonDoes) {
  expect(
      "{% macro f(a, b='B') %}{{ a }}{{ b }}{{ varargs }}{{ kwargs }};{% endmacro %}"
      "{{ f(1) }}{{ f(1, 2, 3, c=4) }}{{ f(b=1) }}",
      "1B(){};12(3,){'c': 4};1(){};");
  expect(
      "{% macro f(x) %}<{{ caller(x) }}>{% endmacro %}{% call(y) f(3) %}{{ y * 2 }}{% endcall %}",
      "<6>");
  expect("{% macro f(n) %}{{ n }}{% if n %}{{ f(n - 1) }}{% endif %}{% endmacro %}{{ f(3) }}",
         "3210");
  expect_error("{% macro f(a) %}{% endmacro %}{{ f(1, 2) }}",
               "line 1: macro 'f' takes not more than 1 argument(s)");
  expect_error("\n{% macro f() %}{% endmacro %}\n{{ f(z=1) }}",
               "line 3: macro 'f' takes no keyword argument 'z'");
}

TEST(Jinja, NumbersAreWrittenAsPythonWritesThem) {
  expect("{{ 7 // 2 }} {{ -7 // 2 }} {{ -7 % 3 }} {{ 7 / 2 }} {{ 2 ** 10 }} {{ 2 ** -1 }}",
         "3 -4 2 3.5 1024 0.5");
  expect("{{ 1e16 }} {{ 1e15 }} {{ 1.5e-5 }} {{ 0.0001 }} {{ 0.1 + 0.2 }} {{ 3.0 }} {{ -0.0 }}",
         "1e+16 1000000000000000.0 1.5e-05 0.0001 0.30000000000000004 3.0 -0.0");
  expect("{{ 1_000 }} {{ 0x1f }} {{ 0b11 }} {{ true + 1 }} {{ 1 == 1.0 }} {{ 1 < 2 < 3 > 2 }}",
         "1000 31 3 2 True True");
  expect(
      "{{ 2.5 | round }} {{ 2.567 | round(2) }} {{ 5 | round }} {{ '42.7' | int }} "
      "{{ 'x' | int(7) }} {{ '0x1f' | int(0, 16) }} {{ '1e3' | float }}",
      "2.0 2.57 5 42 7 31 1000.0");
  expect_error("{{ 9223372036854775807 + 1 }}", "line 1: an integer does not fit 64 bits");
  expect_error("{{ 1 // 0 }}", "line 1: division by zero");
}

TEST(Jinja, StringsAreCodePoints) {
  expect("{{ s | length }} {{ s[1] }} {{ s[::-1] }} {{ s[-2:] }} {{ s[1:3] | upper }}",
         "5 é 😀cbéa c😀 ÉB", R"({"s": "aébc😀"})");
  expect("{{ 'straße ΑΣ' | lower }} {{ 'straße' | upper }} {{ \"they're ok\" | title }}",
         "straße ας STRASSE They're Ok");
  expect("{{ 'a  b c'.split() }} {{ 'a,b,c'.split(',', 1) }} {{ 'a,b,c'.rsplit(',', 1) }}",
         "['a', 'b', 'c'] ['a', 'b,c'] ['a,b', 'c']");
  expect(
      "{{ 'xxaxx'.strip('x') }} {{ ' a '.lstrip() }}| {{ 'ab'.startswith(('x', 'a')) }} "
      "{{ 'a-b'.replace('-', '+') }} {{ 'abc'.find('c') }} {{ 'a\\nb'.splitlines() }}",
      "a a | True a+b 2 ['a', 'b']");
  expect(R"({{ 'it\'s "q" \u00e9\x41\n' ~ 'b' 'c' }}{{ ['it\'s', 'é\t\x00'] }})",
         "it's \"q\" éA\nbc[\"it's\", 'é\\t\\x00']");
  expect(
      "{{ '%s-%05.1f|%-4d|%x|%r' % ('a', 2.25, 7, 255, 'q') }} "
      "{{ '{:>5}|{0!r}'.replace('0', 'x').format('a', x='é') }}",
      "a-002.2|7   |ff|'q'     a|'é'");
}

TEST(Jinja, ContainersPrintAsPythonsDo) {
  expect("{{ [1, 'a', none, true, 1.5, (2,), {'k': []}] }}{{ {} }}{{ () }}{{ {'a': 1}.items() }}",
         "[1, 'a', None, True, 1.5, (2,), {'k': []}]{}()dict_items([('a', 1)])");
  expect("{{ d.items }}", "<built-in method items of dict object>", R"({"d": {"items": 1}})");
  expect("{{ d['items'] }} {{ d.get('x', 'y') }} {{ 'a' in d }} {{ d.nope is defined }}",
         "1 y False False", R"({"d": {"items": 1}})");
  expect("{{ range(1, 9, 3) | list }} {{ range(5)[1:3] }} {{ [1, 2, 3][-1] }} {{ [1][5] }}",
         "[1, 4, 7] range(1, 3) 3 ");
}

TEST(Jinja, FiltersDoWhatJinjasDo) {
  expect(
      "{{ l | map(attribute='n') | join(',') }} {{ l | selectattr('v', 'gt', 1) | list | length }} "
      "{{ l | rejectattr('v') | list | length }} {{ l | sum(attribute='v') }} "
      "{{ (l | sort(attribute='v', reverse=true) | first).n }} {{ (l | max(attribute='v')).n }}",
      "a,B,a 1 1 3 B B", R"({"l": [{"n": "a", "v": 1}, {"n": "B", "v": 2}, {"n": "a", "v": 0}]})");
  expect(
      "{{ ['b', 'A', 'a'] | sort }} {{ ['b', 'B'] | unique | list }} {{ {'b': 1, 'A': 2} | "
      "dictsort }}",
      "['A', 'a', 'b'] ['b'] [('A', 2), ('b', 1)]");
  expect(
      "{{ [1, 2, 3] | batch(2, 0) | list }} {{ [1, 2, 3] | slice(2) | list }} "
      "{{ ['x', 'Xy'] | groupby(0) | list }}",
      "[[1, 2], [3, 0]] [[1, 2], [3]] [('x', ['x', 'Xy'])]");
  expect(
      "{{ nope | default('d') }} {{ '' | default('d', true) }} {{ 'a b' | urlencode }} "
      "{{ '<a>' | e }} {{ 'a\nb' | indent(2) }} {{ 'hello world' | truncate(8, leeway=0) }}",
      "d d a%20b &lt;a&gt; a\n  b hello...");
  expect("{% filter upper | trim %} a {% endfilter %}{% set x | upper %}b{% endset %}{{ x }}",
         "AB");
}

TEST(Jinja, ToJsonKeepsTheOrderOfKeys) {
  std::string_view data = R"({"d": {"b": [1, 2.0, null], "a": {"é": "\"\\\n\u0001</"}, "c": []}})";
  expect("{{ d | tojson }}", R"({"b": [1, 2.0, null], "a": {"é": "\"\\\n\u0001</"}, "c": []})",
         data);
  expect(
      "{{ d | tojson(indent=1) }}",
      "{\n \"b\": [\n  1,\n  2.0,\n  null\n ],\n \"a\": {\n  \"é\": \"\\\"\\\\\\n\\u0001</\"\n },\n"
      " \"c\": []\n}",
      data);
  expect(
      "{{ {'b': 1, 'a': '😀'} | tojson(ensure_ascii=true, sort_keys=true, separators=(',', ':')) "
      "}}",
      R"({"a":"\ud83d\ude00","b":1})");
  expect_error("{{ nope | tojson }}", "line 1: Object of type Undefined is not JSON serializable");
}

TEST(Jinja, UndefinedPrintsNothingAndRefusesMore) {
  expect(
      "[{{ x }}{{ d.x }}{{ x is defined }}{{ x == y }}{% for i in x %}{% endfor %}{{ x | length "
      "}}]",
      "[FalseTrue0]", R"({"d": {}})");
  expect("{{ 'a' if false }}|{{ 'a' if x else 'b' }}", "|b");
  expect_error("{{ x.y }}", "line 1: 'x' is undefined");
  expect_error("{{ d.x + 1 }}", "line 1: 'dict object' has no attribute 'x'", R"({"d": {}})");
  expect_error("a\n{{ f(1) }}", "line 2: 'f' is undefined");
}

TEST(Jinja, TheSandboxForbidsChangesAndInnards) {
  expect_error("{{ [1].append(2) }}",
               "line 1: access to attribute 'append' of 'list' object is unsafe.");
  expect_error("{{ d.update({}) }}",
               "line 1: access to attribute 'update' of 'dict' object is unsafe.", R"({"d": {}})");
  expect("{{ ''.__class__ }}", "");
  expect_error("{{ ''.__class__.__mro__ }}",
               "line 1: access to attribute '__class__' of 'str' object is unsafe.");
  expect_error("{% set d.x = 1 %}", "line 1: cannot assign attribute on non-namespace object",
               R"({"d": {}})");
  expect_error("{{ range(1000000) }}",
               "line 1: Range too big. The sandbox blocks ranges larger than 100000");
}

TEST(Jinja, MistakesAreNamedWithTheirLine) {
  expect_error("a\n{% if x %}",
               "t: line 2: Unexpected end of template; 'elif' or 'else' or 'endif' is missing");
  expect_error("{% endfor %}", "t: line 1: Encountered unknown tag 'endfor'");
  expect_error("{{ 1 + }}", "t: line 1: unexpected '}}'");
  expect_error("\n\n{{ x | nope }}", "t: line 3: No filter named 'nope'");
  expect_error("{{ x is nope }}", "t: line 1: No test named 'nope'");
  expect_error("{% include 'x' %}",
               "t: line 1: the tag 'include' is not supported in a chat template");
  expect_error("{% break %}", "t: line 1: break or continue outside a loop");
  expect_error("{# a", "t: line 1: Missing end of comment tag");
  expect_error("{{ (1 }}", "t: line 1: unexpected '}', expected ')'");
  expect_error("{{ 'a }}", "t: line 1: unexpected char '''");
  expect_error("\xff", "t: the template is not UTF-8");
  expect("{% if false %}{{ 1 | nope }}{% endif %}ok", "ok");
}

TEST(Jinja, RaiseExceptionSpeaksForItself) {
  expect_error("{{ raise_exception('Roles must ' ~ 'alternate') }}", "Roles must alternate");
}

TEST(Jinja, TheClockIsGiven) {
  RenderOptions options;
  options.now = std::chrono::system_clock::time_point(std::chrono::seconds(1'795'214'591));
  auto utc = render("{{ strftime_now('%d %b %Y %H:%M:%S %A %-d %f%%') }}", "{}", options);
  EXPECT_EQ(utc.value(), "20 Nov 2026 22:43:11 Friday 20 000000%");
  options.utc_offset = std::chrono::hours(2);
  EXPECT_EQ(render("{{ strftime_now('%Y-%m-%d %H') }}", "{}", options).value(), "2026-11-21 00");
}

TEST(Jinja, ATemplateThatDoesNotEndIsStopped) {
  RenderOptions options;
  options.max_steps = 100'000;
  auto message = [&](std::string source) {
    auto result = render(std::move(source), "{}", options);
    return result.has_value() ? "rendered" : result.error().message;
  };
  EXPECT_EQ(
      message("{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}"),
      "line 1: the template takes more than 100000 steps");
  EXPECT_EQ(message("{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}"),
            "line 1: macros call one another more than 100 deep");
  EXPECT_EQ(message("{% for x in [[]] recursive %}{{ loop([[]]) }}{% endfor %}"),
            "line 1: loops recurse more than 100 deep");
  options.max_value_bytes = 1000;
  EXPECT_EQ(message("{{ 'abc' * 1000000000000 }}"),
            "line 1: the template makes a value of more than 1000 bytes");
  EXPECT_EQ(message("{% set n = namespace(l=1) %}{% for i in range(999) %}"
                    "{% set n.l = [n.l] %}{% endfor %}"),
            "line 1: values nest more than 200 deep");
  options.max_output_bytes = 100;
  EXPECT_EQ(message("{% for i in range(99) %}abc{% endfor %}"),
            "line 1: the template writes more than 100 bytes");
  EXPECT_EQ(message("{{ " + std::string(400, '(') + "1" + std::string(400, ')') + " }}"),
            "t: line 1: the expression nests more than 200 deep");
}

TEST(Jinja, VariablesAreThoseOnlyTheCallerCanGive) {
  auto compiled = Template::parse(
      "{% set a = b %}{% for m in messages %}{{ m.x }}{{ c }}{% endfor %}"
      "{% macro f(p) %}{{ p }}{{ d }}{{ a }}{{ range(1) }}{% endmacro %}",
      "t");
  EXPECT_EQ(compiled.value().variables(), (std::set<std::string>{"b", "c", "d", "messages"}));
}

}  // namespace
}  // namespace swivel::jinja
