#include "text/jinja/arguments.h"

#include <algorithm>

namespace swivel::jinja {

Result<Bound> Bound::match(std::string_view function, Arguments& arguments,
                           std::initializer_list<std::string_view> names, size_t required) {
  Bound bound;
  bound.function_ = function;
  if (arguments.positional.size() > names.size()) {
    return fail(ErrorCode::bad_input, "{}() takes at most {} arguments ({} given)", function,
                names.size(), arguments.positional.size());
  }
  bound.values_ = std::move(arguments.positional);
  bound.values_.resize(names.size());
  for (auto& [name, value] : arguments.named) {
    auto found = name.empty() ? names.end() : std::find(names.begin(), names.end(), name);
    if (found == names.end()) {
      return fail(ErrorCode::bad_input, "{}() got an unexpected keyword argument '{}'", function,
                  name);
    }
    Value& target = bound.values_[static_cast<size_t>(found - names.begin())];
    if (!target.is(Kind::missing)) {
      return fail(ErrorCode::bad_input, "{}() got multiple values for argument '{}'", function,
                  name);
    }
    target = std::move(value);
  }
  for (size_t i = 0; i < required; ++i) {
    if (bound.has(i)) continue;
    std::string_view name = names.begin()[i];
    return fail(ErrorCode::bad_input, "{}() is missing a required argument{}{}{}", function,
                name.empty() ? "" : " '", name, name.empty() ? "" : "'");
  }
  return bound;
}

Result<int64_t> Bound::integer_or(size_t index, int64_t otherwise) const {
  if (!has(index)) return otherwise;
  if (values_[index].is_integral()) return values_[index].as_integer();
  return fail(ErrorCode::bad_input, "{}(): '{}' object cannot be interpreted as an integer",
              function_, type_name(values_[index]));
}

Result<std::string> Bound::string(size_t index) const {
  if (values_[index].is(Kind::string)) return values_[index].text();
  return fail(ErrorCode::bad_input, "{}() argument must be str, not {}", function_,
              type_name(values_[index]));
}

}  // namespace swivel::jinja
