#include "text/jinja/value.h"

#include <algorithm>

#include "text/jinja/compare.h"
#include "text/jinja/unicode.h"

namespace swivel::jinja {

String::String(std::string given, bool is_markup)
    : text(std::move(given)), length(length_of(text)), markup(is_markup) {}

Value Value::boolean(bool value) {
  Value result(Kind::boolean, nullptr);
  result.integer_ = value ? 1 : 0;
  return result;
}

Value Value::integer(int64_t value) {
  Value result(Kind::integer, nullptr);
  result.integer_ = value;
  return result;
}

Value Value::real(double value) {
  Value result(Kind::real, nullptr);
  result.real_ = value;
  return result;
}

Value Value::string(std::string text) {
  return Value(Kind::string, std::make_shared<String>(std::move(text)));
}

Value Value::markup(std::string text) {
  return Value(Kind::string, std::make_shared<String>(std::move(text), true));
}

Value Value::undefined(std::string message) {
  return Value(Kind::undefined, std::make_shared<String>(std::move(message)));
}

Value Value::undefined_name(std::string_view name) {
  return undefined(fmt::format("'{}' is undefined", name));
}

Value Value::function(std::string name, Function function) {
  auto callable = std::make_shared<Callable>();
  callable->shown = fmt::format("<function {}>", name);
  callable->name = std::move(name);
  callable->function = std::move(function);
  return Value(Kind::callable, std::move(callable));
}

const Sequence& Value::sequence() const { return *static_cast<const Sequence*>(object_.get()); }
const Dict& Value::dict() const { return *static_cast<const Dict*>(object_.get()); }
const View& Value::view() const { return *static_cast<const View*>(object_.get()); }
const Range& Value::range() const { return *static_cast<const Range*>(object_.get()); }
Iterator& Value::iterator() const { return *static_cast<Iterator*>(object_.get()); }
Space& Value::space() const { return *static_cast<Space*>(object_.get()); }
const Callable& Value::callable() const { return *static_cast<const Callable*>(object_.get()); }
Extra& Value::extra() const { return *static_cast<Extra*>(object_.get()); }

namespace {

constexpr size_t kSmallDict = 8;

}  // namespace

int64_t Dict::index_of(const Value& key, uint64_t hash) const {
  if (table_.empty()) {
    for (size_t i = 0; i < items.size(); ++i) {
      if (hashes_[i] == hash && same_key(items[i].first, key)) return static_cast<int64_t>(i);
    }
    return -1;
  }
  size_t mask = table_.size() - 1;
  for (size_t at = hash & mask; table_[at] != 0; at = (at + 1) & mask) {
    size_t i = table_[at] - 1;
    if (hashes_[i] == hash && same_key(items[i].first, key)) return static_cast<int64_t>(i);
  }
  return -1;
}

const Value* Dict::find(const Value& key, uint64_t hash) const {
  int64_t index = index_of(key, hash);
  return index < 0 ? nullptr : &items[index].second;
}

const Value* Dict::find(std::string_view key) const {
  if (table_.empty()) {
    for (const auto& [name, value] : items) {
      if (name.is(Kind::string) && name.text() == key) return &value;
    }
    return nullptr;
  }
  return find(Value::string(std::string(key)), hash_text(key));
}

void Dict::set(Value key, uint64_t hash, Value value) {
  int64_t found = index_of(key, hash);
  if (found >= 0) {
    items[found].second = std::move(value);
    return;
  }
  items.emplace_back(std::move(key), std::move(value));
  hashes_.push_back(hash);
  if (items.size() <= kSmallDict) return;
  if (table_.size() < items.size() * 2) {
    size_t capacity = 32;
    while (capacity < items.size() * 4) capacity *= 2;
    table_.assign(capacity, 0);
    for (size_t i = 0; i + 1 < items.size(); ++i) {
      size_t at = hashes_[i] & (capacity - 1);
      while (table_[at] != 0) at = (at + 1) & (capacity - 1);
      table_[at] = static_cast<uint32_t>(i + 1);
    }
  }
  size_t at = hash & (table_.size() - 1);
  while (table_[at] != 0) at = (at + 1) & (table_.size() - 1);
  table_[at] = static_cast<uint32_t>(items.size());
}

Result<Value> Extra::call(Interpreter&, Arguments&) {
  return fail(ErrorCode::bad_input, "'{}' object is not callable", type());
}

Result<std::string> Extra::shown(Interpreter&) { return fmt::format("<{}>", type()); }

Status deepen(Object& object, const Value& child) {
  object.depth = std::max(object.depth, child.depth() + 1);
  if (object.depth > kMaxDepth) {
    return fail(ErrorCode::bad_input, "values nest more than {} deep", kMaxDepth);
  }
  return {};
}

namespace {

Result<Value> make_sequence(Kind kind, std::vector<Value> items) {
  auto sequence = std::make_shared<Sequence>();
  for (const Value& item : items) TRY(deepen(*sequence, item));
  sequence->items = std::move(items);
  return Value(kind, std::move(sequence));
}

}  // namespace

Result<Value> make_list(std::vector<Value> items) {
  return make_sequence(Kind::list, std::move(items));
}

Result<Value> make_tuple(std::vector<Value> items) {
  return make_sequence(Kind::tuple, std::move(items));
}

Result<Value> make_dict(std::shared_ptr<Dict> dict) {
  for (const auto& [key, value] : dict->items) {
    TRY(deepen(*dict, key));
    TRY(deepen(*dict, value));
  }
  return Value(Kind::dict, std::move(dict));
}

Result<Value> make_keywords(std::vector<std::pair<std::string, Value>> named) {
  auto dict = std::make_shared<Dict>();
  for (auto& [name, value] : named) {
    dict->set(Value::string(name), hash_text(name), std::move(value));
  }
  return make_dict(std::move(dict));
}

std::string_view type_name(const Value& value) {
  switch (value.kind()) {
    case Kind::missing:
    case Kind::undefined:
      return "Undefined";
    case Kind::none:
      return "NoneType";
    case Kind::boolean:
      return "bool";
    case Kind::integer:
      return "int";
    case Kind::real:
      return "float";
    case Kind::string:
      return "str";
    case Kind::list:
      return "list";
    case Kind::tuple:
      return "tuple";
    case Kind::dict:
      return "dict";
    case Kind::view:
      switch (value.view().what) {
        case View::What::keys:
          return "dict_keys";
        case View::What::values:
          return "dict_values";
        case View::What::items:
          return "dict_items";
      }
      return "dict_items";
    case Kind::range:
      return "range";
    case Kind::iterator:
      return value.iterator().type;
    case Kind::space:
      return "Namespace";
    case Kind::callable:
      return "function";
    case Kind::other:
      return value.extra().type();
  }
  return "object";
}

bool truth(const Value& value) {
  switch (value.kind()) {
    case Kind::missing:
    case Kind::undefined:
    case Kind::none:
      return false;
    case Kind::boolean:
    case Kind::integer:
      return value.as_integer() != 0;
    case Kind::real:
      return value.as_real() != 0;
    case Kind::string:
      return !value.text().empty();
    case Kind::list:
    case Kind::tuple:
      return !value.sequence().items.empty();
    case Kind::dict:
      return !value.dict().items.empty();
    case Kind::view:
      return !value.view().dict.dict().items.empty();
    case Kind::range:
      return value.range().length != 0;
    case Kind::iterator:
    case Kind::space:
    case Kind::callable:
    case Kind::other:
      return true;
  }
  return true;
}

}  // namespace swivel::jinja
