// The filter table, and the filters that fit no other file.

#include "text/jinja/filters.h"

#include "text/jinja/arguments.h"
#include "text/jinja/attributes.h"
#include "text/jinja/interpreter.h"
#include "text/jinja/iterate.h"
#include "text/jinja/json_text.h"
#include "text/jinja/text.h"

namespace swivel::jinja {

namespace {

Result<Value> default_value(Interpreter&, const Value& operand, Arguments& arguments) {
  Bound bound = TRY(Bound::match("default", arguments, {"default_value", "boolean"}));
  if (operand.is(Kind::undefined) || (bound.truth_or(1, false) && !truth(operand))) {
    return bound.value_or(0, Value::string(""));
  }
  return operand;
}

Result<Value> length_filter(Interpreter& in, const Value& operand, Arguments& arguments) {
  TRY(Bound::match("length", arguments, {}));
  if (operand.is(Kind::other)) {
    Status status;
    std::optional<Value> own = operand.extra().attribute(in, "length", status);
    TRY(std::move(status));
    if (own) return *own;
  }
  return Value::integer(TRY(length(operand)));
}

Result<Value> attribute(Interpreter& in, const Value& operand, Arguments& arguments) {
  Bound bound = TRY(Bound::match("attr", arguments, {"name"}, 1));
  return get_only_attribute(in, operand, TRY(bound.string(0)));
}

Result<Value> to_json(Interpreter& in, const Value& operand, Arguments& arguments) {
  Bound bound =
      TRY(Bound::match("tojson", arguments, {"ensure_ascii", "indent", "separators", "sort_keys"}));
  JsonStyle style;
  style.ascii = bound.truth_or(0, false);
  style.sort_keys = bound.truth_or(3, false);
  if (bound.set(1)) {
    if (bound[1].is(Kind::string)) {
      style.indent = bound[1].text();
    } else {
      int64_t spaces = std::max<int64_t>(TRY(bound.integer_or(1, 0)), 0);
      TRY(in.allow(static_cast<size_t>(spaces)));
      style.indent = std::string(static_cast<size_t>(spaces), ' ');
    }
    style.item_separator = ",";
  }
  if (bound.set(2)) {
    std::vector<Value> both = TRY(collect(in, bound[2]));
    if (both.size() != 2 || !both[0].is(Kind::string) || !both[1].is(Kind::string)) {
      return fail(ErrorCode::bad_input, "tojson: separators are two strings");
    }
    style.item_separator = both[0].text();
    style.key_separator = both[1].text();
  }
  return Value::string(TRY(json_text(in, operand, style)));
}

// pformat as far as it fits one line of 80 columns.
Result<Value> pretty(Interpreter& in, const Value& operand, Arguments& arguments) {
  TRY(Bound::match("pprint", arguments, {}));
  std::string text;
  TRY(append_repr(in, text, operand));
  if (text.size() > 80 || operand.is(Kind::dict)) {
    return fail(ErrorCode::bad_input, "pprint of a dict or of more than one line is not supported");
  }
  return Value::string(std::move(text));
}

Result<Value> unsupported(Interpreter&, const Value&, Arguments&) {
  return fail(ErrorCode::bad_input,
              "the filters random, urlize, wordwrap and striptags are not supported in a chat "
              "template");
}

constexpr FilterEntry kFilters[] = {
    {"default", default_value}, {"d", default_value},       {"length", length_filter},
    {"count", length_filter},   {"attr", attribute},        {"tojson", to_json},
    {"pprint", pretty},         {"random", unsupported},    {"urlize", unsupported},
    {"wordwrap", unsupported},  {"striptags", unsupported},
};

}  // namespace

Filter find_filter(std::string_view name) {
  for (const FilterEntry& entry : kFilters) {
    if (entry.name == name) return entry.filter;
  }
  for (auto find : {find_text_filter, find_number_filter, find_list_filter, find_order_filter,
                    find_select_filter}) {
    if (Filter filter = find(name)) return filter;
  }
  return nullptr;
}

}  // namespace swivel::jinja
