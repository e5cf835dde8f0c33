// Filters that compare items: sort, dictsort, unique, min, max, groupby.

#include <algorithm>

#include "text/jinja/arguments.h"
#include "text/jinja/attribute_path.h"
#include "text/jinja/compare.h"
#include "text/jinja/filters.h"
#include "text/jinja/interpreter.h"
#include "text/jinja/iterate.h"
#include "text/jinja/sort.h"

namespace swivel::jinja {

namespace {

enum class Direction { up, down };

// The items in the order of their keys; equal ones stay as they are.
Result<std::vector<Value>> by_keys(Interpreter& in, const std::vector<Value>& items,
                                   const std::vector<Value>& keys, Direction direction) {
  std::vector<size_t> order(items.size());
  for (size_t i = 0; i < order.size(); ++i) order[i] = i;
  if (direction == Direction::down) std::reverse(order.begin(), order.end());
  order =
      TRY(sorted(order, [&](size_t a, size_t b) { return ordered(in, keys[a], keys[b], "<"); }));
  if (direction == Direction::down) std::reverse(order.begin(), order.end());
  std::vector<Value> result;
  for (size_t i : order) result.push_back(items[i]);
  return result;
}

Case letters(const Bound& bound, size_t index) {
  return bound.truth_or(index, false) ? Case::kept : Case::ignored;
}

Direction direction(const Bound& bound, size_t index) {
  return bound.truth_or(index, false) ? Direction::down : Direction::up;
}

Result<Value> sort(Interpreter& in, const Value& operand, Arguments& arguments) {
  Bound bound = TRY(Bound::match("sort", arguments, {"reverse", "case_sensitive", "attribute"}));
  std::vector<Value> items = TRY(collect(in, operand)), keys;
  AttributePaths paths = AttributePaths::parse(bound[2]);
  for (const Value& item : items) keys.push_back(TRY(paths.of(in, item, letters(bound, 1))));
  return make_list(TRY(by_keys(in, items, keys, direction(bound, 0))));
}

Result<Value> dict_sort(Interpreter& in, const Value& operand, Arguments& arguments) {
  Bound bound = TRY(Bound::match("dictsort", arguments, {"case_sensitive", "by", "reverse"}));
  bool by_value = bound.has(1) && bound[1].is(Kind::string) && bound[1].text() == "value";
  if (bound.has(1) && !by_value && !(bound[1].is(Kind::string) && bound[1].text() == "key")) {
    return fail(ErrorCode::bad_input, "You can only sort by either \"key\" or \"value\"");
  }
  if (operand.is(Kind::undefined)) {
    return fail(ErrorCode::bad_input, "{}", operand.undefined_message());
  }
  if (!operand.is(Kind::dict)) {
    return fail(ErrorCode::bad_input, "'{}' object has no attribute 'items'", type_name(operand));
  }
  std::vector<Value> items, keys;
  for (const auto& [key, value] : operand.dict().items) {
    items.push_back(TRY(make_tuple({key, value})));
    keys.push_back(folded(by_value ? value : key, letters(bound, 0)));
  }
  return make_list(TRY(by_keys(in, items, keys, direction(bound, 2))));
}

Result<Value> unique(Interpreter&, const Value& operand, Arguments& arguments) {
  Bound bound = TRY(Bound::match("unique", arguments, {"case_sensitive", "attribute"}));
  auto next = [operand, path = AttributePath::parse(bound[1]), which = letters(bound, 0),
               seen = std::make_shared<Dict>(), cursor = std::optional<Cursor>()](
                  Interpreter& in, Value& item) mutable -> Result<bool> {
    if (!cursor) cursor = TRY(Cursor::over(operand));
    while (TRY(cursor->next(in, item))) {
      Value key = folded(TRY(path.of(in, item)), which);
      uint64_t key_hash = TRY(hash(key));
      if (seen->find(key, key_hash) != nullptr) continue;
      seen->set(std::move(key), key_hash, Value::none());
      return true;
    }
    return false;
  };
  return make_iterator("generator", operand, std::move(next));
}

template <bool largest>
Result<Value> extreme(Interpreter& in, const Value& operand, Arguments& arguments) {
  Bound bound =
      TRY(Bound::match(largest ? "max" : "min", arguments, {"case_sensitive", "attribute"}));
  AttributePath path = AttributePath::parse(bound[1]);
  Cursor cursor = TRY(Cursor::over(operand));
  Value best, best_key, item;
  while (TRY(cursor.next(in, item))) {
    Value key = folded(TRY(path.of(in, item)), letters(bound, 0));
    if (best.is(Kind::missing) || TRY(ordered(in, key, best_key, largest ? ">" : "<"))) {
      best = item;
      best_key = std::move(key);
    }
  }
  if (best.is(Kind::missing)) {
    return Value::undefined("No aggregated item, sequence was empty.");
  }
  return best;
}

Result<Value> group_by(Interpreter& in, const Value& operand, Arguments& arguments) {
  Bound bound =
      TRY(Bound::match("groupby", arguments, {"attribute", "default", "case_sensitive"}, 1));
  AttributePath path = AttributePath::parse(bound[0]);
  Value standard = bound.value_or(1, Value::none());
  std::vector<Value> items = TRY(collect(in, operand)), keys, pairs;
  for (const Value& item : items) {
    keys.push_back(folded(TRY(path.of(in, item, standard)), letters(bound, 2)));
    pairs.push_back(TRY(make_tuple({keys.back(), item})));
  }
  pairs = TRY(by_keys(in, pairs, keys, Direction::up));
  std::vector<Value> groups;
  for (size_t start = 0; start < pairs.size();) {
    const Value& key = pairs[start].sequence().items[0];
    std::vector<Value> members;
    size_t end = start;
    while (end < pairs.size()) {
      const Value& other = pairs[end].sequence().items[0];
      if (!identical(key, other) && !TRY(equal(in, key, other))) break;
      members.push_back(pairs[end++].sequence().items[1]);
    }
    if (end == start) members.push_back(pairs[end++].sequence().items[1]);
    Value shown = letters(bound, 2) == Case::kept ? key : TRY(path.of(in, members[0], standard));
    auto group = std::make_shared<Sequence>();
    group->is_group = true;
    group->items = {shown, TRY(make_list(std::move(members)))};
    for (const Value& item : group->items) TRY(deepen(*group, item));
    groups.emplace_back(Kind::tuple, std::move(group));
    start = end;
  }
  return make_list(std::move(groups));
}

constexpr FilterEntry kFilters[] = {
    {"sort", sort},          {"dictsort", dict_sort}, {"unique", unique},
    {"min", extreme<false>}, {"max", extreme<true>},  {"groupby", group_by},
};

}  // namespace

Filter find_order_filter(std::string_view name) {
  for (const FilterEntry& entry : kFilters) {
    if (entry.name == name) return entry.filter;
  }
  return nullptr;
}

}  // namespace swivel::jinja
