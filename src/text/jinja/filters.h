// The filters of jinja 3.1, with transformers' tojson. Not here, because no chat template can want
// them: random, urlize, wordwrap, striptags; they are refused by name.
#pragma once

#include <string_view>

#include "base/result.h"
#include "text/jinja/value.h"

namespace swivel::jinja {

using Filter = Result<Value> (*)(Interpreter& in, const Value& operand, Arguments& arguments);

struct FilterEntry {
  std::string_view name;
  Filter filter;
};

// null where there is none of that name.
Filter find_filter(std::string_view name);
// The tables, each in its own file.
Filter find_text_filter(std::string_view name);
Filter find_number_filter(std::string_view name);
Filter find_list_filter(std::string_view name);
Filter find_order_filter(std::string_view name);
Filter find_select_filter(std::string_view name);

}  // namespace swivel::jinja
