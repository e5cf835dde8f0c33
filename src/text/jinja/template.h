// A parsed Jinja template and its rendering, with the environment that transformers gives to chat
// templates: trim_blocks, lstrip_blocks, loop controls, an immutable sandbox, tojson that keeps the
// order of keys. Immutable; render may run in many threads at once.
#pragma once

#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "formats/json.h"
#include "text/jinja/ast.h"
#include "text/jinja/scope.h"
#include "text/jinja/value.h"

namespace swivel::jinja {

struct RenderOptions {
  int64_t max_steps = 20'000'000;
  int max_depth = 100;  // macros and recursive loops inside one another
  size_t max_output_bytes = 64 << 20;
  size_t max_value_bytes = 64 << 20;
  std::chrono::system_clock::time_point now;  // what strftime_now formats
  std::chrono::seconds utc_offset{0};
};

struct Tree {
  Body body;
  Scoped scoped;
};

class Template {
 public:
  // bad_input "NAME: line L: …".
  static Result<Template> parse(std::string source, std::string name);
  // Variables in the order given; a later one of a name wins.
  Result<std::string> render(const std::vector<std::pair<std::string, Value>>& variables,
                             const RenderOptions& options) const;

  const std::string& name() const { return name_; }
  const std::string& source() const { return source_; }
  const std::set<std::string>& variables() const { return tree_.scoped.undeclared; }

 private:
  std::string name_, source_;
  Tree tree_;
};

// bad_input where the JSON nests deeper than values may.
Result<Value> from_json(const json::Value& value);

}  // namespace swivel::jinja
