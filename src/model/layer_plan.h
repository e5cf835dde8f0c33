// Layer plans: which kind each layer is. A plan is a list of steps; the first that applies decides
// for all layers. A step is a TOML table of one of these forms:
//
//   { all = "full" }
//   { list = "$layer_types", kinds = { full_attention = "full", sliding_attention = "window" } }
//   { period = 4, last = "full", others = "window" }          layers 3, 7, 11 … are full
//   { threshold = "$max_window_layers", below = "full", from = "window" }
//   { pattern = "$pattern", kinds = { M = "mamba", E = "moe" } }  one letter a layer
//
// With `when = "$flag"` it applies only where the flag is true; list and pattern apply only where
// their field is not "none".
#pragma once

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "model/expression.h"

namespace swivel {

struct PlanStep {
  enum class Form { all, list, period, threshold, pattern };
  Form form = Form::all;
  std::optional<Expression> when;
  Expression value;           // of all forms but `all`
  std::string first, second;  // all: the kind, -; period: others, last; threshold: below, from
  std::vector<std::pair<std::string, std::string>> kinds;  // list, pattern: their word → the kind
};

Result<PlanStep> parse_step(const json::Value& table);

// The kinds a step names and the fields it reads.
std::vector<std::string> kinds_of(const PlanStep& step);
std::vector<std::string> fields_of(const PlanStep& step);

// The kind of every layer. bad_input if no step applies, or a list or pattern has the wrong length
// or a word without a kind.
Result<std::vector<std::string>> plan_layers(std::span<const PlanStep> plan, const Fields& fields,
                                             int64_t num_layers);

}  // namespace swivel
