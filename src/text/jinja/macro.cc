// Macros and call blocks.

#include "text/jinja/compare.h"
#include "text/jinja/interpreter.h"
#include "text/jinja/text.h"

namespace swivel::jinja {

Value Interpreter::make_macro(const Statement& node, const ActivationPtr& in) {
  remember(in);
  auto macro = std::make_shared<Callable>();
  macro->name = node.name;
  macro->shown = node.name.empty() ? "<Macro anonymous>" : fmt::format("<Macro '{}'>", node.name);
  macro->function = [&node, in](Interpreter& self, Arguments& arguments) {
    return self.run_macro(node, in, arguments);
  };
  auto attributes = std::make_shared<Dict>();
  auto set = [&attributes](std::string_view name, Value value) {
    attributes->set(Value::string(std::string(name)), hash_text(name), std::move(value));
  };
  auto names = std::make_shared<Sequence>();
  for (const Parameter& parameter : node.parameters) {
    names->items.push_back(Value::string(parameter.name));
  }
  set("name", node.name.empty() ? Value::none() : Value::string(node.name));
  set("arguments", Value(Kind::tuple, names));
  set("catch_kwargs", Value::boolean(node.specials.kwargs >= 0));
  set("catch_varargs", Value::boolean(node.specials.varargs >= 0));
  set("caller", Value::boolean(node.specials.caller >= 0 || node.specials.explicit_caller));
  macro->attributes = std::move(attributes);
  return Value(Kind::callable, std::move(macro));
}

namespace {

// Takes the named argument out, if it is there.
std::optional<Value> take(Arguments& arguments, std::string_view name) {
  for (auto at = arguments.named.begin(); at != arguments.named.end(); ++at) {
    if (at->first != name) continue;
    Value value = std::move(at->second);
    arguments.named.erase(at);
    return value;
  }
  return std::nullopt;
}

// Puts the arguments into the macro's slots; those without one stay missing.
Status bind(const Statement& node, Arguments& arguments, Activation& in) {
  const auto& specials = node.specials;
  size_t expected = node.parameters.size();
  size_t given = std::min(expected, arguments.positional.size());
  for (size_t i = 0; i < given; ++i) in.slots[node.parameters[i].slot] = arguments.positional[i];
  bool caller_found = given == expected && specials.explicit_caller;
  for (size_t i = given; i < expected; ++i) {
    const Parameter& parameter = node.parameters[i];
    caller_found |= parameter.name == "caller";
    if (auto value = take(arguments, parameter.name)) in.slots[parameter.slot] = std::move(*value);
  }
  if (specials.caller >= 0 && !caller_found) {
    std::optional<Value> caller = take(arguments, "caller");
    bool none = !caller.has_value() || caller->is(Kind::none);
    in.slots[specials.caller] = none ? Value::undefined("No caller defined") : std::move(*caller);
  }
  if (specials.kwargs >= 0)
    in.slots[specials.kwargs] = TRY(make_keywords(std::exchange(arguments.named, {})));
  if (!arguments.named.empty()) {
    return fail(ErrorCode::bad_input, "macro '{}' takes no keyword argument '{}'", node.name,
                arguments.named.front().first);
  }
  if (specials.varargs >= 0) {
    std::vector<Value> rest(arguments.positional.begin() + static_cast<ptrdiff_t>(given),
                            arguments.positional.end());
    in.slots[specials.varargs] = TRY(make_tuple(std::move(rest)));
  } else if (arguments.positional.size() > expected) {
    return fail(ErrorCode::bad_input, "macro '{}' takes not more than {} argument(s)", node.name,
                expected);
  }
  return {};
}

}  // namespace

Result<Value> Interpreter::run_macro(const Statement& node, const ActivationPtr& defined_in,
                                     Arguments& arguments) {
  Level level(*this);
  TRY(level.status());
  if (++calls_ > options_.max_depth) {
    --calls_;
    return fail(ErrorCode::bad_input, "macros call one another more than {} deep",
                options_.max_depth);
  }
  auto activation = std::make_shared<Activation>();
  activation->parent = defined_in;
  activation->slots.resize(node.function.slots);
  auto run = [&]() -> Result<Value> {
    TRY(bind(node, arguments, *activation));
    enter_scope(node.scope, *activation);
    for (const Parameter& parameter : node.parameters) {
      Value& slot = activation->slots[parameter.slot];
      if (!slot.is(Kind::missing)) continue;
      Value value =
          parameter.standard != nullptr
              ? TRY(evaluate(*parameter.standard, *activation))
              : Value::undefined(fmt::format("parameter '{}' was not provided", parameter.name));
      activation->slots[parameter.slot] = std::move(value);
    }
    std::string text;
    TRY(captured(node.body, activation, text));
    return Value::string(std::move(text));
  };
  Result<Value> result = run();
  --calls_;
  return result;
}

Status Interpreter::call_block(const Statement& node, const ActivationPtr& in) {
  TRY(spend(kKeptSteps));
  Value caller = make_macro(node, in);
  std::string text;
  TRY(append_text(*this, text, TRY(call_expression(*node.value, *in, &caller))));
  return write(text);
}

}  // namespace swivel::jinja
