#include "text/jinja/attribute_path.h"

#include <cstdlib>

#include "text/jinja/attributes.h"
#include "text/jinja/interpreter.h"
#include "text/jinja/string_methods.h"
#include "text/jinja/unicode.h"

namespace swivel::jinja {

AttributePath AttributePath::parse(const Value& attribute) {
  AttributePath path;
  if (attribute.is(Kind::none) || attribute.is(Kind::missing)) return path;
  if (!attribute.is(Kind::string)) {
    path.parts_.push_back(attribute);
    return path;
  }
  for (std::string& part : split(attribute.text(), ".", -1)) {
    bool number = !part.empty() && part.size() < 18 &&
                  part.find_first_not_of("0123456789") == std::string::npos;
    path.parts_.push_back(number ? Value::integer(std::atoll(part.c_str()))
                                 : Value::string(std::move(part)));
  }
  return path;
}

Result<Value> AttributePath::of(Interpreter& in, Value item, const Value& standard) const {
  for (const Value& part : parts_) {
    item = TRY(get_item(in, item, part));
    if (item.is(Kind::undefined) && !standard.is(Kind::none)) item = standard;
  }
  return item;
}

Value folded(Value value, Case letters) {
  if (letters == Case::kept || !value.is(Kind::string)) return value;
  return Value::string(lower(value.text()));
}

AttributePaths AttributePaths::parse(const Value& attribute) {
  AttributePaths paths;
  if (attribute.is(Kind::string)) {
    for (std::string& part : split(attribute.text(), ",", -1)) {
      paths.paths_.push_back(AttributePath::parse(Value::string(std::move(part))));
    }
  } else {
    paths.paths_.push_back(AttributePath::parse(attribute));
  }
  return paths;
}

Result<Value> AttributePaths::of(Interpreter& in, const Value& item, Case letters) const {
  std::vector<Value> keys;
  for (const AttributePath& path : paths_) {
    keys.push_back(folded(TRY(path.of(in, item)), letters));
  }
  return make_list(std::move(keys));
}

}  // namespace swivel::jinja
