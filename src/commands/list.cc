#include <algorithm>

#include "commands/commands.h"
#include "formats/json.h"
#include "library/file_choice.h"
#include "library/inventory.h"

namespace swivel {
namespace {

using library::InventoryEntry;

struct Options {
  bool json = false;
};

std::string kind_text(const InventoryEntry& entry) {
  std::string text = entry.model_type.empty() ? entry.kind : entry.model_type + ", " + entry.kind;
  if (entry.state == InventoryEntry::State::partial) text += ", not whole";
  return text;
}

std::string_view origin_text(const InventoryEntry& entry) {
  return entry.origin == library::Located::Origin::built_in ? "built in" : "cache";
}

json::Value to_json(const InventoryEntry& entry) {
  json::Array revisions(entry.revisions.begin(), entry.revisions.end());
  return json::Object{
      {"name", entry.name},         {"origin", origin_text(entry)},
      {"commit", entry.commit},     {"revisions", std::move(revisions)},
      {"kind", entry.kind},         {"model_type", entry.model_type},
      {"bytes", entry.bytes},       {"whole", entry.state == InventoryEntry::State::whole},
      {"path", entry.path.string()}};
}

void print_table(const std::vector<InventoryEntry>& entries, const library::Places& places) {
  size_t width = 4;
  for (const InventoryEntry& entry : entries) width = std::max(width, entry.name.size());
  if (entries.empty()) {
    fmt::print("No models: none is built in, and the cache {} has none\n", places.cache.string());
    return;
  }
  fmt::print("{:<{}}  {:>9}  {:<12}  {}\n", "NAME", width, "SIZE", "REVISION", "KIND");
  for (const InventoryEntry& entry : entries)
    fmt::print("{:<{}}  {:>9}  {:<12}  {}\n", entry.name, width, library::size_text(entry.bytes),
               entry.commit.empty() ? origin_text(entry) : entry.commit.substr(0, 12),
               kind_text(entry));
}

ExitCode list(const Options& options) {
  const library::Places places = library::Places::from_environment();
  const std::vector<InventoryEntry> entries = library::inventory(places);
  if (!options.json) {
    print_table(entries, places);
    return exit_done;
  }
  json::Array models;
  for (const InventoryEntry& entry : entries) models.push_back(to_json(entry));
  fmt::print("{}\n", json::write(json::Object{{"cache", places.cache.string()},
                                              {"models", std::move(models)}},
                                 json::Style::indented));
  return exit_done;
}

std::function<ExitCode()> declare(CommandLine& line) {
  auto options = std::make_shared<Options>();
  line.flag("--json", options->json, "one JSON object instead of a table");
  line.example("swivel list", "built in and pulled");
  return [options] { return list(*options); };
}

}  // namespace

const Command list_command = {"list", "List the models on this machine", declare};

}  // namespace swivel
