// map, select, reject, selectattr, rejectattr: lazy, as Python's generators are.

#include "text/jinja/arguments.h"
#include "text/jinja/attribute_path.h"
#include "text/jinja/filters.h"
#include "text/jinja/interpreter.h"
#include "text/jinja/iterate.h"

namespace swivel::jinja {

namespace {

// What is done with each item; made when the first one is asked for.
using Each = std::function<Result<Value>(Interpreter&, const Value&)>;

Result<std::string> name_of(const Value& value) {
  if (value.is(Kind::string)) return value.text();
  return fail(ErrorCode::bad_input, "a filter or test is named by a string, not {}",
              type_name(value));
}

std::optional<Value> take(Arguments& arguments, std::string_view name) {
  for (auto at = arguments.named.begin(); at != arguments.named.end(); ++at) {
    if (at->first != name) continue;
    Value value = at->second;
    arguments.named.erase(at);
    return value;
  }
  return std::nullopt;
}

Result<Each> map_each(Arguments arguments) {
  if (arguments.positional.empty()) {
    std::optional<Value> attribute = take(arguments, "attribute");
    if (!attribute) return fail(ErrorCode::bad_input, "map requires a filter argument");
    Value standard = take(arguments, "default").value_or(Value::none());
    if (!arguments.named.empty()) {
      return fail(ErrorCode::bad_input, "Unexpected keyword argument '{}'",
                  arguments.named.front().first);
    }
    return [path = AttributePath::parse(*attribute), standard](Interpreter& in, const Value& item) {
      return path.of(in, item, standard);
    };
  }
  std::string name = TRY(name_of(arguments.positional[0]));
  arguments.positional.erase(arguments.positional.begin());
  return [name, arguments](Interpreter& in, const Value& item) {
    return in.call_filter(name, item, arguments);
  };
}

Result<Each> select_each(Arguments arguments, bool by_attribute) {
  AttributePath path;
  if (by_attribute) {
    if (arguments.positional.empty()) {
      return fail(ErrorCode::bad_input, "Missing parameter for attribute name");
    }
    path = AttributePath::parse(arguments.positional[0]);
    arguments.positional.erase(arguments.positional.begin());
  }
  if (arguments.positional.empty()) {
    return [path](Interpreter& in, const Value& item) { return path.of(in, item); };
  }
  std::string name = TRY(name_of(arguments.positional[0]));
  arguments.positional.erase(arguments.positional.begin());
  return [path, name, arguments](Interpreter& in, const Value& item) -> Result<Value> {
    return Value::boolean(TRY(in.call_test(name, TRY(path.of(in, item)), arguments)));
  };
}

// A generator cannot hold more than its operand nests, whatever the arguments are.
Result<Value> depth_of(const Value& operand, const Arguments& arguments) {
  std::vector<Value> all = arguments.positional;
  all.push_back(operand);
  for (const auto& [name, value] : arguments.named) all.push_back(value);
  return make_tuple(std::move(all));
}

Result<Value> map_filter(Interpreter&, const Value& operand, Arguments& arguments) {
  Value deepest = TRY(depth_of(operand, arguments));
  auto next = [operand, arguments, each = Each(), cursor = Cursor()](
                  Interpreter& in, Value& item) mutable -> Result<bool> {
    if (!truth(operand)) return false;
    if (each == nullptr) {
      each = TRY(map_each(arguments));
      cursor = TRY(Cursor::over(operand));
    }
    Value given;
    if (!TRY(cursor.next(in, given))) return false;
    item = TRY(each(in, given));
    return true;
  };
  return make_iterator("generator", deepest, std::move(next));
}

template <bool by_attribute, bool wanted>
Result<Value> select_filter(Interpreter&, const Value& operand, Arguments& arguments) {
  Value deepest = TRY(depth_of(operand, arguments));
  auto next = [operand, arguments, each = Each(), cursor = Cursor()](
                  Interpreter& in, Value& item) mutable -> Result<bool> {
    if (!truth(operand)) return false;
    if (each == nullptr) {
      each = TRY(select_each(arguments, by_attribute));
      cursor = TRY(Cursor::over(operand));
    }
    while (TRY(cursor.next(in, item))) {
      if (truth(TRY(each(in, item))) == wanted) return true;
    }
    return false;
  };
  return make_iterator("generator", deepest, std::move(next));
}

constexpr FilterEntry kFilters[] = {
    {"map", map_filter},
    {"select", select_filter<false, true>},
    {"reject", select_filter<false, false>},
    {"selectattr", select_filter<true, true>},
    {"rejectattr", select_filter<true, false>},
};

}  // namespace

Filter find_select_filter(std::string_view name) {
  for (const FilterEntry& entry : kFilters) {
    if (entry.name == name) return entry.filter;
  }
  return nullptr;
}

}  // namespace swivel::jinja
