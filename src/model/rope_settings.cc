#include "model/rope_settings.h"

#include <algorithm>
#include <cmath>

#include <fmt/ranges.h>

#include "formats/gguf_words.h"
#include "formats/shown.h"
#include "ops/linear.h"

namespace swivel {
namespace {

constexpr std::string_view kSettings[] = {
    "rope_type",
    "type",
    "rope_theta",
    "factor",
    "mscale",
    "mscale_all_dim",
    "beta_fast",
    "beta_slow",
    "truncate",
    "short_factor",
    "long_factor",
    "low_freq_factor",
    "high_freq_factor",
    "attention_factor",
    "original_max_position_embeddings",
    "finetuned",
};

Result<std::optional<double>> number(const json::Value& group, std::string_view key) {
  const json::Value* value = group.find(key);
  if (!value || value->is_null()) return std::nullopt;
  if (!value->is_number() || !std::isfinite(value->as_number()))
    return fail(ErrorCode::bad_input, "{} of the rotary scaling must be a number", key);
  return value->as_number();
}

Result<std::vector<double>> numbers(const json::Value& group, std::string_view key) {
  std::vector<double> list;
  const json::Value* value = group.find(key);
  if (!value || value->is_null()) return list;
  if (!value->is_array())
    return fail(ErrorCode::bad_input, "{} of the rotary scaling must be a list", key);
  for (const json::Value& item : value->as_array()) {
    if (!item.is_number())
      return fail(ErrorCode::bad_input, "{} of the rotary scaling must hold numbers", key);
    list.push_back(item.as_number());
  }
  return list;
}

// "default" means none; "su" is what longrope was first called.
Result<RopeScaling> accepted_scaling(const FamilySpec& family, const std::string& word) {
  const std::string ours = word == "default" ? "none" : word == "su" ? "longrope" : word;
  const auto scaling = from_word<RopeScaling>(ours);
  if (scaling && std::ranges::find(family.rope.accepts, *scaling) != family.rope.accepts.end())
    return *scaling;
  std::vector<std::string_view> accepted;
  for (RopeScaling known : family.rope.accepts) accepted.push_back(to_word(known));
  return fail(ErrorCode::bad_input, "rope_type is {}; family {} accepts {}", formats::shown(word),
              formats::shown(family.name), fmt::join(accepted, ", "));
}

// The scaling that the group names; none without a group.
Result<RopeScaling> scaling_of(const FamilySpec& family, const json::Value& group) {
  const json::Value* type = group.find("rope_type");
  if (!type || type->is_null()) type = group.find("type");
  if (!type || type->is_null()) return accepted_scaling(family, "none");
  if (!type->is_string())
    return fail(ErrorCode::bad_input, "rope_type of the rotary scaling must be a text");
  return accepted_scaling(family, type->as_string());
}

Status read_group(const json::Value& group, RopeSettings& s) {
  s.factor = TRY(number(group, "factor"));
  s.attention_factor = TRY(number(group, "attention_factor"));
  s.mscale = TRY(number(group, "mscale"));
  s.mscale_all_dim = TRY(number(group, "mscale_all_dim"));
  if (auto beta = TRY(number(group, "beta_fast")); beta && *beta != 0) s.beta_fast = *beta;
  if (auto beta = TRY(number(group, "beta_slow")); beta && *beta != 0) s.beta_slow = *beta;
  s.low_freq_factor = TRY(number(group, "low_freq_factor"));
  s.high_freq_factor = TRY(number(group, "high_freq_factor"));
  s.short_factor = TRY(numbers(group, "short_factor"));
  s.long_factor = TRY(numbers(group, "long_factor"));
  if (const json::Value* truncate = group.find("truncate"); truncate && truncate->is_bool())
    s.truncate = truncate->as_bool();
  // GGUF stores what multiplies the factor that yarn implies by itself, and longrope's whole one.
  if (auto stored = TRY(number(group, "gguf_attention_factor"))) {
    const double implied = s.scaling == RopeScaling::yarn && s.factor.value_or(1) > 1
                               ? 0.1 * std::log(*s.factor) + 1
                               : 1;
    s.attention_factor = *stored * implied;
  }
  return {};
}

void mark_read(const FamilySpec& family, Facts& facts) {
  for (const FieldSource& source : family.config)
    if (source.field == "rope_scaling")
      for (const std::string& key : source.keys)
        for (std::string_view setting : kSettings) facts.find(fmt::format("{}.{}", key, setting));
}

// The divisors in a tensor; empty if there is no such tensor.
std::vector<double> stored_divisors(const Facts& facts, std::string_view name,
                                    std::vector<std::string>& used) {
  const StoredTensor* tensor = facts.find_tensor(name);
  if (!tensor || tensor->dtype == DType::i32) return {};
  used.emplace_back(name);
  const std::vector<float> values = ops::to_floats(*tensor);
  return {values.begin(), values.end()};
}

void read_stored(const FamilySpec& family, const Facts& facts, RopeSettings& s,
                 std::vector<std::string>& used) {
  const auto& stored = family.gguf.stored;
  if (!facts.is_gguf() || std::ranges::find(stored, "rope_factors") == stored.end()) return;
  if (s.scaling == RopeScaling::longrope) {
    s.short_factor = stored_divisors(facts, gguf_words::kRopeFactorsShort, used);
    s.long_factor = stored_divisors(facts, gguf_words::kRopeFactorsLong, used);
  } else if (s.scaling == RopeScaling::none) {
    s.short_factor = stored_divisors(facts, gguf_words::kRopeFactors, used);
    if (!s.short_factor.empty()) s.scaling = RopeScaling::factors;
  }
}

}  // namespace

Result<RopeSettings> read_rope(const FamilySpec& family, Facts& facts, const Fields& fields,
                               int head_dim, std::vector<std::string>& used) {
  RopeSettings s;
  s.pairing =
      facts.is_gguf() ? family.gguf.pairing.value_or(family.rope.pairing) : family.rope.pairing;
  s.theta = TRY(evaluate_number(family.rope.theta, fields));
  const double fraction = TRY(evaluate_number(family.rope.fraction, fields));
  if (!(fraction > 0 && fraction <= 1))
    return fail(ErrorCode::bad_input, "rope.fraction is {}; it must be above 0 and at most 1",
                fraction);
  s.rotary_dim = static_cast<int>(head_dim * fraction);
  s.max_positions = fields.at("max_positions").as_integer();
  s.original_positions =
      static_cast<int64_t>(TRY(evaluate_number(family.rope.original_positions, fields)));
  const json::Value group = TRY(evaluate(family.rope.scaling, fields));
  mark_read(family, facts);
  if (!group.is_null() && !group.is_object())
    return fail(ErrorCode::bad_input, "rope.scaling must be a group of settings or \"none\"");
  s.scaling = TRY(scaling_of(family, group));
  if (group.is_object()) TRY(read_group(group, s));
  read_stored(family, facts, s, used);
  return s;
}

}  // namespace swivel
