#include "chat/messages.h"

namespace swivel {
namespace {

// Nobody writes deeper tool schemas; everything that walks the tree stays within the stack.
constexpr json::ReadLimits kLimits = {.max_depth = 64, .max_bytes = size_t{64} << 20};

Status check_tools(const json::Value& tools) {
  if (!tools.is_array())
    return fail(ErrorCode::bad_input, "tools: expected an array, found {}", kind_name(tools));
  for (size_t i = 0; i < tools.as_array().size(); ++i)
    if (!tools.as_array()[i].is_object())
      return fail(ErrorCode::bad_input, "tools[{}]: expected an object, found {}", i,
                  kind_name(tools.as_array()[i]));
  return {};
}

Result<Conversation> conversation_of(json::Value value) {
  Conversation conversation;
  if (value.is_object()) {
    const json::Value* messages = value.find("messages");
    if (messages == nullptr)
      return fail(ErrorCode::bad_input,
                  "expected an array of messages or an object that has "
                  "\"messages\", found an object without");
    if (const json::Value* tools = value.find("tools"); tools != nullptr && !tools->is_null()) {
      TRY(check_tools(*tools));
      conversation.tools = *tools;
    }
    json::Value inner = *messages;
    value = std::move(inner);
  }
  TRY(check_messages(value));
  conversation.messages = std::move(value.as_array());
  return conversation;
}

}  // namespace

Status check_messages(const json::Value& messages) {
  if (!messages.is_array())
    return fail(ErrorCode::bad_input, "messages: expected an array, found {}", kind_name(messages));
  int64_t place = 0;
  for (const json::Value& one : messages.as_array()) {
    if (!one.is_object())
      return fail(ErrorCode::bad_input, "messages[{}]: expected an object, found {}", place,
                  kind_name(one));
    const json::Value* role = one.find("role");
    if (role == nullptr || !role->is_string())
      return fail(ErrorCode::bad_input, "messages[{}]: expected a string as its \"role\", found {}",
                  place, role == nullptr ? "none" : kind_name(*role));
    const json::Value* content = one.find("content");
    if (content != nullptr && !content->is_string() && !content->is_array() && !content->is_null())
      return fail(ErrorCode::bad_input,
                  "messages[{}]: expected a string or an array as its \"content\", found {}", place,
                  kind_name(*content));
    ++place;
  }
  return {};
}

json::Value message(std::string_view role, std::string_view content) {
  return json::Object{{"role", role}, {"content", content}};
}

Result<Conversation> read_conversation(std::string_view text, std::string_view name) {
  auto conversation = conversation_of(TRY(json::parse(text, name, kLimits)));
  if (!conversation) return in(name, conversation.error());
  return conversation;
}

Result<json::Value> read_tools(std::string_view text, std::string_view name) {
  json::Value tools = TRY(json::parse(text, name, kLimits));
  if (const Status status = check_tools(tools); !status) return in(name, status.error());
  return tools;
}

}  // namespace swivel
