// Filters that make text.

#include <algorithm>

#include "text/jinja/arguments.h"
#include "text/jinja/attribute_path.h"
#include "text/jinja/filters.h"
#include "text/jinja/interpreter.h"
#include "text/jinja/iterate.h"
#include "text/jinja/methods.h"
#include "text/jinja/operators.h"
#include "text/jinja/percent_format.h"
#include "text/jinja/string_methods.h"
#include "text/jinja/text.h"
#include "text/jinja/unicode.h"

namespace swivel::jinja {

namespace {

template <std::string (*change)(std::string_view)>
Result<Value> changed(Interpreter& in, const Value& operand, Arguments& arguments) {
  TRY(Bound::match("filter", arguments, {}));
  std::string text = TRY(to_text(in, operand));
  TRY(in.allow(text.size()));
  return Value::string(change(text));
}

// jinja's own title: words begin behind space and -({[<.
std::string title_words(std::string_view text) {
  std::string result, word;
  auto flush = [&] {
    if (word.empty()) return;
    size_t first = 0;
    next_code_point(word, first);
    result += upper(std::string_view(word).substr(0, first)) +
              lower(std::string_view(word).substr(first));
    word.clear();
  };
  for (size_t at = 0; at < text.size();) {
    char32_t c = next_code_point(text, at);
    if (is_space(c) || c == '-' || c == '(' || c == '{' || c == '[' || c == '<') {
      flush();
      append(result, c);
    } else {
      append(word, c);
    }
  }
  flush();
  return result;
}

Result<Value> string_filter(Interpreter& in, const Value& operand, Arguments& arguments) {
  TRY(Bound::match("string", arguments, {}));
  if (operand.is(Kind::string)) return operand;
  return Value::string(TRY(to_text(in, operand)));
}

Result<Value> trim(Interpreter& in, const Value& operand, Arguments& arguments) {
  Bound bound = TRY(Bound::match("trim", arguments, {"chars"}));
  std::string text = TRY(to_text(in, operand));
  if (!bound.set(0)) return Value::string(std::string(strip(text)));
  return Value::string(std::string(strip_characters(text, TRY(bound.string(0)), Side::both)));
}

Result<Value> replace_filter(Interpreter& in, const Value& operand, Arguments& arguments) {
  Bound bound = TRY(Bound::match("replace", arguments, {"old", "new", "count"}, 2));
  int64_t most = bound.set(2) ? TRY(bound.integer_or(2, -1)) : -1;
  return Value::string(TRY(replace(in, TRY(to_text(in, operand)), TRY(to_text(in, bound[0])),
                                   TRY(to_text(in, bound[1])), most)));
}

Result<Value> join(Interpreter& in, const Value& operand, Arguments& arguments) {
  Bound bound = TRY(Bound::match("join", arguments, {"d", "attribute"}));
  std::string separator = bound.has(0) ? TRY(to_text(in, bound[0])) : "";
  AttributePath path = AttributePath::parse(bound[1]);
  Cursor cursor = TRY(Cursor::over(operand));
  std::string text;
  Value item;
  for (bool first = true; TRY(cursor.next(in, item)); first = false) {
    if (!first) text += separator;
    TRY(append_text(in, text, TRY(path.of(in, item))));
    if (text.size() > in.options().max_value_bytes) TRY(in.allow(text.size()));
  }
  TRY(in.allow(text.size()));
  return Value::string(std::move(text));
}

Result<Value> indent(Interpreter& in, const Value& operand, Arguments& arguments) {
  Bound bound = TRY(Bound::match("indent", arguments, {"width", "first", "blank"}));
  if (!operand.is(Kind::string)) {
    if (operand.is(Kind::undefined)) {
      return fail(ErrorCode::bad_input, "{}", operand.undefined_message());
    }
    return fail(ErrorCode::bad_input, "indent wants a string, not {}", type_name(operand));
  }
  std::string margin;
  if (bound.has(0) && bound[0].is(Kind::string)) {
    margin = bound[0].text();
  } else {
    int64_t width = std::max<int64_t>(TRY(bound.integer_or(0, 4)), 0);
    TRY(in.allow(static_cast<size_t>(width)));
    margin = std::string(static_cast<size_t>(width), ' ');
  }
  bool blank = bound.truth_or(2, false);
  std::string text = bound.truth_or(1, false) ? margin : "";
  bool first = true;
  for (const std::string& line : split_lines(operand.text() + "\n", LineEnds::dropped)) {
    if (!std::exchange(first, false)) {
      text += '\n';
      if (blank || !line.empty()) text += margin;
    }
    text += line;
    if (text.size() > in.options().max_value_bytes) TRY(in.allow(text.size()));
  }
  TRY(in.allow(text.size()));
  return Value::string(std::move(text));
}

Result<Value> truncate(Interpreter& in, const Value& operand, Arguments& arguments) {
  Bound bound = TRY(Bound::match("truncate", arguments, {"length", "killwords", "end", "leeway"}));
  int64_t most = TRY(bound.integer_or(0, 255));
  std::string end = bound.has(2) ? TRY(bound.string(2)) : "...";
  int64_t leeway = bound.set(3) ? TRY(bound.integer_or(3, 5)) : 5;
  int64_t kept = most - length_of(end);
  if (kept < 0)
    return fail(ErrorCode::bad_input, "expected length >= {}, got {}", length_of(end), most);
  if (leeway < 0) return fail(ErrorCode::bad_input, "expected leeway >= 0, got {}", leeway);
  if (!operand.is(Kind::string)) {
    if (TRY(length(operand)) <= most + std::clamp<int64_t>(leeway, 0, 1000)) return operand;
    return fail(ErrorCode::bad_input, "truncate wants a string, not {}", type_name(operand));
  }
  const std::string& text = operand.text();
  TRY(in.allow(text.size()));
  if (operand.str().length - leeway <= most) return operand;
  std::string start = text.substr(0, byte_offset(text, kept));
  if (!bound.truth_or(1, false)) start.resize(std::min(start.rfind(' '), start.size()));
  return Value::string(start + end);
}

Result<Value> word_count(Interpreter& in, const Value& operand, Arguments& arguments) {
  TRY(Bound::match("wordcount", arguments, {}));
  std::string text = TRY(to_text(in, operand));
  int64_t words = 0;
  bool in_word = false;
  for (size_t at = 0; at < text.size();) {
    bool word = is_word(next_code_point(text, at));
    words += word && !in_word;
    in_word = word;
  }
  return Value::integer(words);
}

Result<Value> center(Interpreter& in, const Value& operand, Arguments& arguments) {
  Bound bound = TRY(Bound::match("center", arguments, {"width"}));
  Arguments width;
  width.positional.push_back(bound.value_or(0, Value::integer(80)));
  return find_string_predicate("center")(in, Value::string(TRY(to_text(in, operand))), width);
}

Result<Value> format(Interpreter& in, const Value& operand, Arguments& arguments) {
  if (!arguments.positional.empty() && !arguments.named.empty()) {
    return fail(ErrorCode::bad_input,
                "can't handle positional and keyword arguments at the same time");
  }
  Value text = Value::string(TRY(to_text(in, operand)));
  if (arguments.named.empty()) {
    return percent_format(in, text, TRY(make_tuple(std::move(arguments.positional))));
  }
  return percent_format(in, text, TRY(make_keywords(std::move(arguments.named))));
}

Result<Value> escape(Interpreter& in, const Value& operand, Arguments& arguments) {
  TRY(Bound::match("escape", arguments, {}));
  if (operand.is(Kind::string) && operand.str().markup) return operand;
  return Value::markup(escape_html(TRY(to_text(in, operand))));
}

Result<Value> force_escape(Interpreter& in, const Value& operand, Arguments& arguments) {
  TRY(Bound::match("forceescape", arguments, {}));
  return Value::markup(escape_html(TRY(to_text(in, operand))));
}

Result<Value> safe(Interpreter& in, const Value& operand, Arguments& arguments) {
  TRY(Bound::match("safe", arguments, {}));
  return Value::markup(TRY(to_text(in, operand)));
}

std::string quoted(std::string_view text, std::string_view safe_bytes, bool plus) {
  std::string result;
  for (unsigned char c : text) {
    bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                 std::string_view("_.-~").find(static_cast<char>(c)) != std::string_view::npos ||
                 safe_bytes.find(static_cast<char>(c)) != std::string_view::npos;
    if (plain)
      result += static_cast<char>(c);
    else if (c == ' ' && plus)
      result += '+';
    else
      result += fmt::format("%{:02X}", c);
  }
  return result;
}

Result<Value> url_encode(Interpreter& in, const Value& operand, Arguments& arguments) {
  TRY(Bound::match("urlencode", arguments, {}));
  if (operand.is(Kind::string) || !is_iterable(operand)) {
    return Value::string(quoted(TRY(to_text(in, operand)), "/", false));
  }
  std::vector<std::pair<Value, Value>> pairs;
  if (operand.is(Kind::dict)) {
    pairs = operand.dict().items;
  } else {
    for (const Value& item : TRY(collect(in, operand))) {
      std::vector<Value> both = TRY(collect(in, item));
      if (both.size() != 2) return fail(ErrorCode::bad_input, "urlencode wants pairs");
      pairs.emplace_back(both[0], both[1]);
    }
  }
  std::string text;
  for (const auto& [key, value] : pairs) {
    if (!text.empty()) text += '&';
    text +=
        quoted(TRY(to_text(in, key)), "", true) + "=" + quoted(TRY(to_text(in, value)), "", true);
    TRY(in.allow(text.size()));
  }
  return Value::string(std::move(text));
}

Result<Value> xml_attributes(Interpreter& in, const Value& operand, Arguments& arguments) {
  Bound bound = TRY(Bound::match("xmlattr", arguments, {"autospace"}));
  if (!operand.is(Kind::dict)) {
    return fail(ErrorCode::bad_input, "xmlattr wants a dict, not {}", type_name(operand));
  }
  std::string text;
  for (const auto& [key, value] : operand.dict().items) {
    if (value.is(Kind::none) || value.is(Kind::undefined)) continue;
    if (!key.is(Kind::string) || key.text().find_first_of(" \t\n\r\f\v/>=") != std::string::npos) {
      return fail(ErrorCode::bad_input, "Invalid character in attribute name");
    }
    if (!text.empty() || bound.truth_or(0, true)) text += ' ';
    text += escape_html(key.text()) + "=\"" +
            (value.is(Kind::string) && value.str().markup ? value.text()
                                                          : escape_html(TRY(to_text(in, value)))) +
            "\"";
    TRY(in.allow(text.size()));
  }
  return Value::string(std::move(text));
}

constexpr FilterEntry kFilters[] = {
    {"upper", changed<upper>},
    {"lower", changed<lower>},
    {"capitalize", changed<capitalize>},
    {"title", changed<title_words>},
    {"string", string_filter},
    {"trim", trim},
    {"replace", replace_filter},
    {"join", join},
    {"indent", indent},
    {"truncate", truncate},
    {"wordcount", word_count},
    {"center", center},
    {"format", format},
    {"escape", escape},
    {"e", escape},
    {"forceescape", force_escape},
    {"safe", safe},
    {"urlencode", url_encode},
    {"xmlattr", xml_attributes},
};

}  // namespace

Filter find_text_filter(std::string_view name) {
  for (const FilterEntry& entry : kFilters) {
    if (entry.name == name) return entry.filter;
  }
  return nullptr;
}

}  // namespace swivel::jinja
