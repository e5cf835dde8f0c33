#include "text/chat_template.h"

#include <algorithm>

#include "text/jinja/template.h"
#include "text/jinja/unicode.h"

namespace swivel {

namespace {

// The names of a message's reasoning; the first is the one that templates read.
constexpr std::string_view kReasoning[] = {"reasoning_content", "thinking", "reasoning"};
constexpr std::string_view kReserved[] = {"messages", "tools", "documents",
                                          "add_generation_prompt"};
// Stands where a continued answer ends, to be found again in the prompt.
constexpr std::string_view kMark = "CONTINUE_FINAL_MESSAGE_TAG ";

json::Value* member(json::Object& object, std::string_view name) {
  for (auto& [key, value] : object) {
    if (key == name) return &value;
  }
  return nullptr;
}

void set(json::Object& object, std::string_view name, json::Value value) {
  if (json::Value* old = member(object, name)) {
    *old = std::move(value);
  } else {
    object.emplace_back(std::string(name), std::move(value));
  }
}

// A message as the template sees it: without nulls, its reasoning under each name that templates
// read.
json::Object plain(const json::Object& message) {
  json::Object result;
  for (const auto& [name, value] : message) {
    if (!value.is_null()) result.emplace_back(name, value);
  }
  for (std::string_view name : kReasoning) {
    const json::Value* found = member(result, name);
    if (found == nullptr) continue;
    json::Value reasoning = *found;
    if (member(result, "thinking") == nullptr) {
      result.insert(result.begin(), {"thinking", reasoning});
    }
    set(result, "reasoning_content", std::move(reasoning));
    break;
  }
  return result;
}

Result<json::Array> plain_messages(const json::Value& messages) {
  if (!messages.is_array()) {
    return fail(ErrorCode::bad_input, "messages is {}, not an array", json::kind_name(messages));
  }
  if (messages.as_array().empty()) return fail(ErrorCode::bad_input, "there are no messages");
  json::Array result;
  for (const json::Value& message : messages.as_array()) {
    if (!message.is_object()) {
      return fail(ErrorCode::bad_input, "message {} is {}, not an object", result.size() + 1,
                  json::kind_name(message));
    }
    result.emplace_back(plain(message.as_object()));
  }
  return result;
}

Status objects_or_null(const json::Value& value, std::string_view what) {
  if (value.is_null()) return {};
  bool objects = value.is_array() && std::all_of(value.as_array().begin(), value.as_array().end(),
                                                 [](const auto& item) { return item.is_object(); });
  if (objects) return {};
  return fail(ErrorCode::bad_input, "{} is not an array of objects", what);
}

// Marks the text that the answer continues. Returns it without the mark.
Result<std::string> mark_continued(json::Object& last, const std::string& field,
                                   const std::string& source) {
  const json::Value* value = member(last, field);
  if (value == nullptr) {
    return fail(ErrorCode::bad_input, "the last message has no '{}' to continue", field);
  }
  const json::Value before = *value;
  std::vector<std::string> fields{field};
  if (std::find(std::begin(kReasoning), std::end(kReasoning), field) != std::end(kReasoning)) {
    fields.clear();
    for (std::string_view name : kReasoning) {
      const json::Value* other = member(last, name);
      if (other != nullptr && *other == before) fields.emplace_back(name);
    }
  }
  if (std::none_of(fields.begin(), fields.end(), [&](const std::string& name) {
        return source.find(name) != std::string::npos;
      })) {
    return fail(ErrorCode::bad_input, "the chat template does not read '{}'", field);
  }
  if (before.is_array()) {
    json::Array& blocks = member(last, field)->as_array();
    for (auto block = blocks.rbegin(); block != blocks.rend(); ++block) {
      if (!block->is_object()) continue;
      json::Value* text = member(block->as_object(), "text");
      if (text == nullptr || !text->is_string()) continue;
      std::string kept = text->as_string();
      *text = json::Value(kept + std::string(kMark));
      return kept;
    }
  }
  if (!before.is_string()) {
    return fail(ErrorCode::bad_input, "the last message has no text in '{}' to continue", field);
  }
  for (const std::string& name : fields) {
    set(last, name, json::Value(before.as_string() + std::string(kMark)));
  }
  return before.as_string();
}

// The prompt up to the mark.
Result<std::string> cut_at_mark(std::string prompt, std::string_view continued) {
  std::string_view word = kMark.substr(0, kMark.size() - 1);
  size_t at = prompt.rfind(word);
  if (at == std::string::npos || prompt.find(jinja::strip(continued)) == std::string::npos) {
    return fail(ErrorCode::bad_input,
                "the chat template leaves the end of the last message out of the prompt, so it "
                "cannot be continued");
  }
  bool spaced = std::string_view(prompt).substr(at).starts_with(kMark);
  prompt.resize(at);
  if (!spaced) prompt.resize(jinja::strip_right(prompt).size());
  return prompt;
}

}  // namespace

ChatTemplate::ChatTemplate(std::shared_ptr<const jinja::Template> compiled)
    : template_(std::move(compiled)) {}

const std::string& ChatTemplate::name() const { return template_->name(); }
const std::string& ChatTemplate::source() const { return template_->source(); }

std::vector<std::string> ChatTemplate::variables() const {
  return {template_->variables().begin(), template_->variables().end()};
}

Result<ChatTemplate> ChatTemplate::compile(std::string source, std::string name) {
  return ChatTemplate(std::make_shared<const jinja::Template>(
      TRY(jinja::Template::parse(std::move(source), std::move(name)))));
}

Result<std::string> ChatTemplate::render(const Inputs& inputs) const {
  json::Array messages = TRY(plain_messages(inputs.messages));
  TRY(objects_or_null(inputs.tools, "tools"));
  TRY(objects_or_null(inputs.documents, "documents"));
  std::string continued;
  if (inputs.continue_field) {
    if (inputs.generation_prompt == GenerationPrompt::add) {
      return fail(ErrorCode::bad_input,
                  "continuing the last message and adding a generation prompt exclude each other");
    }
    continued = TRY(mark_continued(messages.back().as_object(), *inputs.continue_field, source()));
  }
  std::vector<std::pair<std::string, jinja::Value>> variables;
  auto give = [&variables](const std::string& key, const json::Value& value) -> Status {
    variables.emplace_back(key, TRY(jinja::from_json(value)));
    return {};
  };
  for (const auto& [key, value] : inputs.special_tokens) TRY(give(key, value));
  for (const auto& [key, value] : inputs.arguments) {
    if (std::find(std::begin(kReserved), std::end(kReserved), key) != std::end(kReserved)) {
      return fail(ErrorCode::bad_input, "'{}' is not a template argument: it is given as such",
                  key);
    }
    TRY(give(key, value));
  }
  TRY(give("messages", json::Value(std::move(messages))));
  TRY(give("tools", inputs.tools));
  TRY(give("documents", inputs.documents));
  TRY(give("add_generation_prompt",
           json::Value(inputs.generation_prompt == GenerationPrompt::add)));
  jinja::RenderOptions options;
  options.max_steps = inputs.limits.max_steps;
  options.max_depth = inputs.limits.max_depth;
  options.max_output_bytes = inputs.limits.max_output_bytes;
  options.max_value_bytes = inputs.limits.max_value_bytes;
  options.now = inputs.now;
  options.utc_offset = inputs.utc_offset;
  Result<std::string> prompt = template_->render(variables, options);
  if (!prompt.has_value()) {
    // What the template says with raise_exception stands for itself.
    if (!prompt.error().message.starts_with("line ")) return prompt;
    return in(name(), prompt.error());
  }
  return inputs.continue_field ? cut_at_mark(std::move(*prompt), continued) : prompt;
}

void ChatTemplates::add(std::string name, std::string source, std::string place) {
  size_t bytes = source.size();
  Entry entry{std::move(name), bytes, ChatTemplate::compile(std::move(source), std::move(place))};
  auto old = std::find_if(entries_.begin(), entries_.end(),
                          [&entry](const Entry& other) { return other.name == entry.name; });
  if (old != entries_.end()) {
    *old = std::move(entry);
  } else {
    entries_.push_back(std::move(entry));
  }
}

Result<ChatTemplate> ChatTemplates::choose(std::optional<std::string_view> name,
                                           Tools tools) const {
  auto find = [this](std::string_view wanted) {
    return std::find_if(entries_.begin(), entries_.end(),
                        [wanted](const Entry& entry) { return entry.name == wanted; });
  };
  auto found = entries_.end();
  if (name) {
    found = find(*name);
  } else {
    if (tools == Tools::given) found = find("tool_use");
    if (found == entries_.end()) found = find("default");
  }
  if (found != entries_.end()) return found->compiled;
  if (entries_.empty()) return fail(ErrorCode::not_found, "the model has no chat template");
  std::string names;
  for (const Entry& entry : entries_) names += (names.empty() ? "" : ", ") + entry.name;
  return fail(ErrorCode::not_found, "the model has no chat template '{}'; it has {}",
              name.value_or("default"), names);
}

std::vector<ChatTemplates::Description> ChatTemplates::describe() const {
  std::vector<Description> all;
  for (const Entry& entry : entries_) {
    Description one{entry.name, entry.bytes, {}, {}};
    if (entry.compiled.has_value()) {
      one.variables = entry.compiled->variables();
    } else {
      one.error = entry.compiled.error().message;
    }
    all.push_back(std::move(one));
  }
  return all;
}

Result<json::Object> template_arguments(const std::vector<std::string>& words) {
  json::Object arguments;
  for (const std::string& word : words) {
    size_t equals = word.find('=');
    std::string key = word.substr(0, equals);
    if (equals == std::string::npos || !jinja::is_utf8(key) || !jinja::is_identifier(key)) {
      return fail(ErrorCode::bad_input, "a template argument is NAME=JSON, not '{}'", word);
    }
    if (member(arguments, key) != nullptr) {
      return fail(ErrorCode::bad_input, "the template argument '{}' is given twice", key);
    }
    std::string text = word.substr(equals + 1);
    Result<json::Value> value = json::parse(text, key);
    if (!value.has_value() && !jinja::is_utf8(text)) {
      return fail(ErrorCode::bad_input, "the template argument '{}' is not UTF-8", key);
    }
    arguments.emplace_back(std::move(key),
                           value.has_value() ? std::move(*value) : json::Value(text));
  }
  return arguments;
}

}  // namespace swivel
