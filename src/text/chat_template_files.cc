#include "text/chat_template_files.h"

#include <algorithm>
#include <vector>

#include "base/mapped_file.h"
#include "formats/gguf.h"

namespace swivel {

namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxTemplateBytes = 16 << 20;
constexpr std::string_view kGgufTemplate = "tokenizer.chat_template";

Result<json::Value> json_if_there(const fs::path& path) {
  std::error_code ignored;
  if (!fs::is_regular_file(path, ignored)) return json::Value();
  return json::parse_file(path.string());
}

Status add_file(ChatTemplates& templates, std::string name, const fs::path& path) {
  templates.add(std::move(name), TRY(read_file(path, kMaxTemplateBytes)), path.string());
  return {};
}

// chat_template.jinja and additional_chat_templates/*.jinja.
Status add_template_files(ChatTemplates& templates, const fs::path& folder) {
  std::error_code ignored;
  if (fs::is_regular_file(folder / "chat_template.jinja", ignored)) {
    TRY(add_file(templates, "default", folder / "chat_template.jinja"));
  }
  std::vector<fs::path> more;
  for (const auto& entry : fs::directory_iterator(folder / "additional_chat_templates", ignored)) {
    if (entry.path().extension() == ".jinja") more.push_back(entry.path());
  }
  std::sort(more.begin(), more.end());
  for (const fs::path& path : more) TRY(add_file(templates, path.stem().string(), path));
  return {};
}

// The value of "chat_template": a string, or a list of {name, template}.
Status add_value(ChatTemplates& templates, const json::Value* value, const std::string& place) {
  if (value == nullptr || value->is_null()) return {};
  if (value->is_string()) {
    templates.add("default", value->as_string(), place);
    return {};
  }
  auto malformed = [&place] {
    return fail(ErrorCode::bad_input,
                "{}: chat_template is neither a string nor a list of name and template", place);
  };
  if (!value->is_array()) return malformed();
  for (const json::Value& item : value->as_array()) {
    const json::Value* name = item.find("name");
    const json::Value* source = item.find("template");
    if (name == nullptr || source == nullptr || !name->is_string() || !source->is_string()) {
      return malformed();
    }
    templates.add(name->as_string(), source->as_string(), place + " " + name->as_string());
  }
  return {};
}

// Adds "x_token": "…" or "x_token": {"content": "…"} that are not there yet.
void add_special_tokens(json::Object& tokens, const json::Value& config) {
  if (!config.is_object()) return;
  for (const auto& [name, value] : config.as_object()) {
    if (!name.ends_with("_token")) continue;
    const json::Value* text = value.is_object() ? value.find("content") : &value;
    if (text == nullptr || !text->is_string()) continue;
    bool there = std::any_of(tokens.begin(), tokens.end(),
                             [&name](const auto& token) { return token.first == name; });
    if (!there) tokens.emplace_back(name, *text);
  }
}

}  // namespace

Result<ChatTemplateFiles> chat_template_files(const fs::path& folder) {
  std::error_code ignored;
  if (!fs::is_directory(folder, ignored)) {
    return fail(ErrorCode::not_found, "{} is not a folder", folder.string());
  }
  ChatTemplateFiles files;
  fs::path config_path = folder / "tokenizer_config.json";
  json::Value config = TRY(json_if_there(config_path));
  TRY(add_template_files(files.templates, folder));
  if (files.templates.empty()) {
    TRY(add_value(files.templates, config.find("chat_template"), config_path.string()));
  }
  if (files.templates.empty()) {
    fs::path path = folder / "chat_template.json";
    json::Value own = TRY(json_if_there(path));
    TRY(add_value(files.templates, own.find("chat_template"), path.string()));
  }
  add_special_tokens(files.special_tokens, config);
  add_special_tokens(files.special_tokens, TRY(json_if_there(folder / "special_tokens_map.json")));
  return files;
}

Result<ChatTemplateFiles> chat_template_file(const fs::path& jinja) {
  ChatTemplateFiles files;
  TRY(add_file(files.templates, "default", jinja));
  return files;
}

Result<ChatTemplateFiles> chat_template_files(const gguf::File& file) {
  ChatTemplateFiles files;
  for (const gguf::MetadataEntry& entry : file.metadata()) {
    if (!entry.key.starts_with(kGgufTemplate)) continue;
    std::optional<std::string_view> source = entry.value.string();
    if (!source) continue;  // tokenizer.chat_templates, the list of their names
    std::string_view rest = entry.key.substr(kGgufTemplate.size());
    if (!rest.empty() && rest[0] != '.') continue;
    std::string name = rest.size() > 1 ? std::string(rest.substr(1)) : "default";
    files.templates.add(std::move(name), std::string(*source),
                        file.name() + " " + std::string(entry.key));
  }
  const gguf::Value* list = file.find("tokenizer.ggml.tokens");
  if (list == nullptr || list->array() == nullptr || !list->array()->is_strings()) return files;
  std::span<const std::string_view> tokens = list->array()->strings();
  constexpr std::pair<std::string_view, std::string_view> kNames[] = {
      {"bos_token", "tokenizer.ggml.bos_token_id"},
      {"eos_token", "tokenizer.ggml.eos_token_id"},
      {"unk_token", "tokenizer.ggml.unknown_token_id"},
      {"pad_token", "tokenizer.ggml.padding_token_id"},
      {"sep_token", "tokenizer.ggml.seperator_token_id"},
  };
  for (const auto& [name, key] : kNames) {
    const gguf::Value* id = file.find(key);
    std::optional<int64_t> index = id == nullptr ? std::nullopt : id->integer();
    if (index && *index >= 0 && *index < static_cast<int64_t>(tokens.size())) {
      files.special_tokens.emplace_back(std::string(name), json::Value(tokens[*index]));
    }
  }
  return files;
}

}  // namespace swivel
