// swivel families: what is known and how well it is checked; families check, families doc.

#include <filesystem>

#include <fmt/ranges.h>

#include "base/mapped_file.h"
#include "commands/commands.h"
#include "model/families.h"
#include "model/resolve.h"

namespace swivel {
namespace {

struct ListOptions {
  bool json = false;
};

struct CheckOptions {
  std::string file;
  std::optional<std::string> config;
  bool json = false;
};

// The highest step of the ladder that the family claims.
std::string_view reached(const FamilyStatus& status) {
  if (!status.published_weights.empty()) return "published weights";
  if (!status.published_config.empty()) return "published config";
  if (status.second_source != "none") return "second source";
  if (status.golden != "none") return "golden";
  return "none";
}

json::Array texts(const std::vector<std::string>& list) { return {list.begin(), list.end()}; }

json::Value to_json(const FamilySpec& family) {
  const FamilyStatus& status = family.status;
  return json::Object{
      {"name", family.name},
      {"file", family.file},
      {"architectures", texts(family.match.architectures)},
      {"gguf", texts(family.match.gguf)},
      {"tool_calls", family.tool_calls},
      {"reasoning", family.reasoning},
      {"status", json::Object{{"reached", reached(status)},
                              {"golden", status.golden},
                              {"second_source", status.second_source},
                              {"published_config", texts(status.published_config)},
                              {"published_weights", texts(status.published_weights)}}}};
}

void print_step(std::string_view name, const std::string& what) {
  const bool done = what != "none" && !what.empty();
  fmt::print("  {:<18} {}\n", name, done ? what : "-");
}

void print_family(const FamilySpec& family) {
  fmt::print("{}  ({})\n", family.name, family.file);
  fmt::print("  {:<18} {}\n", "means", fmt::join(family.match.architectures, ", "));
  if (!family.match.gguf.empty())
    fmt::print("  {:<18} {}\n", "means in GGUF", fmt::join(family.match.gguf, ", "));
  print_step("golden", family.status.golden);
  print_step("second source", family.status.second_source);
  print_step("published config",
             fmt::format("{}", fmt::join(family.status.published_config, ", ")));
  print_step("published weights",
             fmt::format("{}", fmt::join(family.status.published_weights, ", ")));
}

Status list(const ListOptions& options) {
  const auto families = TRY(known_families(user_family_folder()));
  if (options.json) {
    json::Array list;
    for (const FamilySpec& family : families) list.push_back(to_json(family));
    fmt::print("{}\n",
               json::write(json::Object{{"families", std::move(list)}}, json::Style::indented));
    return {};
  }
  for (const FamilySpec& family : families) print_family(family);
  return {};
}

// The tensors that the configuration calls for, in total.
struct Fit {
  int64_t tensors = 0;
  int64_t parameters = 0;
  std::vector<std::string> unread;
};

Result<Fit> fit(const FamilySpec& family, const std::string& config_file) {
  const json::Value config = TRY(json::parse_file(config_file));
  const auto container = ModelSource::Container::huggingface;
  Facts facts(container, config, config_file, [](std::string_view) { return nullptr; });
  if (!matches(family, facts))
    return fail(ErrorCode::refused, "{}: family {} does not mean this checkpoint", config_file,
                family.name);
  const Resolution resolution = TRY(resolve(family, facts));
  Fit found;
  found.unread = resolution.unread;
  for (const TensorSlot& slot : tensor_slots(family, resolution, container)) {
    ++found.tensors;
    found.parameters += slot.shape.elements();
  }
  return found;
}

Status check(const CheckOptions& options) {
  const FamilySpec family = TRY(read_family_file(options.file));
  std::optional<Fit> found;
  if (options.config) found = TRY(fit(family, *options.config));
  if (options.json) {
    json::Object report{{"name", family.name}, {"file", family.file}, {"valid", true}};
    if (found) {
      report.emplace_back("tensors", found->tensors);
      report.emplace_back("parameters", found->parameters);
      report.emplace_back("unread", texts(found->unread));
    }
    fmt::print("{}\n", json::write(report, json::Style::indented));
    return {};
  }
  fmt::print("{}: family {} is valid\n", options.file, family.name);
  if (!found) return {};
  fmt::print("{}: {} tensors, {} parameters\n", *options.config, found->tensors, found->parameters);
  if (!found->unread.empty()) fmt::print("not read: {}\n", fmt::join(found->unread, ", "));
  return {};
}

ExitCode finish(const Status& status) { return status ? exit_done : report(status.error()); }

std::function<ExitCode()> declare_check(CommandLine& line) {
  auto options = std::make_shared<CheckOptions>();
  line.positional("FILE", options->file, "family file");
  line.option("--config", options->config, "FILE", "a config.json it should fit");
  line.flag("--json", options->json, "one JSON object instead of text");
  line.example("swivel families check my-family.toml --config config.json",
               "valid, and right for this checkpoint?");
  return [options] { return finish(check(*options)); };
}

std::function<ExitCode()> declare_doc(CommandLine&) {
  return [] {
    fmt::print("{}", vocabulary_page());
    return exit_done;
  };
}

const Command kCheck = {"check", "Check a family file", declare_check};
const Command kDoc = {"doc", "Print the reference of family files", declare_doc};

std::function<ExitCode()> declare(CommandLine& line) {
  auto options = std::make_shared<ListOptions>();
  line.flag("--json", options->json, "one JSON object instead of text");
  line.subcommand(kCheck);
  line.subcommand(kDoc);
  line.example("swivel families", "what is known, and how well it is checked");
  return [options] { return finish(list(*options)); };
}

}  // namespace

const Command families_command = {"families", "List and check model families", declare};

}  // namespace swivel
