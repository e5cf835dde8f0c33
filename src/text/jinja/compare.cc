#include "text/jinja/compare.h"

#include <cmath>
#include <functional>

#include "text/jinja/interpreter.h"
#include "text/jinja/iterate.h"

namespace swivel::jinja {

namespace {

// A number of either kind, exact: 64 bits of mantissa hold every int64 and every double.
long double exact(const Value& value) {
  return value.is(Kind::real) ? static_cast<long double>(value.as_real())
                              : static_cast<long double>(value.as_integer());
}

bool equal_ranges(const Range& a, const Range& b) {
  if (a.length != b.length) return false;
  if (a.length == 0) return true;
  if (a.start != b.start) return false;
  return a.length == 1 || a.step == b.step;
}

Result<bool> equal_sequences(Interpreter& in, const Sequence& a, const Sequence& b) {
  if (a.items.size() != b.items.size()) return false;
  for (size_t i = 0; i < a.items.size(); ++i) {
    if (identical(a.items[i], b.items[i])) continue;
    if (!TRY(equal(in, a.items[i], b.items[i]))) return false;
  }
  return true;
}

Result<bool> equal_dicts(Interpreter& in, const Dict& a, const Dict& b) {
  if (a.items.size() != b.items.size()) return false;
  for (const auto& [key, value] : a.items) {
    const Value* other = b.find(key, TRY(hash(key)));
    if (other == nullptr) return false;
    if (!identical(value, *other) && !TRY(equal(in, value, *other))) return false;
  }
  return true;
}

// keys() and items() compare as sets.
Result<bool> equal_views(Interpreter& in, const Value& a, const Value& b) {
  const View& left = a.view();
  const View& right = b.view();
  if (left.what == View::What::values || right.what != left.what) return identical(a, b);
  if (left.what == View::What::items) return equal_dicts(in, left.dict.dict(), right.dict.dict());
  const Dict& keys = left.dict.dict();
  if (keys.items.size() != right.dict.dict().items.size()) return false;
  for (const auto& [key, value] : keys.items) {
    if (right.dict.dict().find(key, TRY(hash(key))) == nullptr) return false;
  }
  return true;
}

std::unexpected<Error> not_ordered(const Value& left, const Value& right, std::string_view symbol) {
  return fail(ErrorCode::bad_input, "'{}' not supported between instances of '{}' and '{}'", symbol,
              type_name(left), type_name(right));
}

template <class T>
bool decide(const T& a, const T& b, std::string_view symbol) {
  if (symbol == "<") return a < b;
  if (symbol == "<=") return a <= b;
  if (symbol == ">") return a > b;
  return a >= b;
}

}  // namespace

bool identical(const Value& left, const Value& right) {
  if (left.kind() != right.kind()) return false;
  switch (left.kind()) {
    case Kind::missing:
    case Kind::none:
      return true;
    case Kind::boolean:
    case Kind::integer:
      return left.as_integer() == right.as_integer();
    case Kind::real:
      return false;
    case Kind::string:
      return left.object() == right.object() ||
             (left.str().length <= 1 && left.text() == right.text());
    case Kind::tuple:
      return left.object() == right.object() ||
             (left.sequence().items.empty() && right.sequence().items.empty());
    default:
      return left.object() == right.object();
  }
}

Result<bool> equal(Interpreter& in, const Value& left, const Value& right) {
  TRY(in.spend());
  if (left.is_number() && right.is_number()) return exact(left) == exact(right);
  if (left.kind() != right.kind()) return false;
  switch (left.kind()) {
    case Kind::missing:
    case Kind::undefined:
    case Kind::none:
      return true;
    case Kind::string:
      return left.text() == right.text();
    case Kind::list:
    case Kind::tuple:
      return equal_sequences(in, left.sequence(), right.sequence());
    case Kind::dict:
      return equal_dicts(in, left.dict(), right.dict());
    case Kind::range:
      return equal_ranges(left.range(), right.range());
    case Kind::view:
      return equal_views(in, left, right);
    default:
      return left.object() == right.object();
  }
}

Result<bool> ordered(Interpreter& in, const Value& left, const Value& right,
                     std::string_view symbol) {
  TRY(in.spend());
  for (const Value* side : {&left, &right}) {
    if (side->is(Kind::undefined)) {
      return fail(ErrorCode::bad_input, "{}", side->undefined_message());
    }
  }
  if (left.is_number() && right.is_number()) return decide(exact(left), exact(right), symbol);
  // UTF-8 sorts as its code points do.
  if (left.is(Kind::string) && right.is(Kind::string)) {
    return decide(left.text(), right.text(), symbol);
  }
  if (left.is_sequence() && left.kind() == right.kind()) {
    const auto& a = left.sequence().items;
    const auto& b = right.sequence().items;
    for (size_t i = 0; i < a.size() && i < b.size(); ++i) {
      if (identical(a[i], b[i]) || TRY(equal(in, a[i], b[i]))) continue;
      return ordered(in, a[i], b[i], symbol);
    }
    return decide(a.size(), b.size(), symbol);
  }
  return not_ordered(left, right, symbol);
}

Result<bool> contains(Interpreter& in, const Value& container, const Value& item) {
  TRY(in.spend());
  switch (container.kind()) {
    case Kind::string:
      if (!item.is(Kind::string)) {
        return fail(ErrorCode::bad_input, "'in <string>' requires string as left operand, not {}",
                    type_name(item));
      }
      TRY(in.spend_bytes(container.text().size()));
      return container.text().find(item.text()) != std::string::npos;
    case Kind::dict:
      return container.dict().find(item, TRY(hash(item))) != nullptr;
    case Kind::view:
      if (container.view().what == View::What::keys) {
        return container.view().dict.dict().find(item, TRY(hash(item))) != nullptr;
      }
      break;
    default:
      break;
  }
  if (!is_iterable(container)) {
    return fail(ErrorCode::bad_input, "argument of type '{}' is not iterable",
                type_name(container));
  }
  Cursor cursor = TRY(Cursor::over(container));
  Value next;
  while (TRY(cursor.next(in, next))) {
    if (identical(next, item) || TRY(equal(in, next, item))) return true;
  }
  return false;
}

uint64_t hash_text(std::string_view text) { return std::hash<std::string_view>()(text); }

Result<uint64_t> hash(const Value& value) {
  auto mixed = [](uint64_t x) {
    x ^= x >> 33;
    x *= 0xff51afd7ed558ccdULL;
    return x ^ (x >> 33);
  };
  switch (value.kind()) {
    case Kind::boolean:
    case Kind::integer:
      return mixed(static_cast<uint64_t>(value.as_integer()));
    case Kind::real: {
      double real = value.as_real();
      if (real == std::floor(real) && std::abs(real) < 9.2e18) {
        return mixed(static_cast<uint64_t>(static_cast<int64_t>(real)));
      }
      return mixed(std::hash<double>()(real));
    }
    case Kind::string:
      return hash_text(value.text());
    case Kind::tuple: {
      uint64_t sum = 0x9e3779b97f4a7c15ULL;
      for (const Value& item : value.sequence().items) sum = mixed(sum ^ TRY(hash(item))) * 31;
      return sum;
    }
    case Kind::missing:
    case Kind::none:
    case Kind::undefined:
      return mixed(static_cast<uint64_t>(value.kind()) + 77);
    case Kind::list:
    case Kind::dict:
    case Kind::view:
      return fail(ErrorCode::bad_input, "unhashable type: '{}'", type_name(value));
    default:
      return mixed(reinterpret_cast<uintptr_t>(value.object().get()));
  }
}

bool same_key(const Value& left, const Value& right) {
  if (left.is_number() && right.is_number()) return exact(left) == exact(right);
  if (left.kind() != right.kind()) return false;
  switch (left.kind()) {
    case Kind::string:
      return left.text() == right.text();
    case Kind::tuple: {
      const auto& a = left.sequence().items;
      const auto& b = right.sequence().items;
      if (a.size() != b.size()) return false;
      for (size_t i = 0; i < a.size(); ++i) {
        if (!same_key(a[i], b[i])) return false;
      }
      return true;
    }
    case Kind::range:
      return equal_ranges(left.range(), right.range());
    case Kind::missing:
    case Kind::none:
    case Kind::undefined:
      return true;
    default:
      return left.object() == right.object();
  }
}

}  // namespace swivel::jinja
