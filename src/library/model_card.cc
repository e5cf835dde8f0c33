#include "library/model_card.h"

#include "formats/json.h"
#include "formats/yaml.h"

namespace swivel::library {
namespace {

constexpr size_t kMaxEntries = 1000;

std::string text_of(const json::Value& card, std::string_view key) {
  const json::Value* value = card.find(key);
  if (value == nullptr) return {};
  if (value->is_string()) return value->as_string();
  // "license: [apache-2.0]" is common.
  if (value->is_array() && value->as_array().size() == 1 && value->as_array()[0].is_string())
    return value->as_array()[0].as_string();
  return {};
}

std::vector<std::string> texts_of(const json::Value& card, std::string_view key) {
  std::vector<std::string> result;
  const json::Value* value = card.find(key);
  if (value == nullptr) return result;
  if (value->is_string()) result.push_back(value->as_string());
  // YAML takes Norwegian's "no" for a boolean where it is not quoted.
  if (value->is_bool() && key == "language" && !value->as_bool()) result.push_back("no");
  if (!value->is_array()) return result;
  for (const json::Value& entry : value->as_array()) {
    if (result.size() == kMaxEntries) break;
    if (entry.is_string()) result.push_back(entry.as_string());
    if (entry.is_bool() && key == "language" && !entry.as_bool()) result.push_back("no");
  }
  return result;
}

}  // namespace

ModelCard read_model_card(std::string_view markdown) {
  const Result<json::Value> front = yaml::front_matter(markdown, "README.md");
  if (!front) return {};
  return {.license = text_of(*front, "license"),
          .license_name = text_of(*front, "license_name"),
          .license_link = text_of(*front, "license_link"),
          .base_models = texts_of(*front, "base_model"),
          .languages = texts_of(*front, "language"),
          .tags = texts_of(*front, "tags"),
          .pipeline_tag = text_of(*front, "pipeline_tag")};
}

}  // namespace swivel::library
