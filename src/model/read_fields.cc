#include "model/read_fields.h"

#include <algorithm>

#include "formats/gguf_words.h"
#include "formats/shown.h"
#include "model/fields.h"

namespace swivel {
namespace {

bool equal(const json::Value& a, const json::Value& b) {
  if (a.is_number() && b.is_number()) return a.as_number() == b.as_number();
  return a == b;
}

bool is_one_of(const json::Value& value, const json::Value& wanted) {
  if (!wanted.is_array() || value.is_array()) return equal(value, wanted);
  return std::ranges::any_of(wanted.as_array(),
                             [&](const json::Value& item) { return equal(value, item); });
}

// A value of a checkpoint, as a message may quote it.
std::string value_text(const json::Value& value) {
  const std::string text = json::write(value);
  return text.size() <= 60 ? text : std::string(json::kind_name(value));
}

Status check_expected(const FamilySpec& family, Facts& facts) {
  for (const auto& [key, wanted] : family.expect) {
    const json::Value* found = facts.find(key);
    if (found && !is_one_of(*found, wanted))
      return fail(ErrorCode::bad_input, "{}: {} is {}; family {} expects {}", facts.name(),
                  formats::shown(key), value_text(*found), formats::shown(family.name),
                  value_text(wanted));
  }
  return {};
}

// Rope scaling as config.json would state it, put together from GGUF's keys; null if there is none.
Result<json::Value> gguf_rope_scaling(Facts& facts) {
  json::Object settings;
  const json::Value* type = facts.find_gguf(gguf_words::kRopeScalingType);
  facts.find_gguf(gguf_words::kRopeFinetuned);
  for (const auto& [key, setting] : gguf_words::kRopeScaling)
    if (const json::Value* value = facts.find_gguf(key))
      settings.emplace_back(std::string(setting), *value);
  if (const json::Value* value = facts.find_gguf(gguf_words::kRopeAttentionFactor))
    settings.emplace_back("gguf_attention_factor", *value);
  if (!type) return json::Value();
  settings.emplace_back("rope_type", *type);
  return json::Value(std::move(settings));
}

bool is_stored(const FamilySpec& family, const Facts& facts, std::string_view flag) {
  const auto container = ModelSource::Container::gguf;
  if (flag == "tied_embeddings")
    return !facts.find_tensor(tensor_name(family, container, Role::lm_head, 0, "weight"));
  const Role role = flag == "mlp_bias" ? Role::gate_proj : Role::q_proj;
  return facts.find_tensor(tensor_name(family, container, role, 0, "bias")) != nullptr;
}

// Empty if GGUF has nothing to say about the field.
Result<std::optional<json::Value>> gguf_field(const FamilySpec& family, Facts& facts,
                                              const std::string& field) {
  if (std::ranges::find(family.gguf.stored, field) != family.gguf.stored.end())
    return json::Value(is_stored(family, facts, field));
  if (field == "rope_scaling") {
    json::Value settings = TRY(gguf_rope_scaling(facts));
    if (settings.is_null()) return std::nullopt;
    return settings;
  }
  for (const auto& entry : gguf_words::kFields)
    if (entry.field == field)
      for (std::string_view key : entry.keys)
        if (!key.empty())
          if (const json::Value* value = facts.find_gguf(key)) return *value;
  return std::nullopt;
}

Result<std::optional<json::Value>> huggingface_field(const FamilySpec& family, Facts& facts,
                                                     const FieldSource& source,
                                                     const Fields& fields) {
  std::optional<json::Value> value;
  std::string null_key;
  for (const std::string& key : source.keys) {
    const json::Value* found = facts.find(key);
    if (found && !found->is_null() && !value) value = *found;
    if (found && found->is_null() && null_key.empty()) null_key = key;
  }
  if (value || null_key.empty()) return value;
  if (!source.null)
    return fail(ErrorCode::bad_input, "{}: {} is null; family {} gives null no meaning",
                facts.name(), formats::shown(null_key), formats::shown(family.name));
  return TRY(evaluate(*source.null, fields));
}

std::string wanted_key(const FieldSource& source, const Facts& facts) {
  if (!facts.is_gguf()) return formats::shown(source.keys.front());
  for (const auto& entry : gguf_words::kFields)
    if (entry.field == source.field) return formats::shown(facts.gguf_key(entry.keys[0]));
  return source.field;
}

}  // namespace

Result<Fields> read_fields(const FamilySpec& family, Facts& facts) {
  TRY(check_expected(family, facts));
  Fields fields;
  for (const FieldSource& source : family.config) {
    std::optional<json::Value> value = facts.is_gguf()
                                           ? TRY(gguf_field(family, facts, source.field))
                                           : TRY(huggingface_field(family, facts, source, fields));
    if (!value) {
      if (!source.otherwise)
        return fail(ErrorCode::bad_input, "{}: {} is missing; family {} needs it as {}",
                    facts.name(), wanted_key(source, facts), formats::shown(family.name),
                    source.field);
      auto otherwise = evaluate(*source.otherwise, fields);
      if (!otherwise) return in(facts.name(), std::move(otherwise).error());
      value = *otherwise;
    }
    const FieldInfo& field = *field_named(source.field);
    if (Status status = check_field(field, *value); !status)
      return in(fmt::format("{}: {}", facts.name(), wanted_key(source, facts)), status.error());
    if (field.required && value->is_null())
      return fail(ErrorCode::bad_input, "{}: {} must not be \"none\"", facts.name(), source.field);
    fields[source.field] = std::move(*value);
  }
  return fields;
}

std::string tensor_name(const FamilySpec& family, ModelSource::Container container, Role role,
                        int64_t layer, std::string_view suffix) {
  const RoleInfo& role_info = info(role);
  const bool gguf = container == ModelSource::Container::gguf;
  std::string module(role_info.gguf_name);
  for (const auto& [named, name] : gguf ? family.gguf.names : family.names)
    if (named == role) module = name;
  std::string prefix;
  if (role_info.scope == RoleScope::layer) {
    prefix = gguf ? std::string(gguf_words::kLayerPrefix) : family.layer_prefix;
    prefix.replace(prefix.find("{i}"), 3, std::to_string(layer));
    prefix += '.';
  }
  return fmt::format("{}{}.{}", prefix, module, suffix);
}

}  // namespace swivel
