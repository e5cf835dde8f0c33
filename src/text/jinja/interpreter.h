// One render of one template: walks its tree, keeps variables, output and what may still be spent.
// Used by one thread, once.
#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "text/jinja/ast.h"
#include "text/jinja/iterate.h"
#include "text/jinja/template.h"
#include "text/jinja/value.h"

namespace swivel::jinja {

// The variables of one run of a function: the template itself, a macro, a recursive loop.
struct Activation {
  std::vector<Value> slots;
  std::shared_ptr<Activation> parent;
  bool remembered = false;  // something in its slots may refer to it
};
using ActivationPtr = std::shared_ptr<Activation>;

class Interpreter {
 public:
  Interpreter(const Tree& tree, const RenderOptions& options);
  ~Interpreter();
  Interpreter(const Interpreter&) = delete;
  Interpreter& operator=(const Interpreter&) = delete;

  // The text of the template. Errors carry "line L: ", but for those of raise_exception.
  Result<std::string> run(const std::vector<std::pair<std::string, Value>>& variables);

  Status spend(int64_t steps = 1);
  // Counts work on `bytes` of text as steps.
  Status spend_bytes(size_t bytes) { return spend(static_cast<int64_t>(bytes / 32)); }
  // Whether one value of so many bytes may be made, and counts the work.
  Status allow(size_t bytes);

  // One more level of recursion while it lives; check status() first.
  class Level {
   public:
    explicit Level(Interpreter& in) : in_(in) { ++in_.level_; }
    ~Level() { --in_.level_; }
    Level(const Level&) = delete;
    Status status() const;

   private:
    Interpreter& in_;
  };
  Level enter() { return Level(*this); }

  Result<Value> call(const Value& callee, Arguments& arguments);
  Result<Value> call_filter(std::string_view name, const Value& operand, Arguments arguments);
  Result<bool> call_test(std::string_view name, const Value& operand, Arguments arguments);

  const RenderOptions& options() const { return options_; }
  // The error of raise_exception: `text` and nothing else.
  std::unexpected<Error> raised(std::string text);
  // Lives until the render ends, so that a chain of objects that change is not freed recursively.
  void keep(std::shared_ptr<Object> object) { kept_.push_back(std::move(object)); }

 private:
  friend class LoopRun;
  enum class Flow { go_on, leave_loop, next_round };
  // Who sees what is set: the scope alone, or blocks too.
  enum class Reach { scope, context };
  static Reach reach_of(const Statement& node) {
    return node.top_level ? Reach::context : Reach::scope;
  }

  // expressions: evaluate.cc
  Result<Value> evaluate(const Expression& node, Activation& in);
  Result<Value> evaluate_here(const Expression& node, Activation& in);
  Result<Value> compare(const Expression& node, Activation& in);
  Result<Value> concat(const Expression& node, Activation& in);
  Result<Value> make_container(const Expression& node, Activation& in);
  Result<Value> item(const Expression& node, Activation& in);
  Result<Value> filter(const Expression& node, Activation& in, const Value* body);
  Result<Value> call_expression(const Expression& node, Activation& in, const Value* caller);
  Result<Arguments> arguments(const CallArguments* node, Activation& in);
  Value& variable(const Place& place, Activation& in);

  // statements: execute.cc
  Result<Flow> execute(const Body& body, const ActivationPtr& in);
  Result<Flow> execute(const Statement& node, const ActivationPtr& in);
  Result<Flow> captured(const Body& body, const ActivationPtr& in, std::string& text);
  Status output(const Statement& node, Activation& in);
  Result<Flow> set_block(const Statement& node, const ActivationPtr& in);
  Result<Flow> filter_block(const Statement& node, const ActivationPtr& in);
  Result<Flow> with(const Statement& node, const ActivationPtr& in);
  Status block(const Statement& node);
  Status assign(const Expression& target, Value value, Activation& in, Reach reach);
  Status write(std::string_view text);
  void remember(const ActivationPtr& activation);
  void enter_scope(const Scope& scope, Activation& in);
  void leave_scope(const Scope& scope, Activation& in);

  // macros and loops: macro.cc, loop.cc
  Value make_macro(const Statement& node, const ActivationPtr& in);
  Result<Value> run_macro(const Statement& node, const ActivationPtr& defined_in,
                          Arguments& arguments);
  Status call_block(const Statement& node, const ActivationPtr& in);
  Result<Flow> loop(const Statement& node, const ActivationPtr& in);
  Result<Value> recurse(const Statement& node, const ActivationPtr& in, const Value& items,
                        int depth);
  Result<Flow> loop_over(const Statement& node, const ActivationPtr& in, const Value& items,
                         int depth);
  Status unpack(const Expression& target, const Value& item, const std::vector<Parameter>& names,
                Activation& in);
  Result<Value> tested(const Statement& node, const ActivationPtr& in, const Value& items);

  template <class T>
  Result<T> located(Result<T> result, int line);

  const Tree& tree_;
  const RenderOptions& options_;
  int64_t steps_left_;
  int level_ = 0;
  int calls_ = 0;         // macros and recursive loops that are running
  bool located_ = false;  // the error on its way out has its line, or needs none
  std::string* text_ = nullptr;

  std::unordered_map<std::string, Value> context_;
  std::vector<std::weak_ptr<Activation>> activations_;  // to be cut loose at the end
  size_t prune_at_ = 1000;
  std::vector<std::shared_ptr<Object>> kept_;
};

// Evaluation recurses at most this deep; each level takes a few hundred bytes of stack.
constexpr int kMaxLevels = 2000;

// What it costs to make something that may live until the render ends.
constexpr int64_t kKeptSteps = 100;

template <class T>
Result<T> Interpreter::located(Result<T> result, int line) {
  if (result.has_value() || located_) return result;
  located_ = true;
  return fail(result.error().code, "line {}: {}", line, result.error().message);
}

}  // namespace swivel::jinja
