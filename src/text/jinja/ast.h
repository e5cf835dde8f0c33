// The tree of a parsed template. Immutable once scope.h has placed its names; shared by threads.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "text/jinja/value.h"

namespace swivel::jinja {

struct Expression;
using ExpressionPtr = std::unique_ptr<Expression>;
struct Statement;
using StatementPtr = std::unique_ptr<Statement>;
using Body = std::vector<StatementPtr>;

// Where a variable lives at run time: `hops` activations outwards, then a slot.
struct Place {
  uint32_t hops = 0;
  uint32_t slot = 0;
};

struct CallArguments {
  std::vector<ExpressionPtr> positional;
  std::vector<std::pair<std::string, ExpressionPtr>> named;
  ExpressionPtr more_positional;  // *expression
  ExpressionPtr more_named;       // **expression
};

enum class Operation : uint8_t { add, subtract, multiply, divide, floor_divide, modulo, power };
enum class Comparison : uint8_t {
  equal,
  not_equal,
  less,
  less_equal,
  greater,
  greater_equal,
  in,
  not_in
};

struct Expression {
  enum class Kind : uint8_t {
    constant,            // constant
    name,                // name, place
    attribute_of_space,  // an assignment target name.attribute: name, attribute, place
    tuple,               // items
    list,                // items
    dict,                // items: key, value, key, value, …
    choice,              // items: then, test, otherwise (may be null)
    binary,              // items: left, right; operation
    logic_and,           // items: left, right
    logic_or,            // items: left, right
    logic_not,           // items: operand
    negative,            // items: operand
    positive,            // items: operand
    concat,              // items
    compare,             // items: first, then one for each of comparisons
    attribute,           // items: object; attribute
    item,                // items: object, index
    slice,   // only as the index of an item; items: start, stop, step (each may be null)
    call,    // items: callee; arguments
    filter,  // items: operand (null in filter and set blocks: the body); name; arguments
    test,    // items: operand; name; arguments
  };
  Kind kind = Kind::constant;
  Operation operation = Operation::add;
  int line = 0;
  int height = 1;        // of the tree below
  bool is_data = false;  // a constant: text outside all tags
  std::string name;
  std::string attribute;
  Value constant;
  Place place;
  std::vector<ExpressionPtr> items;
  std::vector<Comparison> comparisons;
  std::unique_ptr<CallArguments> arguments;
};

// What a scope does with one of its slots when it is entered.
struct Load {
  enum class From : uint8_t { nothing, context, slot };
  uint32_t slot = 0;
  From from = From::nothing;
  std::string name;  // from the context
  Place source;      // from a slot
};

struct Scope {
  std::vector<Load> loads;
  std::vector<uint32_t> slots;  // all that are its own, cleared when it is left
};

// A body that runs in an activation of its own: a macro, the body of a call block, a recursive
// loop, the `if` of a loop.
struct FunctionInfo {
  uint32_t slots = 0;
};

struct Parameter {
  std::string name;
  uint32_t slot = 0;
  ExpressionPtr standard;  // its default; may be null
};

struct Statement {
  enum class Kind : uint8_t {
    output,        // expressions
    branch,        // branches: if, elif …, else (test null)
    loop,          // target, iterable, test, body, otherwise, …
    set,           // target, value
    set_block,     // target, filter (may be null), body
    macro,         // name, parameters, body
    call_block,    // parameters, value (the call), body
    filter_block,  // filter, body
    with,          // targets, values, body
    block,         // name, body
    generation,    // body: what the assistant wrote
    break_loop,
    continue_loop,
  };
  struct Branch {
    ExpressionPtr test;
    Body body;
  };
  // Slots that a macro or a loop fills itself; -1 where its body does not use them.
  struct Specials {
    int64_t caller = -1, kwargs = -1, varargs = -1, loop = -1;
    bool explicit_caller = false;  // "caller" is among the parameters
  };

  Kind kind = Kind::output;
  int line = 0;
  int height = 1;
  bool recursive = false;
  bool top_level = false;  // a set or macro whose names the context gets too
  std::string name;
  ExpressionPtr target, iterable, test, value, filter;
  std::vector<ExpressionPtr> expressions, targets, values;
  std::vector<Branch> branches;
  std::vector<Parameter> parameters;
  Body body, otherwise;
  Place place;  // of a macro's name
  Specials specials;
  Scope scope;            // of the body
  Scope otherwise_scope;  // of a loop's else
  Scope test_scope;       // of a loop's if
  FunctionInfo function;  // of macro, call_block, generation, recursive loop, block
  FunctionInfo test_function;
};

}  // namespace swivel::jinja
