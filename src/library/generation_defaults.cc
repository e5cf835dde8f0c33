#include "library/generation_defaults.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace swivel::library {
namespace {

constexpr double kAny = std::numeric_limits<double>::max();

// A number between the bounds; absent and null are nothing.
Status read_number(const json::Value& config, std::string_view key, std::string_view name,
                   double least, double most, std::optional<double>& target) {
  const json::Value* value = config.find(key);
  if (value == nullptr || value->is_null()) return {};
  if (!value->is_number() || !(value->as_number() >= least && value->as_number() <= most))
    return fail(ErrorCode::bad_input, "{}: {} is {}; expected a number{}", name, key,
                json::write(*value).substr(0, 100),
                most == kAny ? fmt::format(", at least {}", least)
                             : fmt::format(" from {} to {}", least, most));
  target = value->as_number();
  return {};
}

Status read_count(const json::Value& config, std::string_view key, std::string_view name,
                  std::optional<int64_t>& target) {
  const json::Value* value = config.find(key);
  if (value == nullptr || value->is_null()) return {};
  // Some files write 50.0.
  const double number = value->is_number() ? value->as_number() : -1;
  if (!(number >= 0 && number <= 1e15) || std::floor(number) != number)
    return fail(ErrorCode::bad_input, "{}: {} is {}; expected a count", name, key,
                json::write(*value).substr(0, 100));
  target = static_cast<int64_t>(number);
  return {};
}

Result<int32_t> read_id(const json::Value& value, std::string_view name) {
  if (!value.is_integer() || value.as_integer() < 0 ||
      value.as_integer() > std::numeric_limits<int32_t>::max())
    return fail(ErrorCode::bad_input, "{}: eos_token_id is {}; expected token ids", name,
                json::write(value).substr(0, 100));
  return static_cast<int32_t>(value.as_integer());
}

Status read_end_ids(const json::Value& config, std::string_view name,
                    GenerationDefaults& defaults) {
  const json::Value* value = config.find("eos_token_id");
  if (value == nullptr || value->is_null()) return {};
  std::vector<int32_t> ids;
  if (value->is_array()) {
    for (const json::Value& id : value->as_array()) ids.push_back(TRY(read_id(id, name)));
  } else {
    ids.push_back(TRY(read_id(*value, name)));
  }
  add_end_ids(defaults, ids);
  return {};
}

}  // namespace

Result<GenerationDefaults> read_generation_config(const json::Value& config,
                                                  std::string_view name) {
  if (!config.is_object())
    return fail(ErrorCode::bad_input, "{}: expected an object, found {}", name, kind_name(config));
  GenerationDefaults defaults;
  const json::Value* sample = config.find("do_sample");
  if (sample != nullptr && !sample->is_null()) {
    if (!sample->is_bool())
      return fail(ErrorCode::bad_input, "{}: do_sample is {}; expected true or false", name,
                  json::write(*sample).substr(0, 100));
    defaults.do_sample = sample->as_bool();
  }
  constexpr double kAboveZero = std::numeric_limits<double>::min();
  TRY(read_number(config, "temperature", name, 0, kAny, defaults.temperature));
  TRY(read_count(config, "top_k", name, defaults.top_k));
  TRY(read_number(config, "top_p", name, 0, 1, defaults.top_p));
  TRY(read_number(config, "min_p", name, 0, 1, defaults.min_p));
  TRY(read_number(config, "repetition_penalty", name, kAboveZero, kAny,
                  defaults.repetition_penalty));
  TRY(read_number(config, "presence_penalty", name, -kAny, kAny, defaults.presence_penalty));
  TRY(read_number(config, "frequency_penalty", name, -kAny, kAny, defaults.frequency_penalty));
  TRY(read_count(config, "max_new_tokens", name, defaults.max_new_tokens));
  TRY(read_end_ids(config, name, defaults));
  // transformers takes 0 for "the most probable token only"; a sampler that sums cannot.
  if (defaults.top_p == 0) {
    defaults.top_p.reset();
    defaults.top_k = 1;
  }
  return defaults;
}

void add_end_ids(GenerationDefaults& defaults, const std::vector<int32_t>& ids) {
  std::vector<int32_t>& all = defaults.end_ids;
  all.insert(all.end(), ids.begin(), ids.end());
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
}

}  // namespace swivel::library
