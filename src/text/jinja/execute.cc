// Statements.

#include "text/jinja/attributes.h"
#include "text/jinja/globals.h"
#include "text/jinja/interpreter.h"
#include "text/jinja/text.h"

namespace swivel::jinja {

using Node = Expression::Kind;

Interpreter::Interpreter(const Tree& tree, const RenderOptions& options)
    : tree_(tree), options_(options), steps_left_(options.max_steps) {}

Interpreter::~Interpreter() {
  // A macro refers to the variables that hold it: cut these circles, then everything can go.
  for (const auto& remembered : activations_) {
    if (ActivationPtr activation = remembered.lock()) activation->slots.clear();
  }
  context_.clear();
  for (const auto& object : kept_) object->clear();
}

Result<std::string> Interpreter::run(const std::vector<std::pair<std::string, Value>>& variables) {
  for (const auto& [name, value] : variables) context_[name] = value;
  auto root = std::make_shared<Activation>();
  root->slots.resize(tree_.scoped.function.slots);
  std::string text;
  text_ = &text;
  enter_scope(tree_.scoped.root, *root);
  TRY(execute(tree_.body, root));
  return text;
}

Status Interpreter::spend(int64_t steps) {
  steps_left_ -= std::max<int64_t>(steps, 1);
  if (steps_left_ >= 0) return {};
  steps_left_ = 0;
  return fail(ErrorCode::bad_input, "the template takes more than {} steps", options_.max_steps);
}

Status Interpreter::allow(size_t bytes) {
  if (bytes > options_.max_value_bytes) {
    return fail(ErrorCode::bad_input, "the template makes a value of more than {} bytes",
                options_.max_value_bytes);
  }
  return spend_bytes(bytes);
}

Status Interpreter::Level::status() const {
  if (in_.level_ <= kMaxLevels) return {};
  return fail(ErrorCode::bad_input, "the template recurses more than {} levels deep", kMaxLevels);
}

std::unexpected<Error> Interpreter::raised(std::string text) {
  located_ = true;
  return std::unexpected(Error{ErrorCode::bad_input, std::move(text)});
}

void Interpreter::remember(const ActivationPtr& activation) {
  if (activation->remembered) return;
  activation->remembered = true;
  if (activations_.size() >= prune_at_) {
    std::erase_if(activations_, [](const auto& one) { return one.expired(); });
    prune_at_ = std::max<size_t>(1000, activations_.size() * 2);
  }
  activations_.push_back(activation);
}

void Interpreter::enter_scope(const Scope& scope, Activation& in) {
  for (const Load& load : scope.loads) {
    Value value;
    if (load.from == Load::From::slot) value = variable(load.source, in);
    if (load.from == Load::From::context) {
      auto found = context_.find(load.name);
      value = found != context_.end() ? found->second : find_global(load.name);
    }
    in.slots[load.slot] = std::move(value);
  }
}

void Interpreter::leave_scope(const Scope& scope, Activation& in) {
  for (uint32_t slot : scope.slots) in.slots[slot] = Value();
}

Status Interpreter::write(std::string_view text) {
  if (text_->size() + text.size() > options_.max_output_bytes) {
    return fail(ErrorCode::bad_input, "the template writes more than {} bytes",
                options_.max_output_bytes);
  }
  text_->append(text);
  return spend_bytes(text.size());
}

Result<Interpreter::Flow> Interpreter::execute(const Body& body, const ActivationPtr& in) {
  for (const auto& node : body) {
    Flow flow = TRY(execute(*node, in));
    if (flow != Flow::go_on) return flow;
  }
  return Flow::go_on;
}

Result<Interpreter::Flow> Interpreter::execute(const Statement& node, const ActivationPtr& in) {
  Level level(*this);
  TRY(level.status());
  TRY(spend());
  auto done = [this, &node](Status status) -> Result<Flow> {
    TRY(located(std::move(status), node.line));
    return Flow::go_on;
  };
  switch (node.kind) {
    case Statement::Kind::output:
      return done(output(node, *in));
    case Statement::Kind::branch:
      for (const auto& branch : node.branches) {
        if (branch.test == nullptr || truth(TRY(evaluate(*branch.test, *in)))) {
          return execute(branch.body, in);
        }
      }
      return Flow::go_on;
    case Statement::Kind::loop:
      return located(loop(node, in), node.line);
    case Statement::Kind::set:
      return done(assign(*node.target, TRY(evaluate(*node.value, *in)), *in, reach_of(node)));
    case Statement::Kind::set_block:
      return located(set_block(node, in), node.line);
    case Statement::Kind::filter_block:
      return located(filter_block(node, in), node.line);
    case Statement::Kind::with:
      return located(with(node, in), node.line);
    case Statement::Kind::macro: {
      TRY(spend(kKeptSteps));
      Value macro = make_macro(node, in);
      variable(node.place, *in) = macro;
      if (node.top_level) context_[node.name] = macro;
      return Flow::go_on;
    }
    case Statement::Kind::call_block:
      return done(call_block(node, in));
    case Statement::Kind::generation: {
      Arguments none;
      Value text = TRY(run_macro(node, in, none));
      return done(write(text.text()));
    }
    case Statement::Kind::block:
      return done(block(node));
    case Statement::Kind::break_loop:
      return Flow::leave_loop;
    case Statement::Kind::continue_loop:
      return Flow::next_round;
  }
  return Flow::go_on;
}

Status Interpreter::output(const Statement& node, Activation& in) {
  for (const auto& item : node.expressions) {
    if (item->is_data) {
      TRY(write(item->constant.text()));
      continue;
    }
    Value value = TRY(evaluate(*item, in));
    if (value.is(Kind::string)) {
      TRY(write(value.text()));
      continue;
    }
    std::string text;
    TRY(located(append_text(*this, text, value), item->line));
    TRY(write(text));
  }
  return {};
}

Result<Interpreter::Flow> Interpreter::captured(const Body& body, const ActivationPtr& in,
                                                std::string& text) {
  std::string* outer = std::exchange(text_, &text);
  Result<Flow> flow = execute(body, in);
  text_ = outer;
  return flow;
}

Result<Interpreter::Flow> Interpreter::set_block(const Statement& node, const ActivationPtr& in) {
  enter_scope(node.scope, *in);
  std::string text;
  Flow flow = TRY(captured(node.body, in, text));
  if (flow == Flow::go_on) {
    Value value = Value::string(std::move(text));
    if (node.filter != nullptr) value = TRY(filter(*node.filter, *in, &value));
    TRY(assign(*node.target, std::move(value), *in, reach_of(node)));
  }
  leave_scope(node.scope, *in);
  return flow;
}

Result<Interpreter::Flow> Interpreter::filter_block(const Statement& node,
                                                    const ActivationPtr& in) {
  enter_scope(node.scope, *in);
  std::string text;
  Flow flow = TRY(captured(node.body, in, text));
  if (flow == Flow::go_on) {
    Value body = Value::string(std::move(text));
    Value value = TRY(filter(*node.filter, *in, &body));
    std::string shown;
    TRY(append_text(*this, shown, value));
    TRY(write(shown));
  }
  leave_scope(node.scope, *in);
  return flow;
}

Result<Interpreter::Flow> Interpreter::with(const Statement& node, const ActivationPtr& in) {
  enter_scope(node.scope, *in);
  for (size_t i = 0; i < node.targets.size(); ++i) {
    TRY(assign(*node.targets[i], TRY(evaluate(*node.values[i], *in)), *in, Reach::scope));
  }
  Flow flow = TRY(execute(node.body, in));
  leave_scope(node.scope, *in);
  return flow;
}

Status Interpreter::block(const Statement& node) {
  auto activation = std::make_shared<Activation>();
  activation->slots.resize(node.function.slots);
  enter_scope(node.scope, *activation);
  TRY(execute(node.body, activation));
  return {};
}

Status Interpreter::assign(const Expression& target, Value value, Activation& in, Reach reach) {
  switch (target.kind) {
    case Node::name:
      if (reach == Reach::context) context_[target.name] = value;
      variable(target.place, in) = std::move(value);
      return {};
    case Node::attribute_of_space: {
      const Value& space = variable(target.place, in);
      if (!space.is(Kind::space)) {
        return fail(ErrorCode::bad_input, "cannot assign attribute on non-namespace object");
      }
      return set_attribute(space.space(), target.attribute, std::move(value));
    }
    default:
      break;
  }
  std::vector<Value> items = TRY(collect(*this, value));
  if (items.size() != target.items.size()) {
    return fail(ErrorCode::bad_input, "expected {} values to unpack, got {}", target.items.size(),
                items.size());
  }
  for (size_t i = 0; i < items.size(); ++i) {
    TRY(assign(*target.items[i], std::move(items[i]), in, reach));
  }
  return {};
}

}  // namespace swivel::jinja
