// Filters that take sequences apart and put them together.

#include <algorithm>

#include "text/jinja/arguments.h"
#include "text/jinja/attribute_path.h"
#include "text/jinja/filters.h"
#include "text/jinja/interpreter.h"
#include "text/jinja/iterate.h"
#include "text/jinja/operators.h"
#include "text/jinja/unicode.h"

namespace swivel::jinja {

namespace {

Result<Value> list_filter(Interpreter& in, const Value& operand, Arguments& arguments) {
  TRY(Bound::match("list", arguments, {}));
  return make_list(TRY(collect(in, operand)));
}

Result<Value> first(Interpreter& in, const Value& operand, Arguments& arguments) {
  TRY(Bound::match("first", arguments, {}));
  Cursor cursor = TRY(Cursor::over(operand));
  Value item;
  if (TRY(cursor.next(in, item))) return item;
  return Value::undefined("No first item, sequence was empty.");
}

Result<Value> last(Interpreter& in, const Value& operand, Arguments& arguments) {
  TRY(Bound::match("last", arguments, {}));
  if (operand.is_sequence() && !operand.sequence().items.empty()) {
    return operand.sequence().items.back();
  }
  auto items = TRY(reversed(in, operand));
  if (!items) {
    return fail(ErrorCode::bad_input, "'{}' object is not reversible", type_name(operand));
  }
  if (!items->empty()) return items->front();
  return Value::undefined("No last item, sequence was empty.");
}

Result<Value> iterator_over(const char* type, std::vector<Value> items) {
  Value list = TRY(make_list(std::move(items)));
  return make_iterator(type, list,
                       [cursor = TRY(Cursor::over(list))](Interpreter& in, Value& item) mutable {
                         return cursor.next(in, item);
                       });
}

Result<Value> reverse(Interpreter& in, const Value& operand, Arguments& arguments) {
  TRY(Bound::match("reverse", arguments, {}));
  if (operand.is(Kind::string)) {
    TRY(in.allow(operand.text().size() * 4));
    std::string text;
    std::vector<char32_t> points = code_points(operand.text());
    for (size_t i = points.size(); i > 0; --i) append(text, points[i - 1]);
    return Value::string(std::move(text));
  }
  if (auto items = TRY(reversed(in, operand))) {
    const char* type = operand.is(Kind::list)    ? "list_reverseiterator"
                       : operand.is(Kind::dict)  ? "dict_reversekeyiterator"
                       : operand.is(Kind::range) ? "range_iterator"
                                                 : "reversed";
    return iterator_over(type, std::move(*items));
  }
  if (!is_iterable(operand)) return fail(ErrorCode::bad_input, "argument must be iterable");
  std::vector<Value> items = TRY(collect(in, operand));
  std::reverse(items.begin(), items.end());
  return make_list(std::move(items));
}

Result<Value> items_filter(Interpreter&, const Value& operand, Arguments& arguments) {
  TRY(Bound::match("items", arguments, {}));
  auto next = [operand, at = size_t{0}](Interpreter&, Value& item) mutable -> Result<bool> {
    if (operand.is(Kind::undefined)) return false;
    if (!operand.is(Kind::dict)) {
      return fail(ErrorCode::bad_input, "Can only get item pairs from a mapping.");
    }
    const auto& items = operand.dict().items;
    if (at >= items.size()) return false;
    item = TRY(make_tuple({items[at].first, items[at].second}));
    ++at;
    return true;
  };
  return make_iterator("generator", operand, std::move(next));
}

Result<Value> sum(Interpreter& in, const Value& operand, Arguments& arguments) {
  Bound bound = TRY(Bound::match("sum", arguments, {"attribute", "start"}));
  Value total = bound.value_or(1, Value::integer(0));
  if (total.is(Kind::string)) return fail(ErrorCode::bad_input, "sum() can't sum strings");
  AttributePath path = AttributePath::parse(bound[0]);
  Cursor cursor = TRY(Cursor::over(operand));
  Value item;
  while (TRY(cursor.next(in, item))) {
    total = TRY(operate(in, Operation::add, total, TRY(path.of(in, item))));
  }
  return total;
}

Result<Value> batch(Interpreter&, const Value& operand, Arguments& arguments) {
  Bound bound = TRY(Bound::match("batch", arguments, {"linecount", "fill_with"}, 1));
  Value fill = bound.value_or(1, Value::none());
  auto next = [operand, size = bound[0], fill, cursor = Cursor(), started = false, over = false,
               waiting = std::optional<Value>()](Interpreter& in,
                                                 Value& line) mutable -> Result<bool> {
    if (!std::exchange(started, true)) cursor = TRY(Cursor::over(operand));
    std::vector<Value> items;
    if (waiting) items.push_back(*std::exchange(waiting, std::nullopt));
    Value item;
    while (!over) {
      if (!TRY(cursor.next(in, item))) {
        over = true;
        break;
      }
      if (size.is_number() && static_cast<double>(items.size()) == size.as_real()) {
        waiting = item;
        line = TRY(make_list(std::move(items)));
        return true;
      }
      items.push_back(item);
      TRY(in.allow(items.size() * sizeof(Value)));
    }
    if (items.empty()) return false;
    if (!fill.is(Kind::none)) {
      if (!size.is_number()) return fail(ErrorCode::bad_input, "batch wants a number of items");
      int64_t missing = static_cast<int64_t>(size.as_real()) - static_cast<int64_t>(items.size());
      if (missing > 0) {
        TRY(in.allow(static_cast<size_t>(missing) * sizeof(Value)));
        items.insert(items.end(), static_cast<size_t>(missing), fill);
      }
    }
    line = TRY(make_list(std::move(items)));
    return true;
  };
  return make_iterator("generator", operand, std::move(next));
}

Result<Value> slice(Interpreter&, const Value& operand, Arguments& arguments) {
  Bound bound = TRY(Bound::match("slice", arguments, {"slices", "fill_with"}, 1));
  Value fill = bound.value_or(1, Value::none());
  int64_t slices = TRY(bound.integer_or(0, 1));
  auto next = [operand, slices, fill, at = int64_t{-1}, offset = int64_t{0},
               items = std::vector<Value>()](Interpreter& in,
                                             Value& column) mutable -> Result<bool> {
    if (at < 0) {
      items = TRY(collect(in, operand));
      if (slices == 0) return fail(ErrorCode::bad_input, "slice into zero columns");
      at = 0;
    }
    if (at >= slices) return false;
    int64_t size = static_cast<int64_t>(items.size());
    int64_t each = size / slices, extra = size % slices;
    int64_t start = offset + at * each;
    if (at < extra) ++offset;
    int64_t end = offset + (at + 1) * each;
    std::vector<Value> part(items.begin() + start, items.begin() + end);
    if (!fill.is(Kind::none) && at >= extra) part.push_back(fill);
    ++at;
    column = TRY(make_list(std::move(part)));
    return true;
  };
  return make_iterator("generator", operand, std::move(next));
}

constexpr FilterEntry kFilters[] = {
    {"list", list_filter},   {"first", first}, {"last", last},   {"reverse", reverse},
    {"items", items_filter}, {"sum", sum},     {"batch", batch}, {"slice", slice},
};

}  // namespace

Filter find_list_filter(std::string_view name) {
  for (const FilterEntry& entry : kFilters) {
    if (entry.name == name) return entry.filter;
  }
  return nullptr;
}

}  // namespace swivel::jinja
