// Iteration over any value, in the order and with the laziness of Python.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "base/result.h"
#include "text/jinja/value.h"

namespace swivel::jinja {

// A position in a value: items of a list or tuple, characters of a string, keys of a dict, what a
// view, a range or an iterator yields. Undefined yields nothing.
class Cursor {
 public:
  // bad_input "'int' object is not iterable".
  static Result<Cursor> over(Value value);
  Cursor() = default;
  // Puts the next item and says whether there was one. Spends a step.
  Result<bool> next(Interpreter& in, Value& item);

 private:
  Value value_ = Value::none();
  size_t at_ = 0;  // index, or byte of a string
};

bool is_iterable(const Value& value);
// len(); bad_input where the value has none.
Result<int64_t> length(const Value& value);
// list(value), as items.
Result<std::vector<Value>> collect(Interpreter& in, const Value& value);
// The items from the last to the first, as reversed(); nullopt where Python's raises TypeError.
Result<std::optional<std::vector<Value>>> reversed(Interpreter& in, const Value& value);

// An iterator over what `next` puts; nests as deeply as `source` and one more.
using Next = std::function<Result<bool>(Interpreter&, Value&)>;
Result<Value> make_iterator(const char* type, const Value& source, Next next);

}  // namespace swivel::jinja
