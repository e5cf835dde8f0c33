// What map(attribute="a.b.0"), sort(attribute="a,b") and their like look up.
#pragma once

#include <optional>
#include <vector>

#include "base/result.h"
#include "text/jinja/value.h"

namespace swivel::jinja {

enum class Case { kept, ignored };

class AttributePath {
 public:
  // `attribute`: a string, an integer, or none for the item itself.
  static AttributePath parse(const Value& attribute);
  // `standard`: what stands for an undefined part; may be none.
  Result<Value> of(Interpreter& in, Value item, const Value& standard = Value::none()) const;

 private:
  std::vector<Value> parts_;
};

// A string in lower case where the case is ignored; everything else as it is.
Value folded(Value value, Case letters);

// Several paths with commas between them: the keys of a sort, as a list.
class AttributePaths {
 public:
  static AttributePaths parse(const Value& attribute);
  Result<Value> of(Interpreter& in, const Value& item, Case letters) const;

 private:
  std::vector<AttributePath> paths_;
};

}  // namespace swivel::jinja
