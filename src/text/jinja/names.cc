#include "text/jinja/names.h"

namespace swivel::jinja {

using Node = Expression::Kind;
using Visit = std::function<void(const std::string&, NameUse)>;

void each_name(const Expression* node, NameUse names, const Visit& visit) {
  if (node == nullptr) return;
  if (node->kind == Node::name) return visit(node->name, names);
  if (node->kind == Node::attribute_of_space) return visit(node->name, NameUse::space);
  for (const auto& item : node->items) each_name(item.get(), names, visit);
  if (node->arguments == nullptr) return;
  for (const auto& item : node->arguments->positional) each_name(item.get(), names, visit);
  for (const auto& item : node->arguments->named) each_name(item.second.get(), names, visit);
  each_name(node->arguments->more_positional.get(), names, visit);
  each_name(node->arguments->more_named.get(), names, visit);
}

void note(Symbols& symbols, const Expression* node, NameUse names) {
  each_name(node, names, [&symbols](const std::string& name, NameUse use) {
    switch (use) {
      case NameUse::load:
      case NameUse::space:
        return symbols.load(name);
      case NameUse::store:
        return symbols.store(name);
      case NameUse::parameter:
        return symbols.parameter(name);
    }
  });
}

namespace {

// Branch `at` of an if and those after it, as jinja nests them.
void note_branches(Symbols& symbols, const Statement& node) {
  note(symbols, node.branches[0].test.get(), NameUse::load);
  Symbols then = symbols, others = symbols, otherwise = symbols;
  note(then, node.branches[0].body);
  for (size_t i = 1; i < node.branches.size(); ++i) {
    const auto& branch = node.branches[i];
    if (branch.test == nullptr) {
      note(otherwise, branch.body);
      continue;
    }
    note(others, branch.test.get(), NameUse::load);
    Symbols body = others, nothing = others;
    note(body, branch.body);
    others.merge({body, nothing, nothing});
  }
  symbols.merge({then, others, otherwise});
}

void note(Symbols& symbols, const Statement& node) {
  switch (node.kind) {
    case Statement::Kind::output:
      for (const auto& item : node.expressions) note(symbols, item.get(), NameUse::load);
      return;
    case Statement::Kind::branch:
      return note_branches(symbols, node);
    case Statement::Kind::loop:
      return note(symbols, node.iterable.get(), NameUse::load);
    case Statement::Kind::set:
      note(symbols, node.value.get(), NameUse::load);
      return note(symbols, node.target.get(), NameUse::store);
    case Statement::Kind::set_block:
      note(symbols, node.filter.get(), NameUse::load);
      return note(symbols, node.target.get(), NameUse::store);
    case Statement::Kind::macro:
      return symbols.store(node.name);
    case Statement::Kind::call_block:
      return note(symbols, node.value.get(), NameUse::load);
    case Statement::Kind::filter_block:
      return note(symbols, node.filter.get(), NameUse::load);
    case Statement::Kind::with:
      for (const auto& value : node.values) note(symbols, value.get(), NameUse::load);
      return;
    default:
      return;
  }
}

// Visits every name of a statement and of all that is in it, in jinja's order.
void deep(const Statement& node, const Visit& visit);

void deep(const Body& body, const Visit& visit) {
  for (const auto& child : body) deep(*child, visit);
}

void deep(const Statement& node, const Visit& visit) {
  auto load = [&visit](const ExpressionPtr& item) { each_name(item.get(), NameUse::load, visit); };
  if (node.kind == Statement::Kind::block) return;
  if (node.kind == Statement::Kind::call_block) load(node.value);
  for (const Parameter& parameter : node.parameters) visit(parameter.name, NameUse::parameter);
  for (const Parameter& parameter : node.parameters) load(parameter.standard);
  each_name(node.target.get(), NameUse::store, visit);
  for (const auto& item : node.targets) each_name(item.get(), NameUse::parameter, visit);
  for (const auto& item : node.values) load(item);
  for (const auto& item : node.expressions) load(item);
  load(node.iterable);
  if (node.kind == Statement::Kind::set) load(node.value);
  if (node.kind == Statement::Kind::set_block) load(node.filter);
  for (const auto& branch : node.branches) {
    load(branch.test);
    deep(branch.body, visit);
  }
  deep(node.body, visit);
  deep(node.otherwise, visit);
  load(node.test);
  if (node.kind == Statement::Kind::filter_block) load(node.filter);
}

}  // namespace

void note(Symbols& symbols, const Body& body) {
  for (const auto& node : body) note(symbols, *node);
}

std::set<std::string> undeclared(const Body& body, std::set<std::string> names) {
  std::set<std::string> found;
  deep(body, [&](const std::string& name, NameUse use) {
    if (use == NameUse::space) return;
    if (use == NameUse::load && names.contains(name)) {
      found.insert(name);
    } else {
      names.erase(name);
    }
  });
  return found;
}

bool stores_name(const Statement& node, std::string_view wanted) {
  bool found = false;
  deep(node, [&](const std::string& name, NameUse use) {
    found |= use == NameUse::store && name == wanted;
  });
  return found;
}

}  // namespace swivel::jinja
