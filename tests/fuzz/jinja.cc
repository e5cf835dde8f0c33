// A chat template is hostile: any text must parse or be refused, and render or be stopped.

#include <cstddef>
#include <cstdint>
#include <string>

#include "formats/json.h"
#include "text/chat_template.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using swivel::ChatTemplate;
  namespace json = swivel::json;
  std::string source(reinterpret_cast<const char*>(data), size);
  auto compiled = ChatTemplate::compile(std::move(source), "fuzz");
  if (!compiled.has_value()) return 0;
  ChatTemplate::Inputs inputs;
  inputs.messages = json::Array{
      json::Object{{"role", "system"}, {"content", "é 😀\n "}},
      json::Object{{"role", "user"},
                   {"content", json::Array{json::Object{{"type", "text"}, {"text", "a b"}}}}},
      json::Object{{"role", "assistant"}, {"content", "<think>x</think> y"}, {"n", 5}},
  };
  inputs.tools = json::Array{json::Object{{"name", "f"}, {"x", 1.5}, {"y", json::Array{1, true}}}};
  inputs.special_tokens = json::Object{{"bos_token", "<s>"}};
  inputs.limits.max_steps = 50'000;
  inputs.limits.max_output_bytes = 1 << 18;
  inputs.limits.max_value_bytes = 1 << 18;
  auto prompt = compiled->render(inputs);
  static_cast<void>(prompt.has_value());
  return 0;
}
