#include <unistd.h>

#include <cstdio>

#include "commands/commands.h"
#include "formats/json.h"
#include "library/file_choice.h"
#include "library/locate.h"
#include "library/model_folder.h"
#include "library/removal.h"

namespace swivel {
namespace {

using library::Removal;

struct Options {
  std::string model;
  bool yes = false;
  bool dry_run = false;
  bool json = false;
};

Result<net::RepoArgument> read_name(const Options& options) {
  std::string_view name = options.model;
  if (name.starts_with("hf:")) name.remove_prefix(3);
  const library::Places places = library::Places::from_environment();
  for (const library::BuiltIn& model : library::built_in_models(places))
    if (model.name == name)
      return fail(ErrorCode::bad_input, "{} is built in; only pulled models can be removed", name);
  const net::RepoArgument argument = TRY(net::parse_repo_argument(name));
  if (!argument.file.empty())
    return fail(ErrorCode::bad_input,
                "{} names one file; a model is removed whole, or at one revision: {}[@revision]",
                options.model, argument.repo.str());
  return argument;
}

std::string what_goes(const Removal& removal) {
  if (removal.scope == Removal::Scope::repository)
    return fmt::format("{}, all of it ({} {})", removal.repo.str(), removal.snapshots.size(),
                       removal.snapshots.size() == 1 ? "revision" : "revisions");
  if (removal.snapshots.empty())
    return fmt::format("the name {} of {}, whose files another revision keeps",
                       library::listed(removal.refs), removal.repo.str());
  return fmt::format("{} at {}", removal.repo.str(),
                     removal.refs.empty() ? removal.snapshots.front().substr(0, 12)
                                          : library::listed(removal.refs));
}

// Whether the user, asked on the terminal, agrees.
bool agrees(const Removal& removal) {
  fmt::print(stderr, "Remove {}? Frees {}. [y/N] ", what_goes(removal),
             library::size_text(removal.bytes));
  std::fflush(stderr);
  char answer[16] = {};
  if (std::fgets(answer, sizeof answer, stdin) == nullptr) return false;
  return answer[0] == 'y' || answer[0] == 'Y';
}

void print(const Options& options, const Removal& removal) {
  if (!options.json) {
    fmt::print("{} {}: {}\n", options.dry_run ? "Would remove" : "Removed", what_goes(removal),
               library::size_text(removal.bytes));
    return;
  }
  fmt::print("{}\n",
             json::write(json::Object{
                 {"name", removal.repo.str()},
                 {"removed", !options.dry_run},
                 {"bytes", removal.bytes},
                 {"revisions", json::Array(removal.refs.begin(), removal.refs.end())},
                 {"commits", json::Array(removal.snapshots.begin(), removal.snapshots.end())},
                 {"contents", json::Array(removal.blobs.begin(), removal.blobs.end())}}));
}

Result<ExitCode> remove(const Options& options) {
  const net::RepoArgument argument = TRY(read_name(options));
  const library::HubCache cache(library::HubCache::root_from_environment());
  const Removal removal = TRY(library::plan_removal(cache, argument.repo, argument.revision));
  if (!options.yes && !options.dry_run) {
    if (::isatty(STDIN_FILENO) != 1)
      return fail(ErrorCode::bad_input,
                  "rm asks before it removes; where nobody can answer, say --yes");
    if (!agrees(removal)) {
      fmt::print(stderr, "Nothing is removed\n");
      return exit_negative;
    }
  }
  if (!options.dry_run) TRY(library::run_removal(cache, removal));
  print(options, removal);
  return exit_done;
}

std::function<ExitCode()> declare(CommandLine& line) {
  auto options = std::make_shared<Options>();
  line.positional("MODEL", options->model, "org/name[@revision] in the cache");
  line.flag("--yes", options->yes, "do not ask");
  line.flag("--dry-run", options->dry_run, "show what would go");
  line.flag("--json", options->json, "one JSON object instead of text");
  line.example("swivel rm Qwen/Qwen2.5-1.5B-Instruct", "all revisions");
  line.example("swivel rm Qwen/Qwen3-0.6B@v1.0 --yes", "one revision and what only it needs");
  return [options] {
    const Result<ExitCode> result = remove(*options);
    return result ? *result : report(result.error());
  };
}

}  // namespace

const Command rm_command = {"rm", "Remove a pulled model", declare};

}  // namespace swivel
