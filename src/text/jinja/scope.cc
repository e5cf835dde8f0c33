#include "text/jinja/scope.h"

#include "text/jinja/filters.h"
#include "text/jinja/globals.h"
#include "text/jinja/names.h"
#include "text/jinja/tests.h"
#include "text/jinja/token_stream.h"

namespace swivel::jinja {

namespace {

using Node = Expression::Kind;

// What runs in one activation: names from `base_level` inwards are its own.
struct Closure {
  const Closure* parent;
  int base_level;
  FunctionInfo* info;
  mutable std::map<std::pair<int, std::string>, uint32_t> slots;
};

struct Frame {
  Symbols symbols;
  Closure* function;
  bool top_level = false;
  bool soft = false;     // directly in an if: unknown filters are found when they run
  bool in_loop = false;  // break and continue have a loop in this function
};

class Placer {
 public:
  Status body(Frame& frame, Body& statements) {
    for (auto& node : statements) TRY(statement(frame, *node));
    return {};
  }

  Scope enter(const Frame& frame) {
    Scope scope;
    for (const auto& [name, load] : frame.symbols.loads()) {
      uint32_t slot = place(frame, frame.symbols.level(), name).slot;
      scope.slots.push_back(slot);
      switch (load.from) {
        case Symbols::Load::From::parameter:
          break;
        case Symbols::Load::From::nothing:
          scope.loads.push_back({slot, Load::From::nothing, name, {}});
          break;
        case Symbols::Load::From::context:
          scope.loads.push_back({slot, Load::From::context, name, {}});
          if (!is_global(name)) undeclared_names.insert(name);
          break;
        case Symbols::Load::From::outer:
          scope.loads.push_back(
              {slot, Load::From::slot, name, place(frame, load.outer_level, name)});
          break;
      }
    }
    return scope;
  }

  std::set<std::string> undeclared_names;

 private:
  static Place place(const Frame& frame, int level, const std::string& name) {
    Place result;
    const Closure* function = frame.function;
    while (level < function->base_level && function->parent != nullptr) {
      function = function->parent;
      ++result.hops;
    }
    auto [found, added] =
        function->slots.try_emplace({level, name}, static_cast<uint32_t>(function->slots.size()));
    if (added) function->info->slots = static_cast<uint32_t>(function->slots.size());
    result.slot = found->second;
    return result;
  }

  static Place place(const Frame& frame, const std::string& name) {
    return place(frame, std::max(frame.symbols.find(name), 0), name);
  }

  Frame inner(Frame& frame) {
    return Frame{Symbols(&frame.symbols), frame.function, false, false, frame.in_loop};
  }

  Status expression(const Frame& frame, Expression* node, bool soft) {
    if (node == nullptr) return {};
    if (node->kind == Node::name || node->kind == Node::attribute_of_space) {
      node->place = place(frame, node->name);
      return {};
    }
    bool known = node->kind == Node::filter ? find_filter(node->name) != nullptr
                 : node->kind == Node::test ? find_test(node->name) != nullptr
                                            : true;
    if (!known && !soft) {
      return TokenStream::error_at(node->line, "No {} named '{}'",
                                   node->kind == Node::filter ? "filter" : "test", node->name);
    }
    soft |= node->kind == Node::choice;
    for (auto& item : node->items) TRY(expression(frame, item.get(), soft));
    if (node->arguments == nullptr) return {};
    for (auto& item : node->arguments->positional) TRY(expression(frame, item.get(), soft));
    for (auto& item : node->arguments->named) TRY(expression(frame, item.second.get(), soft));
    TRY(expression(frame, node->arguments->more_positional.get(), soft));
    return expression(frame, node->arguments->more_named.get(), soft);
  }
  Status expression(const Frame& frame, const ExpressionPtr& node) {
    return expression(frame, node.get(), frame.soft);
  }

  Status branch(Frame& frame, Statement& node) {
    bool soft = std::exchange(frame.soft, true);
    for (auto& one : node.branches) {
      TRY(expression(frame, one.test));
      TRY(body(frame, one.body));
    }
    frame.soft = soft;
    return {};
  }

  Status loop(Frame& frame, Statement& node) {
    if (stores_name(node, "loop")) {
      return TokenStream::error_at(node.line, "Can't assign to special loop variable");
    }
    TRY(expression(frame, node.iterable));
    Frame in = inner(frame), otherwise = inner(frame), test = inner(frame);
    Closure recursion{frame.function, in.symbols.level(), &node.function, {}};
    Closure test_function{frame.function, in.symbols.level(), &node.test_function, {}};
    if (node.recursive) in.function = otherwise.function = &recursion;
    bool has_loop = node.recursive || !undeclared(node.body, {"loop"}).empty();
    if (has_loop) in.symbols.parameter("loop");
    note(in.symbols, node.target.get(), NameUse::parameter);
    note(in.symbols, node.body);
    note(otherwise.symbols, node.otherwise);
    if (node.test != nullptr) {
      test.function = &test_function;
      note(test.symbols, node.target.get(), NameUse::parameter);
      note(test.symbols, node.test.get(), NameUse::load);
      node.test_scope = enter(test);
      TRY(expression(test, node.test));
      place_target(test, node);
    }
    in.in_loop = true;
    otherwise.in_loop = frame.in_loop && !node.recursive;
    node.scope = enter(in);
    TRY(expression(in, node.target));
    if (has_loop) node.specials.loop = place(in, "loop").slot;
    TRY(body(in, node.body));
    node.otherwise_scope = enter(otherwise);
    return body(otherwise, node.otherwise);
  }

