#include "text/jinja/template.h"

#include "text/jinja/compare.h"
#include "text/jinja/interpreter.h"
#include "text/jinja/parser.h"
#include "text/jinja/unicode.h"

namespace swivel::jinja {

Result<Template> Template::parse(std::string source, std::string name) {
  if (!is_utf8(source)) return fail(ErrorCode::bad_input, "{}: the template is not UTF-8", name);
  Template result;
  auto tree = [&]() -> Result<Tree> {
    Tree made;
    made.body = TRY(jinja::parse(source));
    made.scoped = TRY(place_names(made.body));
    return made;
  }();
  if (!tree.has_value()) return in(name, tree.error());
  result.tree_ = std::move(*tree);
  result.name_ = std::move(name);
  result.source_ = std::move(source);
  return result;
}

Result<std::string> Template::render(const std::vector<std::pair<std::string, Value>>& variables,
                                     const RenderOptions& options) const {
  return Interpreter(tree_, options).run(variables);
}

Result<Value> from_json(const json::Value& value) {
  if (value.is_null()) return Value::none();
  if (value.is_bool()) return Value::boolean(value.as_bool());
  if (value.is_integer()) return Value::integer(value.as_integer());
  if (value.is_number()) return Value::real(value.as_number());
  if (value.is_string()) return Value::string(value.as_string());
  if (value.is_array()) {
    std::vector<Value> items;
    for (const json::Value& item : value.as_array()) items.push_back(TRY(from_json(item)));
    return make_list(std::move(items));
  }
  auto dict = std::make_shared<Dict>();
  for (const auto& [name, member] : value.as_object()) {
    dict->set(Value::string(name), hash_text(name), TRY(from_json(member)));
  }
  return make_dict(std::move(dict));
}

}  // namespace swivel::jinja
