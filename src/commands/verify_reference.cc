#include "commands/verify_reference.h"

#include <cstring>
#include <filesystem>

#include <unistd.h>

#include "base/mapped_file.h"
#include "base/subprocess.h"
#include "commands/embedded_scripts.h"

namespace swivel {
namespace {

namespace fs = std::filesystem;

// A folder that is gone when the run is over, with the logits in it.
class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string name = (fs::temp_directory_path() / "swivel-verify-XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) path_ = name;
  }
  ~TemporaryFolder() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove_all(path_, ignored);
  }
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

json::Value message(const char* role, const char* content) {
  return json::Object{{"role", role}, {"content", content}};
}

json::Value weather_tool() {
  return json::Object{
      {"type", "function"},
      {"function",
       json::Object{
           {"name", "get_weather"},
           {"description", "The weather in a city."},
           {"parameters",
            json::Object{{"type", "object"},
                         {"properties", json::Object{{"city", json::Object{{"type", "string"}}}}},
                         {"required", json::Array{"city"}}}}}}};
}

Result<const json::Array*> array_of(const json::Value& reply, const char* key, size_t size) {
  const json::Value* value = reply.find(key);
  if (value == nullptr || !value->is_array() || value->as_array().size() != size)
    return fail(ErrorCode::bad_input, "reference: its reply has no array {} of {} entries", key,
                size);
  return &value->as_array();
}

Result<std::vector<int32_t>> token_ids(const json::Value& value, int64_t vocab_size) {
  std::vector<int32_t> ids;
  if (!value.is_array()) return fail(ErrorCode::bad_input, "reference: its reply has no token ids");
  for (const json::Value& id : value.as_array()) {
    if (!id.is_integer() || id.as_integer() < 0 || id.as_integer() >= vocab_size)
      return fail(ErrorCode::bad_input, "reference: its reply holds a token id outside [0, {})",
                  vocab_size);
    ids.push_back(static_cast<int32_t>(id.as_integer()));
  }
  return ids;
}

// Cuts the file of logits into the rows of each text.
Status take_logits(const fs::path& path, ReferenceAnswer& answer) {
  const MappedFile file = TRY(MappedFile::open(path));
  std::span<const std::byte> rest = file.bytes();
  for (ReferenceAnswer::Text& text : answer.texts) {
    const size_t rows = text.ids.size() + text.greedy.size();
    const size_t bytes = rows * static_cast<size_t>(answer.vocab_size) * sizeof(float);
    if (rest.size() < bytes)
      return fail(ErrorCode::bad_input, "reference: its logits end after {} bytes",
                  file.bytes().size());
    text.logits.resize(bytes / sizeof(float));
    std::memcpy(text.logits.data(), rest.data(), bytes);
    rest = rest.subspan(bytes);
  }
  if (!rest.empty())
    return fail(ErrorCode::bad_input, "reference: {} bytes of logits too many", rest.size());
  return {};
}

Result<ReferenceAnswer> read_reply(const json::Value& reply, const VerifyPrompts& prompts,
                                   const fs::path& logits) {
  ReferenceAnswer answer;
  const json::Value* engine = reply.find("engine");
  const json::Value* vocab_size = reply.find("vocab_size");
  if (engine == nullptr || !engine->is_string() || vocab_size == nullptr ||
      !vocab_size->is_integer() || vocab_size->as_integer() < 1 ||
      vocab_size->as_integer() > (int64_t{1} << 24))
    return fail(ErrorCode::bad_input, "reference: its reply names no engine and vocab_size");
  answer.engine = engine->as_string();
  answer.vocab_size = vocab_size->as_integer();

  const auto* ids = TRY(array_of(reply, "ids", prompts.texts.size()));
  const auto* greedy = TRY(array_of(reply, "greedy", prompts.texts.size()));
  for (size_t i = 0; i < ids->size(); ++i) {
    ReferenceAnswer::Text text;
    text.ids = TRY(token_ids((*ids)[i], answer.vocab_size));
    text.greedy = TRY(token_ids((*greedy)[i], answer.vocab_size));
    answer.texts.push_back(std::move(text));
  }
  const auto* rendered = TRY(array_of(reply, "rendered", prompts.conversations.size()));
  for (const json::Value& text : *rendered) {
    if (text.is_string())
      answer.rendered.emplace_back(text.as_string());
    else
      answer.rendered.emplace_back(std::nullopt);
  }
  TRY(take_logits(logits, answer));
  return answer;
}

std::string last_line(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text.substr(text.rfind('\n') + 1);
}

}  // namespace

VerifyPrompts verify_prompts() {
  VerifyPrompts prompts;
  prompts.texts = {
      "The capital of France is",
      "def fibonacci(n):\n    ",
      "Die Hauptstadt von Italien heißt",
      "中国的首都是",
      "日本で一番高い山は",
      "Столица России —",
      "عاصمة مصر هي",
      "17 + 25 = 42\n33 + 48 =",
      "{\"name\": \"Ada\", \"born\": 1815, \"field\":",
      "Once upon a time, 😀 and 🦙 walked into a bar.",
  };
  const json::Value system = message("system", "You are a helpful assistant. Answer briefly.");
  const json::Value question = message("user", "What is the weather in Paris, and why?");
  prompts.conversations = {
      json::Object{{"messages", json::Array{message("user", "Hello!")}}, {"tools", nullptr}},
      json::Object{{"messages", json::Array{system, question}}, {"tools", nullptr}},
      json::Object{{"messages", json::Array{system, question, message("assistant", "Rain."),
                                            message("user", "Danke. Und 東京?")}},
                   {"tools", nullptr}},
      json::Object{{"messages", json::Array{system, question}},
                   {"tools", json::Array{weather_tool()}}},
  };
  return prompts;
}

Result<ReferenceAnswer> ask_reference(const ReferenceJob& job, const VerifyPrompts& prompts) {
  const TemporaryFolder folder;
  if (folder.path().empty())
    return fail(ErrorCode::out_of_memory, "cannot make a folder in {}",
                fs::temp_directory_path().string());
  const fs::path logits = folder.path() / "logits";
  json::Array texts;
  for (const std::string& text : prompts.texts) texts.emplace_back(text);
  const json::Value request = json::Object{{"model", job.model},
                                           {"engine", job.engine},
                                           {"dtype", job.dtype},
                                           {"now", job.now},
                                           {"new_tokens", job.new_tokens},
                                           {"logits", logits.string()},
                                           {"texts", std::move(texts)},
                                           {"conversations", prompts.conversations}};
  SubprocessLimits limits;
  limits.timeout = std::chrono::hours(6);  // a large model on a slow machine
  const SubprocessResult ran = TRY(run_subprocess(
      {job.python, "-c", std::string(kVerifyReferenceScript)}, json::write(request), limits));
  if (ran.exit_status != 0)
    return fail(ran.errors.contains("ModuleNotFoundError") ? ErrorCode::not_found
                                                           : ErrorCode::bad_input,
                "reference: {} ended with status {}: {} (it needs numpy, and transformers with "
                "torch or llama-cpp-python; choose an interpreter with --python)",
                job.python, ran.exit_status, last_line(ran.errors));
  const json::Value reply = TRY(json::parse(ran.output, "reference"));
  return read_reply(reply, prompts, logits);
}

}  // namespace swivel
