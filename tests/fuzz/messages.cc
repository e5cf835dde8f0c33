// Conversations and tools as files: chat/messages.h. What is read is written and read again.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "chat/messages.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace swivel;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)read_tools(text, "input");
  const auto conversation = read_conversation(text, "input");
  if (!conversation) return 0;
  const std::string written = json::write(conversation->messages);
  const auto again = read_conversation(written, "written");
  if (!again || again->messages != conversation->messages) std::abort();
  return 0;
}
