// swivel inspect: what a model is, in words, without loading its weights.

#include <fmt/ranges.h>

#include "commands/commands.h"
#include "library/file_choice.h"
#include "library/load.h"
#include "model/memory.h"

namespace swivel {
namespace {

constexpr int64_t kBatchRows = 512;  // what the engine runs at once

struct Options {
  std::string model;
  std::optional<int64_t> ctx;
  std::optional<std::string> family;
  bool strict = false;
  bool tensors = false;
  bool json = false;
};

using Traits = std::vector<std::pair<std::string, std::string>>;

struct Findings {
  library::Description files;
  ModelDescription model;
  MemoryEstimate memory;
  int64_t context = 0;
  std::vector<std::pair<std::string, std::string>> tensors;  // name → format and shape
  Traits tokenizer;                                          // empty if there is none
  std::string tokenizer_error;
  std::vector<ChatTemplates::Description> templates;
};

Result<Findings> find(const Options& options) {
  const library::Located located = TRY(library::locate(options.model));
  const ModelSource source = TRY(library::open_source(located));
  LoadOptions load;
  if (options.family) load.family = *options.family;
  load.unread_keys = options.strict ? Strictness::strict : Strictness::warn;
  Findings found;
  ModelConfig config;
  found.model = TRY(describe_model(source, load, config));
  found.files = TRY(library::describe(located));
  found.context = options.ctx.value_or(config.max_positions);
  found.memory = memory_estimate(config, found.context, 1, ops::KvType::f16, kBatchRows);
  for (const WeightFile& file : source.files)
    for (const StoredTensor& tensor : file.tensors)
      found.tensors.emplace_back(
          tensor.name, fmt::format("{} {}", info(tensor.dtype).name, to_string(tensor.shape)));
  if (const auto tokenizer = library::load_tokenizer(located))
    found.tokenizer = tokenizer->describe();
  else
    found.tokenizer_error = tokenizer.error().message;
  if (const auto chat = library::load_chat(located)) found.templates = chat->templates.describe();
  return found;
}

std::string license_of(const library::ModelCard& card) {
  if (card.license.empty()) return "the model card says nothing";
  return card.license_name.empty() ? card.license
                                   : fmt::format("{} ({})", card.license, card.license_name);
}

std::string formats_of(const ModelDescription& model) {
  std::vector<std::string> parts;
  for (const auto& [format, count] : model.formats)
    parts.push_back(fmt::format("{} of {}", count, format));
  return fmt::format("{}", fmt::join(parts, ", "));
}

void print_row(std::string_view name, std::string_view value) {
  fmt::print("  {:<20} {}\n", name, value);
}

void print_templates(const Findings& found) {
  fmt::print("chat template\n");
  if (found.templates.empty()) print_row("none", "a base model, or one without its template");
  for (const auto& entry : found.templates)
    print_row(entry.name, entry.error.empty() ? fmt::format("{} bytes, reads {}", entry.bytes,
                                                            fmt::join(entry.variables, ", "))
                                              : entry.error);
}

void print_text(const Findings& found, const Options& options) {
  const ModelDescription& model = found.model;
  fmt::print("{}\n", found.files.name);
  print_row("family", fmt::format("{} ({})", model.family, model.family_file));
  print_row("kind", found.files.kind);
  if (!found.files.revision.empty()) print_row("revision", found.files.revision);
  print_row("licence tag", license_of(found.files.card));
  print_row("parameters", fmt::format("{}", model.parameters));
  print_row("tensors", fmt::format("{} ({})", model.tensors, formats_of(model)));
  print_row("weights", library::size_text(model.weight_bytes));
  print_row("memory", fmt::format("{} at a context of {}: {} of keys and values in half precision, "
                                  "{} of activations",
                                  library::size_text(model.weight_bytes + found.memory.total()),
                                  found.context, library::size_text(found.memory.kv_bytes),
                                  library::size_text(found.memory.activation_bytes)));
  fmt::print("architecture\n");
  for (const auto& [name, value] : model.traits) print_row(name, value);
  fmt::print("tokenizer\n");
  for (const auto& [name, value] : found.tokenizer) print_row(name, value);
  if (found.tokenizer.empty()) print_row("none", found.tokenizer_error);
  print_templates(found);
  print_row("tool calls", model.tool_calls);
  print_row("reasoning", model.reasoning);
  if (!model.ignored_tensors.empty()) fmt::print("tensors not read\n");
  for (const std::string& name : model.ignored_tensors) fmt::print("  {}\n", name);
  if (options.tensors) fmt::print("tensors\n");
  for (const auto& [name, form] : options.tensors ? found.tensors : Traits{})
    fmt::print("  {} {}\n", name, form);
  for (const std::string& warning : model.warnings) fmt::print("warning: {}\n", warning);
}

json::Object to_object(const Traits& traits) {
  json::Object object;
  for (const auto& [name, value] : traits) object.emplace_back(name, value);
  return object;
}

json::Array texts(const std::vector<std::string>& list) { return {list.begin(), list.end()}; }

json::Value to_json(const Findings& found, const Options& options) {
  const ModelDescription& model = found.model;
  json::Array templates;
  for (const auto& entry : found.templates)
    templates.push_back(json::Object{{"name", entry.name},
                                     {"bytes", entry.bytes},
                                     {"variables", texts(entry.variables)},
                                     {"error", entry.error}});
  json::Object formats;
  for (const auto& [format, count] : model.formats) formats.emplace_back(format, count);
  json::Object object{
      {"name", found.files.name},
      {"revision", found.files.revision},
      {"kind", found.files.kind},
      {"family", model.family},
      {"family_file", model.family_file},
      {"license", found.files.card.license},
      {"license_name", found.files.card.license_name},
      {"parameters", model.parameters},
      {"tensors", model.tensors},
      {"formats", std::move(formats)},
      {"weight_bytes", model.weight_bytes},
      {"context", found.context},
      {"kv_bytes", found.memory.kv_bytes},
      {"activation_bytes", found.memory.activation_bytes},
      {"traits", to_object(model.traits)},
      {"tokenizer", to_object(found.tokenizer)},
      {"chat_templates", std::move(templates)},
      {"tool_calls", model.tool_calls},
      {"reasoning", model.reasoning},
      {"ignored_tensors", texts(model.ignored_tensors)},
      {"warnings", texts(model.warnings)},
  };
  if (options.tensors) object.emplace_back("tensor_list", to_object(found.tensors));
  return object;
}

ExitCode inspect(const Options& options) {
  if (options.ctx && *options.ctx < 1)
    return report({ErrorCode::bad_input, "--ctx must be at least 1"});
  const auto found = find(options);
  if (!found) return report(found.error());
  if (options.json)
    fmt::print("{}\n", json::write(to_json(*found, options), json::Style::indented));
  else
    print_text(*found, options);
  return exit_done;
}

std::function<ExitCode()> declare(CommandLine& line) {
  auto options = std::make_shared<Options>();
  line.positional("MODEL", options->model, "path, built-in name or org/name");
  line.option("--ctx", options->ctx, "N",
              "context to count memory for; the model's own if left out");
  line.option("--family", options->family, "FILE", "family file to use");
  line.flag("--strict", options->strict, "a configuration key that nobody reads is an error");
  line.flag("--tensors", options->tensors, "list every tensor");
  line.flag("--json", options->json, "one JSON object instead of text");
  line.example("swivel inspect mini-qwen3", "what a model is");
  line.example("swivel inspect Qwen/Qwen2.5-1.5B-Instruct --ctx 8192", "and what it needs");
  return [options] { return inspect(*options); };
}

}  // namespace

const Command inspect_command = {"inspect", "Show what a model is", declare};

}  // namespace swivel
