// str methods that search, split, join and replace.

#include <algorithm>

#include "text/jinja/arguments.h"
#include "text/jinja/interpreter.h"
#include "text/jinja/iterate.h"
#include "text/jinja/methods.h"
#include "text/jinja/string_format.h"
#include "text/jinja/string_methods.h"
#include "text/jinja/unicode.h"

namespace swivel::jinja {

namespace {

Result<Value> strings(std::vector<std::string> parts) {
  std::vector<Value> items;
  items.reserve(parts.size());
  for (std::string& part : parts) items.push_back(Value::string(std::move(part)));
  return make_list(std::move(items));
}

template <Side side>
Result<Value> strip_method(Interpreter& in, const Value& self, Arguments& arguments) {
  Bound bound = TRY(Bound::match("strip", arguments, {""}));
  TRY(in.spend_bytes(self.text().size()));
  if (!bound.set(0)) return Value::string(std::string(strip_space(self.text(), side)));
  return Value::string(std::string(strip_characters(self.text(), TRY(bound.string(0)), side)));
}

template <bool from_right>
Result<Value> split_method(Interpreter& in, const Value& self, Arguments& arguments) {
  Bound bound = TRY(Bound::match("split", arguments, {"sep", "maxsplit"}));
  int64_t most = TRY(bound.integer_or(1, -1));
  TRY(in.allow(self.text().size()));
  std::optional<std::string> separator;
  if (bound.set(0)) {
    separator = TRY(bound.string(0));
    if (separator->empty()) return fail(ErrorCode::bad_input, "empty separator");
  }
  std::vector<std::string> parts =
      from_right ? split_right(self.text(), separator, most) : split(self.text(), separator, most);
  TRY(in.spend(static_cast<int64_t>(parts.size())));
  return strings(std::move(parts));
}

Result<Value> splitlines(Interpreter& in, const Value& self, Arguments& arguments) {
  Bound bound = TRY(Bound::match("splitlines", arguments, {"keepends"}));
  LineEnds ends = TRY(bound.integer_or(0, 0)) != 0 ? LineEnds::kept : LineEnds::dropped;
  TRY(in.allow(self.text().size()));
  return strings(split_lines(self.text(), ends));
}

template <bool from_right>
Result<Value> partition(Interpreter& in, const Value& self, Arguments& arguments) {
  Bound bound = TRY(Bound::match("partition", arguments, {""}, 1));
  std::string separator = TRY(bound.string(0));
  if (separator.empty()) return fail(ErrorCode::bad_input, "empty separator");
  const std::string& text = self.text();
  TRY(in.allow(text.size()));
  size_t at = from_right ? text.rfind(separator) : text.find(separator);
  if (at == std::string::npos) {
    Value nothing = Value::string("");
    return from_right ? make_tuple({nothing, nothing, self}) : make_tuple({self, nothing, nothing});
  }
  return make_tuple({Value::string(text.substr(0, at)), Value::string(separator),
                     Value::string(text.substr(at + separator.size()))});
}

// [start, end) in bytes of the code points that two optional arguments choose; nothing if empty
// because start lies behind the end of the text.
Result<std::optional<std::pair<size_t, size_t>>> window(const Value& self, const Bound& bound) {
  int64_t size = self.str().length;
  auto place = [size](int64_t at) { return std::max<int64_t>(at < 0 ? at + size : at, 0); };
  int64_t start = place(bound.set(1) ? TRY(bound.integer_or(1, 0)) : 0);
  int64_t end = std::min(place(bound.set(2) ? TRY(bound.integer_or(2, size)) : size), size);
  if (start > end) return std::nullopt;
  return std::pair{byte_offset(self.text(), start), byte_offset(self.text(), end)};
}

template <bool prefix>
Result<Value> edge(Interpreter& in, const Value& self, Arguments& arguments) {
  const char* name = prefix ? "startswith" : "endswith";
  Bound bound = TRY(Bound::match(name, arguments, {"", "", ""}, 1));
  std::vector<Value> wanted{bound[0]};
  if (bound[0].is(Kind::tuple)) wanted = bound[0].sequence().items;
  auto range = TRY(window(self, bound));
  for (const Value& one : wanted) {
    TRY(in.spend());
    if (!one.is(Kind::string)) {
      return fail(ErrorCode::bad_input, "{} first arg must be str or a tuple of str, not {}", name,
                  type_name(one));
    }
    if (!range) continue;
    std::string_view text =
        std::string_view(self.text()).substr(range->first, range->second - range->first);
    if (prefix ? text.starts_with(one.text()) : text.ends_with(one.text())) {
      return Value::boolean(true);
    }
  }
  return Value::boolean(false);
}

template <bool from_right, bool must>
Result<Value> find_method(Interpreter& in, const Value& self, Arguments& arguments) {
  Bound bound = TRY(Bound::match("find", arguments, {"", "", ""}, 1));
  std::string wanted = TRY(bound.string(0));
  TRY(in.spend_bytes(self.text().size()));
  int64_t found = -1;
  if (auto range = TRY(window(self, bound))) {
    std::string_view text = std::string_view(self.text()).substr(0, range->second);
    size_t at = from_right ? text.rfind(wanted) : text.find(wanted, range->first);
    if (at != std::string_view::npos && at >= range->first) found = length_of(text.substr(0, at));
  }
  if (must && found < 0) return fail(ErrorCode::bad_input, "substring not found");
  return Value::integer(found);
}

Result<Value> count(Interpreter& in, const Value& self, Arguments& arguments) {
  Bound bound = TRY(Bound::match("count", arguments, {"", "", ""}, 1));
  std::string wanted = TRY(bound.string(0));
  TRY(in.spend_bytes(self.text().size()));
  auto range = TRY(window(self, bound));
  if (!range) return Value::integer(0);
  std::string_view text =
      std::string_view(self.text()).substr(range->first, range->second - range->first);
  if (wanted.empty()) return Value::integer(length_of(text) + 1);
  int64_t found = 0;
  for (size_t at = text.find(wanted); at != std::string_view::npos;
       at = text.find(wanted, at + wanted.size())) {
    ++found;
  }
  return Value::integer(found);
}

Result<Value> replace_method(Interpreter& in, const Value& self, Arguments& arguments) {
  Bound bound = TRY(Bound::match("replace", arguments, {"", "", ""}, 2));
  int64_t most = TRY(bound.integer_or(2, -1));
  return Value::string(
      TRY(replace(in, self.text(), TRY(bound.string(0)), TRY(bound.string(1)), most)));
}

Result<Value> join(Interpreter& in, const Value& self, Arguments& arguments) {
  Bound bound = TRY(Bound::match("join", arguments, {""}, 1));
  Cursor cursor = TRY(Cursor::over(bound[0]));
  std::string text;
  Value item;
  for (bool first = true; TRY(cursor.next(in, item)); first = false) {
    if (!item.is(Kind::string)) {
      return fail(ErrorCode::bad_input, "sequence item: expected str instance, {} found",
                  type_name(item));
    }
    if (!first) text += self.text();
    text += item.text();
    TRY(in.allow(text.size()));
  }
  return Value::string(std::move(text));
}

template <bool prefix>
Result<Value> remove_edge(Interpreter&, const Value& self, Arguments& arguments) {
  Bound bound = TRY(Bound::match(prefix ? "removeprefix" : "removesuffix", arguments, {""}, 1));
  std::string edge = TRY(bound.string(0));
  std::string_view text = self.text();
  if (prefix ? text.starts_with(edge) : text.ends_with(edge)) {
    text = prefix ? text.substr(edge.size()) : text.substr(0, text.size() - edge.size());
  }
  return Value::string(std::string(text));
}

Result<Value> format_method(Interpreter& in, const Value& self, Arguments& arguments) {
  return format_string(in, self.text(), arguments);
}

constexpr MethodEntry kMethods[] = {
    {"strip", strip_method<Side::both>},
    {"lstrip", strip_method<Side::left>},
    {"rstrip", strip_method<Side::right>},
    {"split", split_method<false>},
    {"rsplit", split_method<true>},
    {"splitlines", splitlines},
    {"partition", partition<false>},
    {"rpartition", partition<true>},
    {"startswith", edge<true>},
    {"endswith", edge<false>},
    {"find", find_method<false, false>},
    {"rfind", find_method<true, false>},
    {"index", find_method<false, true>},
    {"rindex", find_method<true, true>},
    {"count", count},
    {"replace", replace_method},
    {"join", join},
    {"removeprefix", remove_edge<true>},
    {"removesuffix", remove_edge<false>},
    {"format", format_method},
};

}  // namespace

Method find_string_method(std::string_view name) {
  for (const MethodEntry& entry : kMethods) {
    if (entry.name == name) return entry.method;
  }
  return nullptr;
}

}  // namespace swivel::jinja
