// The arguments of a call, matched with the parameters of a built-in function.
#pragma once

#include <initializer_list>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "text/jinja/value.h"

namespace swivel::jinja {

class Bound {
 public:
  // `names`: the parameters in order; "" is one that has no name. The first `required` must be
  // given. bad_input "f() missing required argument 'x'", "f() takes at most 2 arguments …".
  static Result<Bound> match(std::string_view function, Arguments& arguments,
                             std::initializer_list<std::string_view> names, size_t required = 0);

  bool has(size_t index) const { return !values_[index].is(Kind::missing); }
  // Given and not none.
  bool set(size_t index) const { return has(index) && !values_[index].is(Kind::none); }
  const Value& operator[](size_t index) const { return values_[index]; }
  Value value_or(size_t index, Value otherwise) const {
    return has(index) ? values_[index] : otherwise;
  }
  bool truth_or(size_t index, bool otherwise) const {
    return has(index) ? truth(values_[index]) : otherwise;
  }
  // bad_input where it is given and no integer, or no string.
  Result<int64_t> integer_or(size_t index, int64_t otherwise) const;
  Result<std::string> string(size_t index) const;

 private:
  std::string_view function_;
  std::vector<Value> values_;
};

}  // namespace swivel::jinja
