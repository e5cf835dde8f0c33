// Python's "text %s" % values.
#pragma once

#include "base/result.h"
#include "text/jinja/value.h"

namespace swivel::jinja {

// `values`: a tuple, a dict for %(name)s, or the one value. REQUIRES: text is a string.
Result<Value> percent_format(Interpreter& in, const Value& text, const Value& values);

}  // namespace swivel::jinja