  // Where the test of a loop has the loop's variables: slots in the order of the target's names.
  void place_target(const Frame& test, Statement& node) {
    each_name(node.target.get(), NameUse::parameter, [&](const std::string& name, NameUse) {
      node.parameters.push_back({name, place(test, name).slot, nullptr});
    });
  }

  // The body of a macro or call block in an activation of its own.
  Status callable(Frame& frame, Statement& node) {
    Frame in = inner(frame);
    Closure function{frame.function, in.symbols.level(), &node.function, {}};
    in.function = &function;
    in.in_loop = false;
    auto analyze = [&] {
      for (const Parameter& parameter : node.parameters) in.symbols.parameter(parameter.name);
      for (const Parameter& one : node.parameters) {
        note(in.symbols, one.standard.get(), NameUse::load);
      }
      note(in.symbols, node.body);
    };
    analyze();
    std::set<std::string> wanted = undeclared(node.body, {"caller", "kwargs", "varargs"});
    std::set<std::string> given;
    for (const Parameter& parameter : node.parameters) {
      given.insert(parameter.name);
      if (parameter.name != "caller") continue;
      node.specials.explicit_caller = true;
      if (wanted.contains("caller") && parameter.standard == nullptr) {
        return TokenStream::error_at(
            node.line, "the special \"caller\" argument must be omitted or be given a default");
      }
    }
    for (auto [name, slot] :
         {std::pair{"caller", &node.specials.caller}, std::pair{"kwargs", &node.specials.kwargs},
          std::pair{"varargs", &node.specials.varargs}}) {
      if (!wanted.contains(name) || given.contains(name)) continue;
      in.symbols.parameter(name);
      *slot = 0;
    }
    analyze();
    node.scope = enter(in);
    for (auto [name, slot] :
         {std::pair{"caller", &node.specials.caller}, std::pair{"kwargs", &node.specials.kwargs},
          std::pair{"varargs", &node.specials.varargs}}) {
      if (*slot >= 0) *slot = place(in, name).slot;
    }
    for (Parameter& parameter : node.parameters) {
      parameter.slot = place(in, parameter.name).slot;
      TRY(expression(in, parameter.standard));
    }
    return body(in, node.body);
  }

  Status with(Frame& frame, Statement& node) {
    Frame in = inner(frame);
    for (const auto& target : node.targets) note(in.symbols, target.get(), NameUse::parameter);
    note(in.symbols, node.body);
    node.scope = enter(in);
    for (auto& target : node.targets) TRY(expression(in, target));
    for (auto& value : node.values) TRY(expression(frame, value));
    return body(in, node.body);
  }

  Status block(Statement& node) {
    Closure function{nullptr, 0, &node.function, {}};
    Frame in{Symbols(nullptr), &function};
    note(in.symbols, node.body);
    node.scope = enter(in);
    return body(in, node.body);
  }

  Status statement(Frame& frame, Statement& node) {
    node.top_level = frame.top_level;
    switch (node.kind) {
      case Statement::Kind::output:
        for (auto& item : node.expressions) TRY(expression(frame, item));
        return {};
      case Statement::Kind::branch:
        return branch(frame, node);
      case Statement::Kind::loop:
        return loop(frame, node);
      case Statement::Kind::set:
        TRY(expression(frame, node.value));
        return expression(frame, node.target);
      case Statement::Kind::set_block:
      case Statement::Kind::filter_block: {
        Frame in = inner(frame);
        note(in.symbols, node.body);
        note(in.symbols, node.filter.get(), NameUse::load);
        node.scope = enter(in);
        TRY(body(in, node.body));
        TRY(expression(in, node.filter));
        return expression(frame, node.target);
      }
      case Statement::Kind::macro:
        TRY(callable(frame, node));
        node.place = place(frame, node.name);
        return {};
      case Statement::Kind::call_block:
        TRY(callable(frame, node));
        return expression(frame, node.value);
      case Statement::Kind::generation:
        return callable(frame, node);
      case Statement::Kind::with:
        return with(frame, node);
      case Statement::Kind::block:
        return block(node);
      case Statement::Kind::break_loop:
      case Statement::Kind::continue_loop:
        if (frame.in_loop) return {};
        return TokenStream::error_at(node.line, "break or continue outside a loop");
    }
    return {};
  }
};

}  // namespace

Result<Scoped> place_names(Body& body) {
  Scoped scoped;
  Closure function{nullptr, 0, &scoped.function, {}};
  Frame frame{Symbols(nullptr), &function};
  frame.top_level = true;
  note(frame.symbols, body);
  Placer placer;
  scoped.root = placer.enter(frame);
  TRY(placer.body(frame, body));
  scoped.undeclared = std::move(placer.undeclared_names);
  return scoped;
}

}  // namespace swivel::jinja
