#include "text/jinja/methods.h"

#include <algorithm>

#include "text/jinja/arguments.h"
#include "text/jinja/compare.h"
#include "text/jinja/interpreter.h"
#include "text/jinja/iterate.h"

namespace swivel::jinja {

namespace {

bool among(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// What Python has and templates have no use for; it exists, and calling it is refused.
bool is_unsupported_method(Kind kind, std::string_view name) {
  switch (kind) {
    case Kind::string:
      return among(name, {"encode", "maketrans", "translate", "format_map"});
    case Kind::dict:
      return name == "fromkeys";
    case Kind::view:
      return among(name, {"isdisjoint", "mapping"});
    case Kind::boolean:
    case Kind::integer:
      return among(name, {"as_integer_ratio", "bit_count", "bit_length", "conjugate", "from_bytes",
                          "to_bytes"});
    case Kind::real:
      return among(name, {"as_integer_ratio", "conjugate", "fromhex", "hex"});
    default:
      return false;
  }
}

Result<Value> list_count(Interpreter& in, const Value& self, Arguments& arguments) {
  Bound bound = TRY(Bound::match("count", arguments, {""}, 1));
  int64_t count = 0;
  Cursor cursor = TRY(Cursor::over(self));
  Value item;
  while (TRY(cursor.next(in, item))) {
    count += identical(item, bound[0]) || TRY(equal(in, item, bound[0]));
  }
  return Value::integer(count);
}

Result<Value> list_index(Interpreter& in, const Value& self, Arguments& arguments) {
  Bound bound = TRY(Bound::match("index", arguments, {"", "", ""}, 1));
  int64_t size = TRY(length(self));
  auto place = [size](int64_t at) { return std::clamp<int64_t>(at < 0 ? at + size : at, 0, size); };
  int64_t start = place(TRY(bound.integer_or(1, 0)));
  int64_t stop = place(TRY(bound.integer_or(2, size)));
  Cursor cursor = TRY(Cursor::over(self));
  Value item;
  for (int64_t i = 0; i < stop && TRY(cursor.next(in, item)); ++i) {
    if (i < start) continue;
    if (identical(item, bound[0]) || TRY(equal(in, item, bound[0]))) return Value::integer(i);
  }
  return fail(ErrorCode::bad_input, "the item is not in the {}", type_name(self));
}

Result<Value> list_copy(Interpreter&, const Value& self, Arguments& arguments) {
  TRY(Bound::match("copy", arguments, {}));
  return make_list(self.sequence().items);
}

Result<Value> dict_copy(Interpreter&, const Value& self, Arguments& arguments) {
  TRY(Bound::match("copy", arguments, {}));
  return make_dict(std::make_shared<Dict>(self.dict()));
}

Result<Value> dict_get(Interpreter&, const Value& self, Arguments& arguments) {
  Bound bound = TRY(Bound::match("get", arguments, {"", ""}, 1));
  const Value* value = self.dict().find(bound[0], TRY(hash(bound[0])));
  return value != nullptr ? *value : bound.value_or(1, Value::none());
}

template <View::What what>
Result<Value> dict_view(Interpreter&, const Value& self, Arguments& arguments) {
  TRY(Bound::match(what == View::What::keys     ? "keys"
                   : what == View::What::values ? "values"
                                                : "items",
                   arguments, {}));
  auto view = std::make_shared<View>();
  TRY(deepen(*view, self));
  view->dict = self;
  view->what = what;
  return Value(Kind::view, std::move(view));
}

Result<Value> real_is_integer(Interpreter&, const Value& self, Arguments& arguments) {
  TRY(Bound::match("is_integer", arguments, {}));
  double value = self.as_real();
  return Value::boolean(value == static_cast<double>(static_cast<long double>(value)) &&
                        __builtin_isfinite(value) && __builtin_floor(value) == value);
}

}  // namespace

bool is_forbidden_method(Kind kind, std::string_view name) {
  if (kind == Kind::list) {
    return among(name, {"append", "clear", "pop", "reverse", "insert", "sort", "extend", "remove"});
  }
  return kind == Kind::dict && among(name, {"clear", "pop", "popitem", "setdefault", "update"});
}

Method find_container_method(Kind kind, std::string_view name) {
  if (kind == Kind::list || kind == Kind::tuple || kind == Kind::range) {
    if (name == "count") return list_count;
    if (name == "index") return list_index;
    if (name == "copy" && kind == Kind::list) return list_copy;
  }
  if (kind == Kind::dict) {
    if (name == "get") return dict_get;
    if (name == "items") return dict_view<View::What::items>;
    if (name == "keys") return dict_view<View::What::keys>;
    if (name == "values") return dict_view<View::What::values>;
    if (name == "copy") return dict_copy;
  }
  if (kind == Kind::real && name == "is_integer") return real_is_integer;
  return nullptr;
}

std::optional<Value> bound_method(const Value& object, std::string_view name) {
  Method method = nullptr;
  if (object.is(Kind::string)) {
    method = find_string_method(name);
    if (method == nullptr) method = find_string_predicate(name);
  } else {
    method = find_container_method(object.kind(), name);
  }
  auto callable = std::make_shared<Callable>();
  callable->name = name;
  callable->shown = fmt::format("<built-in method {} of {} object>", name, type_name(object));
  callable->depth = object.depth() + 1;
  if (method != nullptr) {
    callable->function = [method, object](Interpreter& in, Arguments& arguments) {
      return method(in, object, arguments);
    };
  } else if (is_unsupported_method(object.kind(), name)) {
    callable->function = [text = callable->shown](Interpreter&, Arguments&) -> Result<Value> {
      return fail(ErrorCode::bad_input, "{} is not supported in a chat template", text);
    };
  } else {
    return std::nullopt;
  }
  return Value(Kind::callable, std::move(callable));
}

}  // namespace swivel::jinja
