// The for loop and its `loop` variable.

#include "text/jinja/compare.h"
#include "text/jinja/interpreter.h"

namespace swivel::jinja {

// `loop`: knows what comes next only as far as it was asked.
class LoopRun final : public Extra, public std::enable_shared_from_this<LoopRun> {
 public:
  using Recurse = std::function<Result<Value>(Interpreter&, const Value&, int depth)>;

  LoopRun(Value items, Cursor cursor, int depth0, Recurse recurse)
      : items_(std::move(items)),
        cursor_(std::move(cursor)),
        depth0_(depth0),
        recurse_(std::move(recurse)) {}

  Result<bool> advance(Interpreter& in, Value& item) {
    if (!TRY(peek(in))) return false;
    before_ = std::move(current_);
    current_ = std::move(after_);
    after_known_ = false;
    ++index0_;
    item = current_;
    return true;
  }

  std::string_view type() const override { return "LoopContext"; }
  bool is_iterable() const override { return true; }
  bool is_callable() const override { return true; }

  void clear() override {
    items_ = before_ = current_ = after_ = last_ = Value();
    cursor_ = Cursor();
    recurse_ = nullptr;
  }

  Result<std::string> shown(Interpreter& in) override {
    return fmt::format("<LoopContext {}/{}>", index0_ + 1, TRY(length(in)));
  }

  Result<Value> call(Interpreter& in, Arguments& arguments) override {
    if (arguments.positional.size() != 1 || !arguments.named.empty()) {
      return fail(ErrorCode::bad_input, "loop() takes one argument");
    }
    if (recurse_ == nullptr) {
      return fail(ErrorCode::bad_input,
                  "The loop must have the 'recursive' marker to be called recursively.");
    }
    return recurse_(in, arguments.positional[0], depth0_ + 1);
  }

  std::optional<Value> attribute(Interpreter& in, std::string_view name, Status& status) override {
    Result<std::optional<Value>> value = find(in, name);
    if (value.has_value()) return std::move(*value);
    status = std::unexpected(value.error());
    return std::nullopt;
  }

 private:
  Result<std::optional<Value>> find(Interpreter& in, std::string_view name) {
    if (name == "index") return Value::integer(index0_ + 1);
    if (name == "index0") return Value::integer(index0_);
    if (name == "first") return Value::boolean(index0_ == 0);
    if (name == "last") return Value::boolean(!TRY(peek(in)));
    if (name == "length") return Value::integer(TRY(length(in)));
    if (name == "revindex") return Value::integer(TRY(length(in)) - index0_);
    if (name == "revindex0") return Value::integer(TRY(length(in)) - index0_ - 1);
    if (name == "depth") return Value::integer(depth0_ + 1);
    if (name == "depth0") return Value::integer(depth0_);
    if (name == "previtem") {
      return index0_ == 0 ? Value::undefined("there is no previous item") : before_;
    }
    if (name == "nextitem") {
      return TRY(peek(in)) ? after_ : Value::undefined("there is no next item");
    }
    if (name == "cycle") {
      return Value::function("cycle", [at = index0_](Interpreter&, Arguments& a) -> Result<Value> {
        if (a.positional.empty()) return fail(ErrorCode::bad_input, "no items for cycling given");
        return a.positional[at % static_cast<int64_t>(a.positional.size())];
      });
    }
    if (name == "changed") return TRY(changed());
    return std::nullopt;
  }

  Result<Value> changed() {
    auto self = shared_from_this();
    return Value::function("changed", [self](Interpreter& in, Arguments& a) -> Result<Value> {
      Value given = TRY(make_tuple(a.positional));
      if (self->last_.is(Kind::tuple) && TRY(equal(in, self->last_, given))) {
        return Value::boolean(false);
      }
      self->last_ = std::move(given);
      return Value::boolean(true);
    });
  }

  Result<bool> peek(Interpreter& in) {
    if (after_known_) return !after_.is(Kind::missing);
    Value item;
    bool more = TRY(cursor_.next(in, item));
    after_ = more ? std::move(item) : Value();
    after_known_ = true;
    return more;
  }

  Result<int64_t> length(Interpreter& in) {
    if (length_ >= 0) return length_;
    if (auto known = jinja::length(items_)) return length_ = *known;
    std::vector<Value> rest;
    Value item;
    while (TRY(cursor_.next(in, item))) rest.push_back(item);
    bool peeked = after_known_ && !after_.is(Kind::missing);
    length_ = static_cast<int64_t>(rest.size()) + index0_ + 1 + (peeked ? 1 : 0);
    cursor_ = TRY(Cursor::over(TRY(make_list(std::move(rest)))));
    return length_;
  }

