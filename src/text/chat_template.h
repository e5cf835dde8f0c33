// ChatTemplate: a model's own Jinja template, and the prompt that it makes of messages. The text is
// byte for byte what transformers' apply_chat_template(tokenize=False) makes of the same inputs.
// ChatTemplates: the named templates of one model and the rule that chooses between them.
//
// Not here: tokens (text/tokenizer.h), tool-call parsing of the model's answer, files of a model
// (text/chat_template_files.h).
//
// Immutable after compile; copies are cheap and shared by threads; render may run in many threads
// at once. A template is hostile input: it is bounded in steps, depth, memory and output.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "formats/json.h"

namespace swivel {

namespace jinja {
class Template;
}

class ChatTemplate {
 public:
  enum class GenerationPrompt { add, none };

  struct Limits {
    int64_t max_steps = 20'000'000;      // nodes evaluated and items visited
    int max_depth = 100;                 // macro calls and recursive loops inside one another
    size_t max_output_bytes = 64 << 20;  // of the prompt
    size_t max_value_bytes = 64 << 20;   // of one string or list that it computes
  };

  struct Inputs {
    json::Value messages;   // an array of objects
    json::Value tools;      // an array of JSON schemas; null: none
    json::Value documents;  // an array of objects; null: none
    GenerationPrompt generation_prompt = GenerationPrompt::add;
    // "bos_token": "<s>", … as special_tokens_map has them; a missing one stays undefined.
    json::Object special_tokens;
    // Further variables: {"enable_thinking": false}. They win over special_tokens; the names
    // messages, tools, documents and add_generation_prompt are refused.
    json::Object arguments;
    // What strftime_now formats, and the offset of the local clock from UTC.
    std::chrono::system_clock::time_point now;
    std::chrono::seconds utc_offset{0};
    // The field of the last message ("content", "reasoning_content") that the answer continues:
    // the prompt ends after it. Only without a generation prompt.
    std::optional<std::string> continue_field;
    Limits limits;
  };

  // `name` is what messages call it. bad_input "NAME: line L: …" where the template is malformed.
  static Result<ChatTemplate> compile(std::string source, std::string name);

  // bad_input: "NAME: line L: …", or the template's own text where it calls raise_exception.
  Result<std::string> render(const Inputs& inputs) const;

  const std::string& name() const;
  const std::string& source() const;
  // The variables that the template reads and never sets itself, sorted: messages, bos_token,
  // enable_thinking, … (as jinja2.meta.find_undeclared_variables).
  std::vector<std::string> variables() const;

 private:
  explicit ChatTemplate(std::shared_ptr<const jinja::Template> compiled);
  std::shared_ptr<const jinja::Template> template_;
};

class ChatTemplates {
 public:
  enum class Tools { none, given };

  struct Description {
    std::string name;  // "default", "tool_use", …
    size_t bytes = 0;
    std::vector<std::string> variables;  // of ChatTemplate::variables
    std::string error;                   // why it does not compile; empty where it does
  };

  // A template that does not compile is kept with its error, which choose() returns: a broken one
  // must not hide the others. `place` is what messages call it. A second one of a name replaces
  // the first.
  void add(std::string name, std::string source, std::string place);

  bool empty() const { return entries_.empty(); }
  // The one of that name; without a name "tool_use" where tools are given and it exists, else
  // "default". not_found, with the names there are, if there is none.
  Result<ChatTemplate> choose(std::optional<std::string_view> name, Tools tools) const;
  std::vector<Description> describe() const;

 private:
  struct Entry {
    std::string name;
    size_t bytes = 0;
    Result<ChatTemplate> compiled;
  };
  std::vector<Entry> entries_;
};

// The variables of --template-arg KEY=JSON: a value that is not JSON is taken as a string.
// bad_input where there is no '=', the key is no identifier or it comes twice.
Result<json::Object> template_arguments(const std::vector<std::string>& words);

}  // namespace swivel
