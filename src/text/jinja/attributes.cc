#include "text/jinja/attributes.h"

#include <algorithm>

#include "text/jinja/compare.h"
#include "text/jinja/interpreter.h"
#include "text/jinja/methods.h"
#include "text/jinja/text.h"
#include "text/jinja/unicode.h"

namespace swivel::jinja {

namespace {

using Found = std::optional<Value>;

Value no_attribute(const Value& object, std::string_view name) {
  return Value::undefined(
      fmt::format("'{} object' has no attribute '{}'", type_name(object), name));
}

Value unsafe(const Value& object, std::string_view name) {
  return Value::undefined(
      fmt::format("access to attribute '{}' of '{}' object is unsafe.", name, type_name(object)));
}

// What Python's getattr gives, forbidden attributes as undefined; nothing where it raises.
Result<Found> python_attribute(Interpreter& in, const Value& object, std::string_view name) {
  if (object.is(Kind::undefined) && name != "__class__") {
    return fail(ErrorCode::bad_input, "{}", object.undefined_message());
  }
  if (object.is(Kind::space)) {
    const Value* value = object.space().attributes.find(name);
    return value == nullptr ? Found() : Found(*value);
  }
  if (name.starts_with("__") && name.ends_with("__")) return unsafe(object, name);
  switch (object.kind()) {
    case Kind::other: {
      Status status;
      Found value = object.extra().attribute(in, name, status);
      TRY(std::move(status));
      return value;
    }
    case Kind::callable: {
      const auto& attributes = object.callable().attributes;
      const Value* value = attributes == nullptr ? nullptr : attributes->find(name);
      return value == nullptr ? Found() : Found(*value);
    }
    case Kind::tuple:
      if (object.sequence().is_group && name == "grouper") return object.sequence().items[0];
      if (object.sequence().is_group && name == "list") return object.sequence().items[1];
      break;
    case Kind::range:
      if (name == "start") return Value::integer(object.range().start);
      if (name == "stop") return Value::integer(object.range().stop);
      if (name == "step") return Value::integer(object.range().step);
      break;
    case Kind::boolean:
    case Kind::integer:
      if (name == "real" || name == "numerator") return Value::integer(object.as_integer());
      if (name == "imag") return Value::integer(0);
      if (name == "denominator") return Value::integer(1);
      break;
    case Kind::real:
      if (name == "real") return object;
      if (name == "imag") return Value::real(0);
      break;
    default:
      break;
  }
  if (is_forbidden_method(object.kind(), name)) return unsafe(object, name);
  return bound_method(object, name);
}

Result<std::optional<int64_t>> position(const Value& index, int64_t length) {
  if (!index.is_integral()) return std::nullopt;
  int64_t at = index.as_integer();
  if (at < 0) at += length;
  if (at < 0 || at >= length) return std::nullopt;
  return at;
}

// What Python's object[index] gives; nothing where it raises a TypeError or LookupError.
Result<Found> python_item(const Value& object, const Value& index) {
  switch (object.kind()) {
    case Kind::undefined:
      return fail(ErrorCode::bad_input, "{}", object.undefined_message());
    case Kind::dict: {
      Result<uint64_t> key = hash(index);
      if (!key.has_value()) return Found();
      const Value* value = object.dict().find(index, *key);
      return value == nullptr ? Found() : Found(*value);
    }
    case Kind::list:
    case Kind::tuple: {
      const auto& items = object.sequence().items;
      auto at = TRY(position(index, static_cast<int64_t>(items.size())));
      return at ? Found(items[*at]) : Found();
    }
    case Kind::string: {
      auto at = TRY(position(index, object.str().length));
      if (!at) return Found();
      const std::string& text = object.text();
      bool ascii = object.str().length == static_cast<int64_t>(text.size());
      size_t start = ascii ? static_cast<size_t>(*at) : byte_offset(text, *at), end = start;
      next_code_point(text, end);
      return Value::string(text.substr(start, end - start));
    }
    case Kind::range: {
      auto at = TRY(position(index, object.range().length));
      if (!at) return Found();
      return Value::integer(object.range().start + *at * object.range().step);
    }
    default:
      return Found();
  }
}

}  // namespace

Result<Value> get_attribute(Interpreter& in, const Value& object, std::string_view name) {
  Found found = TRY(python_attribute(in, object, name));
  if (found) return std::move(*found);
  if (object.is(Kind::dict)) {
    const Value* value = object.dict().find(name);
    if (value != nullptr) return *value;
  }
  return no_attribute(object, name);
}

Result<Value> get_only_attribute(Interpreter& in, const Value& object, std::string_view name) {
  Found found = TRY(python_attribute(in, object, name));
  return found ? std::move(*found) : no_attribute(object, name);
}

Result<Value> get_item(Interpreter& in, const Value& object, const Value& index) {
  if (object.is(Kind::string) && object.str().length > 64) {
    TRY(in.spend_bytes(object.text().size()));
  }
  Found found = TRY(python_item(object, index));
  if (found) return std::move(*found);
  if (index.is(Kind::string)) {
    found = TRY(python_attribute(in, object, index.text()));
    return found ? std::move(*found) : no_attribute(object, index.text());
  }
  std::string shown;
  TRY(append_repr(in, shown, index));
  return Value::undefined(fmt::format("{} object has no element {}", type_name(object), shown));
}

Status set_attribute(Space& space, std::string_view name, Value value) {
  if (name.starts_with("_")) {
    return fail(ErrorCode::bad_input,
                "Chat templates cannot store underscore-prefixed attributes on a namespace, but "
                "got '{}'",
                name);
  }
  TRY(deepen(space, value));
  space.attributes.set(Value::string(std::string(name)), hash_text(name), std::move(value));
  return {};
}

namespace {

struct Bounds {
  int64_t start, stop, step, count;
};

Result<Bounds> bounds(const Value& start, const Value& stop, const Value& step, int64_t length) {
  for (const Value* part : {&start, &stop, &step}) {
    if (!part->is(Kind::none) && !part->is_integral()) {
      return fail(ErrorCode::bad_input,
                  "slice indices must be integers or None or have an __index__ method");
    }
  }
  Bounds result;
  result.step = step.is(Kind::none) ? 1 : step.as_integer();
  if (result.step == 0) return fail(ErrorCode::bad_input, "slice step cannot be zero");
  result.step = std::clamp<int64_t>(result.step, -INT64_MAX / 2, INT64_MAX / 2);
  bool back = result.step < 0;
  int64_t low = back ? -1 : 0, high = back ? length - 1 : length;
  auto place = [&](const Value& part, int64_t otherwise) {
    if (part.is(Kind::none)) return otherwise;
    int64_t at = part.as_integer();
    if (at < 0) at += length;
    return std::clamp(at, low, high);
  };
  result.start = place(start, back ? high : low);
  result.stop = place(stop, back ? low : high);
  int64_t distance = back ? result.start - result.stop : result.stop - result.start;
  int64_t stride = back ? -result.step : result.step;
  result.count = distance <= 0 ? 0 : (distance - 1) / stride + 1;
  return result;
}

Result<Value> slice_text(Interpreter& in, const Value& value, const Bounds& b) {
  const std::string& text = value.text();
  TRY(in.spend_bytes(text.size()));
  if (b.count == 0) return Value::string("");
  if (b.step == 1) {
    size_t start = byte_offset(text, b.start);
    size_t bytes = byte_offset(std::string_view(text).substr(start), b.count);
    return Value::string(text.substr(start, bytes));
  }
  std::vector<char32_t> points = code_points(text);
  TRY(in.spend(b.count));
  std::string result;
  for (int64_t i = 0; i < b.count; ++i) append(result, points[b.start + i * b.step]);
  return Value::string(std::move(result));
}

}  // namespace

Result<Value> get_slice(Interpreter& in, const Value& object, const Value& start, const Value& stop,
                        const Value& step) {
  if (object.is(Kind::string)) {
    return slice_text(in, object, TRY(bounds(start, stop, step, object.str().length)));
  }
  if (object.is_sequence()) {
    const auto& items = object.sequence().items;
    Bounds b = TRY(bounds(start, stop, step, static_cast<int64_t>(items.size())));
    TRY(in.spend(b.count));
    std::vector<Value> result;
    result.reserve(b.count);
    for (int64_t i = 0; i < b.count; ++i) result.push_back(items[b.start + i * b.step]);
    return object.is(Kind::list) ? make_list(std::move(result)) : make_tuple(std::move(result));
  }
  if (object.is(Kind::range)) {
    const Range& range = object.range();
    Bounds b = TRY(bounds(start, stop, step, range.length));
    auto result = std::make_shared<Range>();
    auto at = [&range](int64_t index) {  // wraps where the value is never yielded
      return static_cast<int64_t>(static_cast<uint64_t>(range.start) +
                                  static_cast<uint64_t>(index) * static_cast<uint64_t>(range.step));
    };
    int64_t stride = std::clamp(b.step, -range.length - 1, range.length + 1);
    result->start = at(b.start);
    result->stop = at(b.stop);
    result->step =
        static_cast<int64_t>(static_cast<uint64_t>(range.step) * static_cast<uint64_t>(stride));
    result->length = b.count;
    return Value(Kind::range, std::move(result));
  }
  if (object.is(Kind::undefined)) {
    return fail(ErrorCode::bad_input, "{}", object.undefined_message());
  }
  return fail(ErrorCode::bad_input, "'{}' object cannot be sliced", type_name(object));
}

}  // namespace swivel::jinja
