// A conversation as a file: an array of messages, or {"messages": [...], "tools": [...]}.
#pragma once

#include <string_view>

#include "base/result.h"
#include "formats/json.h"

namespace swivel {

struct Conversation {
  json::Array messages;
  json::Value tools;  // an array; null: none
};

// `name` is what error messages call the text. bad_input for what is no JSON, has another shape, or
// holds a message that check_messages refuses.
Result<Conversation> read_conversation(std::string_view text, std::string_view name);

// An array of objects, each with a string "role"; "content" a string, an array or null. The message
// says which one is wrong.
Status check_messages(const json::Value& messages);

json::Value message(std::string_view role, std::string_view content);

// An array of tool schemas, as OpenAI's API takes them. Same errors.
Result<json::Value> read_tools(std::string_view text, std::string_view name);

}  // namespace swivel