  Value items_;
  Cursor cursor_;
  int depth0_;
  Recurse recurse_;
  int64_t index0_ = -1, length_ = -1;
  Value before_, current_, after_, last_;
  bool after_known_ = false;
};

// The items that pass the loop's `if`, tested when they are asked for.
Result<Value> Interpreter::tested(const Statement& node, const ActivationPtr& in,
                                  const Value& items) {
  auto activation = std::make_shared<Activation>();
  activation->parent = in;
  activation->slots.resize(node.test_function.slots);
  remember(in);
  auto cursor = std::make_shared<Cursor>(TRY(Cursor::over(items)));
  auto next = [&node, activation, cursor, first = true](Interpreter& self,
                                                        Value& item) mutable -> Result<bool> {
    if (std::exchange(first, false)) self.enter_scope(node.test_scope, *activation);
    while (TRY(cursor->next(self, item))) {
      TRY(self.unpack(*node.target, item, node.parameters, *activation));
      if (truth(TRY(self.evaluate(*node.test, *activation)))) return true;
    }
    return false;
  };
  return make_iterator("generator", items, std::move(next));
}

// Gives the names of a loop's target, in their order, the parts of an item.
Status Interpreter::unpack(const Expression& target, const Value& item,
                           const std::vector<Parameter>& names, Activation& in) {
  size_t at = 0;
  auto give = [&](const Expression& part, const Value& value, const auto& self) -> Status {
    if (part.kind == Expression::Kind::name) {
      in.slots[names[at++].slot] = value;
      return {};
    }
    std::vector<Value> items = TRY(collect(*this, value));
    if (items.size() != part.items.size()) {
      return fail(ErrorCode::bad_input, "expected {} values to unpack, got {}", part.items.size(),
                  items.size());
    }
    for (size_t i = 0; i < items.size(); ++i) TRY(self(*part.items[i], items[i], self));
    return {};
  };
  return give(target, item, give);
}

Result<Interpreter::Flow> Interpreter::loop(const Statement& node, const ActivationPtr& in) {
  Value items = TRY(evaluate(*node.iterable, *in));
  if (!node.recursive) return loop_over(node, in, items, 0);
  Value text = TRY(recurse(node, in, items, 0));
  TRY(write(text.text()));
  return Flow::go_on;
}

Result<Value> Interpreter::recurse(const Statement& node, const ActivationPtr& in,
                                   const Value& items, int depth) {
  Level level(*this);
  TRY(level.status());
  if (depth >= options_.max_depth) {
    return fail(ErrorCode::bad_input, "loops recurse more than {} deep", options_.max_depth);
  }
  auto activation = std::make_shared<Activation>();
  activation->parent = in;
  activation->slots.resize(node.function.slots);
  std::string text;
  std::string* outer = std::exchange(text_, &text);
  Result<Flow> flow = loop_over(node, activation, items, depth);
  text_ = outer;
  if (!flow.has_value()) return std::unexpected(flow.error());
  return Value::string(std::move(text));
}

Result<Interpreter::Flow> Interpreter::loop_over(const Statement& node, const ActivationPtr& in,
                                                 const Value& given, int depth) {
  Value items =
      node.test == nullptr ? given : TRY(tested(node, node.recursive ? in->parent : in, given));
  LoopRun::Recurse again;
  if (node.recursive) {
    // `in` runs this loop; its parent is where the loop stands.
    again = [&node, outer = in->parent](Interpreter& self, const Value& inner, int inner_depth) {
      return self.recurse(node, outer, inner, inner_depth);
    };
  }
  auto run = std::make_shared<LoopRun>(items, TRY(Cursor::over(items)), depth, std::move(again));
  TRY(deepen(*run, items));
  Value loop_value(Kind::other, run);
  bool completed = false;
  Value item;
  while (TRY(run->advance(*this, item))) {
    if (node.specials.loop >= 0) in->slots[node.specials.loop] = loop_value;
    TRY(assign(*node.target, std::move(item), *in, Reach::scope));
    enter_scope(node.scope, *in);
    Flow flow = TRY(execute(node.body, in));
    if (flow == Flow::leave_loop) break;
    // Python's else runs if no round came to its end.
    if (flow == Flow::next_round) continue;
    completed = true;
  }
  leave_scope(node.scope, *in);
  loop_value = Value();
  if (run.use_count() > 1) keep(run);
  if (completed || node.otherwise.empty()) return Flow::go_on;
  enter_scope(node.otherwise_scope, *in);
  Flow flow = TRY(execute(node.otherwise, in));
  leave_scope(node.otherwise_scope, *in);
  return flow;
}

}  // namespace swivel::jinja
