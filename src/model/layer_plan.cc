#include "model/layer_plan.h"

#include "formats/shown.h"

namespace swivel {
namespace {

using Form = PlanStep::Form;

struct FormKeys {
  std::string_view key;
  Form form;
  std::string_view first, second;  // the keys of the kinds; empty: the table `kinds`
};
constexpr FormKeys kForms[] = {
    {"all", Form::all, "all", ""},
    {"list", Form::list, "", ""},
    {"period", Form::period, "others", "last"},
    {"threshold", Form::threshold, "below", "from"},
    {"pattern", Form::pattern, "", ""},
};

Result<std::string> text_at(const json::Value& table, std::string_view key) {
  const json::Value* value = table.find(key);
  if (!value || !value->is_string())
    return fail(ErrorCode::bad_input, "a step of a plan needs {} = \"KIND\"", key);
  return value->as_string();
}

Status read_kinds(const json::Value& table, PlanStep& step) {
  const json::Value* kinds = table.find("kinds");
  if (!kinds || !kinds->is_object())
    return fail(ErrorCode::bad_input, "a step of a plan needs kinds = {{ WORD = \"KIND\", ... }}");
  for (const auto& [word, kind] : kinds->as_object()) {
    if (!kind.is_string())
      return fail(ErrorCode::bad_input, "kinds.{} must name a kind in quotes",
                  formats::shown(word));
    step.kinds.emplace_back(word, kind.as_string());
  }
  return {};
}

Result<std::string> kind_for(const PlanStep& step, std::string_view word, std::string_view field) {
  for (const auto& [known, kind] : step.kinds)
    if (known == word) return kind;
  return fail(ErrorCode::bad_input, "{} says {} for a layer, which the family does not know", field,
              formats::shown(word));
}

Status wrong_length(const PlanStep& step, size_t found, int64_t wanted) {
  return fail(ErrorCode::bad_input, "{} speaks of {} layers; the model has {}",
              to_string(step.value), found, wanted);
}

// Empty if the step does not apply.
Result<std::vector<std::string>> apply(const PlanStep& step, const Fields& fields,
                                       int64_t num_layers) {
  std::vector<std::string> layers;
  if (step.when && !TRY(evaluate_flag(*step.when, fields))) return layers;
  const json::Value value = TRY(evaluate(step.value, fields));
  if (step.form == Form::list || step.form == Form::pattern) {
    if (value.is_null()) return layers;
    const std::string field = to_string(step.value);
    if (step.form == Form::list ? !value.is_array() : !value.is_string())
      return fail(ErrorCode::bad_input, "{} must be a {}", field,
                  step.form == Form::list ? "list" : "text");
    const size_t size = value.is_array() ? value.as_array().size() : value.as_string().size();
    if (static_cast<int64_t>(size) != num_layers) TRY(wrong_length(step, size, num_layers));
    for (size_t i = 0; i < size; ++i) {
      std::string word;
      if (value.is_string())
        word = value.as_string().substr(i, 1);
      else if (const json::Value& item = value.as_array()[i]; item.is_string())
        word = item.as_string();
      else
        word = json::write(item);
      layers.push_back(TRY(kind_for(step, word, field)));
    }
    return layers;
  }
  int64_t number = 1;
  if (step.form != Form::all) {
    if (!value.is_integer() || value.as_integer() < 1)
      return fail(ErrorCode::bad_input, "{} must be a whole number above 0 in a plan",
                  to_string(step.value));
    number = value.as_integer();
  }
  for (int64_t i = 0; i < num_layers; ++i) {
    const bool second = step.form == Form::period      ? (i + 1) % number == 0
                        : step.form == Form::threshold ? i >= number
                                                       : false;
    layers.push_back(second ? step.second : step.first);
  }
  return layers;
}

}  // namespace

Result<PlanStep> parse_step(const json::Value& table) {
  if (!table.is_object()) return fail(ErrorCode::bad_input, "a step of a plan is a table");
  PlanStep step;
  const FormKeys* form = nullptr;
  for (const FormKeys& keys : kForms) {
    if (!table.find(keys.key)) continue;
    if (form)
      return fail(ErrorCode::bad_input, "a step of a plan has one form, not {} and {}", form->key,
                  keys.key);
    form = &keys;
  }
  if (!form)
    return fail(ErrorCode::bad_input,
                "a step of a plan has one of the keys all, list, period, threshold, pattern");
  step.form = form->form;
  for (const auto& [key, value] : table.as_object())
    if (key != form->key && key != "when" &&
        !(form->first.empty() ? key == "kinds" : key == form->first || key == form->second))
      return fail(ErrorCode::bad_input, "a step \"{}\" of a plan has no key {}", form->key,
                  formats::shown(key));
  if (const json::Value* when = table.find("when")) step.when = TRY(parse_expression(*when));
  if (step.form != Form::all) step.value = TRY(parse_expression(*table.find(form->key)));
  if (form->first.empty()) {
    TRY(read_kinds(table, step));
  } else {
    step.first = TRY(text_at(table, form->first));
    if (!form->second.empty()) step.second = TRY(text_at(table, form->second));
  }
  return step;
}

std::vector<std::string> kinds_of(const PlanStep& step) {
  std::vector<std::string> kinds;
  if (!step.first.empty()) kinds.push_back(step.first);
  if (!step.second.empty()) kinds.push_back(step.second);
  for (const auto& [word, kind] : step.kinds) kinds.push_back(kind);
  return kinds;
}

std::vector<std::string> fields_of(const PlanStep& step) {
  std::vector<std::string> names = fields_of(step.value);
  if (step.when)
    for (std::string& name : fields_of(*step.when)) names.push_back(std::move(name));
  return names;
}

Result<std::vector<std::string>> plan_layers(std::span<const PlanStep> plan, const Fields& fields,
                                             int64_t num_layers) {
  for (const PlanStep& step : plan) {
    std::vector<std::string> layers = TRY(apply(step, fields, num_layers));
    if (!layers.empty()) return layers;
  }
  return fail(ErrorCode::bad_input, "no step of the layer plan applies");
}

}  // namespace swivel
