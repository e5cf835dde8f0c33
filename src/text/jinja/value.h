// Value: what a template computes with, as Python has it: none, bool, int (64 bit), float, str,
// list, tuple, dict, range, iterators, namespaces, callables, and jinja's Undefined.
//
// Copies are cheap (containers are shared and never change after they are built; a namespace is
// the exception). Each container knows how deeply it nests, and none nests deeper than kMaxDepth,
// so that recursion over a value is bounded. One value belongs to one render; constants of a
// compiled template are read by many.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace swivel::jinja {

class Interpreter;
class Value;

enum class Kind : uint8_t {
  missing,  // a variable without a value; never seen by a template
  undefined,
  none,
  boolean,
  integer,
  real,
  string,
  list,
  tuple,
  dict,
  view,  // dict.keys(), .values(), .items()
  range,
  iterator,  // yields once: a generator
  space,     // namespace()
  callable,
  other,  // loop, cycler
};

constexpr int kMaxDepth = 200;

struct Object {
  virtual ~Object() = default;
  // Drops what it refers to; for objects that change, and so may form a circle.
  virtual void clear() {}
  int depth = 1;
};

struct String final : Object {
  explicit String(std::string text, bool markup = false);
  std::string text;  // UTF-8
  int64_t length;    // code points
  bool markup;       // what |safe and |escape made
};

// Positional and named arguments of one call.
struct Arguments {
  std::vector<Value> positional;
  std::vector<std::pair<std::string, Value>> named;
};

using Function = std::function<Result<Value>(Interpreter&, Arguments&)>;

struct Sequence;
struct Dict;
struct View;
struct Range;
struct Iterator;
struct Space;
struct Callable;
struct Extra;

class Value {
 public:
  Value() : kind_(Kind::missing), integer_(0) {}
  static Value none() { return Value(Kind::none, nullptr); }
  static Value boolean(bool value);
  static Value integer(int64_t value);
  static Value real(double value);
  static Value string(std::string text);
  static Value markup(std::string text);
  static Value undefined(std::string message);
  static Value undefined_name(std::string_view name);
  static Value function(std::string name, Function function);
  Value(Kind kind, std::shared_ptr<Object> object)
      : kind_(kind), integer_(0), object_(std::move(object)) {}

  Kind kind() const { return kind_; }
  bool is(Kind kind) const { return kind_ == kind; }
  bool is_number() const {  // bool included, as in Python
    return kind_ == Kind::boolean || kind_ == Kind::integer || kind_ == Kind::real;
  }
  bool is_integral() const { return kind_ == Kind::boolean || kind_ == Kind::integer; }
  bool is_sequence() const { return kind_ == Kind::list || kind_ == Kind::tuple; }

  // REQUIRES: the matching kind.
  int64_t as_integer() const { return integer_; }  // a bool is 0 or 1
  double as_real() const { return kind_ == Kind::real ? real_ : static_cast<double>(integer_); }
  const String& str() const { return *static_cast<const String*>(object_.get()); }
  const std::string& text() const { return str().text; }
  const std::string& undefined_message() const { return str().text; }
  const Sequence& sequence() const;
  const Dict& dict() const;
  const View& view() const;
  const Range& range() const;
  Iterator& iterator() const;
  Space& space() const;
  const Callable& callable() const;
  Extra& extra() const;

  const std::shared_ptr<Object>& object() const { return object_; }
  int depth() const { return object_ ? object_->depth : 0; }

 private:
  Kind kind_;
  union {
    int64_t integer_;
    double real_;
  };
  std::shared_ptr<Object> object_;
};

struct Sequence final : Object {
  std::vector<Value> items;
  bool is_group = false;  // what groupby makes: .grouper and .list name its two items
};

// Insertion order; keys are unique by Python's ==. Filled while it is built, then constant.
struct Dict final : Object {
  std::vector<std::pair<Value, Value>> items;

  // REQUIRES: hash is jinja::hash(key).
  const Value* find(const Value& key, uint64_t hash) const;
  const Value* find(std::string_view key) const;
  void set(Value key, uint64_t hash, Value value);

 private:
  int64_t index_of(const Value& key, uint64_t hash) const;
  std::vector<uint64_t> hashes_;
  std::vector<uint32_t> table_;  // open addressing over items, index + 1; empty while small
};

struct View final : Object {
  enum class What { keys, values, items };
  Value dict;
  What what;
};

struct Range final : Object {
  int64_t start, stop, step, length;
};

struct Iterator : Object {
  const char* type = "generator";
  // Puts the next item and says whether there was one.
  virtual Result<bool> next(Interpreter& in, Value& item) = 0;
};

struct Space final : Object {
  void clear() override { attributes = Dict(); }
  Dict attributes;
};

struct Callable final : Object {
  std::string name;
  Function function;
  std::string shown;  // what repr gives: "<Macro 'f'>"
  // Attributes of a macro; null for others.
  std::shared_ptr<const Dict> attributes;
};

// An object with attributes of its own kind.
struct Extra : Object {
  virtual std::string_view type() const = 0;
  virtual std::optional<Value> attribute(Interpreter& in, std::string_view name,
                                         Status& status) = 0;
  virtual bool is_iterable() const { return false; }
  virtual bool is_callable() const { return false; }
  virtual Result<Value> call(Interpreter& in, Arguments& arguments);
  virtual Result<std::string> shown(Interpreter& in);
};

// bad_input where it would nest deeper than kMaxDepth.
Result<Value> make_list(std::vector<Value> items);
Result<Value> make_tuple(std::vector<Value> items);
Result<Value> make_dict(std::shared_ptr<Dict> dict);  // sets its depth
// A dict of keyword arguments, whose names are unique.
Result<Value> make_keywords(std::vector<std::pair<std::string, Value>> named);
Status deepen(Object& object, const Value& child);

// The Python type's name: "str", "list", "NoneType", …
std::string_view type_name(const Value& value);
bool truth(const Value& value);

}  // namespace swivel::jinja
