#include "text/jinja/iterate.h"

#include <algorithm>

#include "text/jinja/interpreter.h"
#include "text/jinja/unicode.h"

namespace swivel::jinja {

bool is_iterable(const Value& value) {
  switch (value.kind()) {
    case Kind::undefined:
    case Kind::string:
    case Kind::list:
    case Kind::tuple:
    case Kind::dict:
    case Kind::view:
    case Kind::range:
    case Kind::iterator:
      return true;
    case Kind::other:
      return value.extra().is_iterable();
    default:
      return false;
  }
}

Result<Cursor> Cursor::over(Value value) {
  if (!is_iterable(value) || value.is(Kind::other)) {
    return fail(ErrorCode::bad_input, "'{}' object is not iterable", type_name(value));
  }
  Cursor cursor;
  cursor.value_ = std::move(value);
  return cursor;
}

Result<bool> Cursor::next(Interpreter& in, Value& item) {
  TRY(in.spend());
  switch (value_.kind()) {
    case Kind::string: {
      const std::string& text = value_.text();
      if (at_ >= text.size()) return false;
      size_t start = at_;
      next_code_point(text, at_);
      item = Value::string(text.substr(start, at_ - start));
      return true;
    }
    case Kind::list:
    case Kind::tuple: {
      const auto& items = value_.sequence().items;
      if (at_ >= items.size()) return false;
      item = items[at_++];
      return true;
    }
    case Kind::dict: {
      const auto& items = value_.dict().items;
      if (at_ >= items.size()) return false;
      item = items[at_++].first;
      return true;
    }
    case Kind::view: {
      const auto& items = value_.view().dict.dict().items;
      if (at_ >= items.size()) return false;
      const auto& [key, value] = items[at_++];
      switch (value_.view().what) {
        case View::What::keys:
          item = key;
          break;
        case View::What::values:
          item = value;
          break;
        case View::What::items:
          item = TRY(make_tuple({key, value}));
          break;
      }
      return true;
    }
    case Kind::range: {
      const Range& range = value_.range();
      if (static_cast<int64_t>(at_) >= range.length) return false;
      item = Value::integer(range.start + static_cast<int64_t>(at_++) * range.step);
      return true;
    }
    case Kind::iterator: {
      auto step = in.enter();
      TRY(step.status());
      return value_.iterator().next(in, item);
    }
    default:
      return false;
  }
}

Result<int64_t> length(const Value& value) {
  switch (value.kind()) {
    case Kind::undefined:
      return 0;
    case Kind::string:
      return value.str().length;
    case Kind::list:
    case Kind::tuple:
      return static_cast<int64_t>(value.sequence().items.size());
    case Kind::dict:
      return static_cast<int64_t>(value.dict().items.size());
    case Kind::view:
      return static_cast<int64_t>(value.view().dict.dict().items.size());
    case Kind::range:
      return value.range().length;
    default:
      return fail(ErrorCode::bad_input, "object of type '{}' has no len()", type_name(value));
  }
}

Result<std::vector<Value>> collect(Interpreter& in, const Value& value) {
  Cursor cursor = TRY(Cursor::over(value));
  std::vector<Value> items;
  Value item;
  while (TRY(cursor.next(in, item))) {
    items.push_back(item);
    TRY(in.allow(items.size() * sizeof(Value)));
  }
  return items;
}

Result<std::optional<std::vector<Value>>> reversed(Interpreter& in, const Value& value) {
  if (value.is(Kind::iterator) || value.is(Kind::other) || !is_iterable(value)) return std::nullopt;
  std::vector<Value> items = TRY(collect(in, value));
  std::reverse(items.begin(), items.end());
  return items;
}

namespace {

struct FunctionIterator final : Iterator {
  Next function;
  Result<bool> next(Interpreter& in, Value& item) override { return function(in, item); }
};

}  // namespace

Result<Value> make_iterator(const char* type, const Value& source, Next next) {
  auto iterator = std::make_shared<FunctionIterator>();
  iterator->type = type;
  iterator->function = std::move(next);
  TRY(deepen(*iterator, source));
  return Value(Kind::iterator, std::move(iterator));
}

}  // namespace swivel::jinja
