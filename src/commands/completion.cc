#include <map>

#include "commands/commands.h"
#include "commands/completion_scripts.h"
#include "library/hub_cache.h"
#include "library/locate.h"

namespace swivel {
namespace {

ExitCode print_models() {
  const auto places = library::Places::from_environment();
  for (const auto& model : library::built_in_models(places)) fmt::print("{}\n", model.name);
  const library::HubCache cache(places.cache);
  for (const auto& repo : cache.repos()) fmt::print("{}\n", repo.str());
  return exit_done;
}

ExitCode completion(const std::string& form, const ProgramDescription& program) {
  if (form == "models") return print_models();
  const std::map<std::string, std::string (*)(const ProgramDescription&)> writers = {
      {"bash", bash_completion},
      {"zsh", zsh_completion},
      {"fish", fish_completion},
      {"man", manual_page}};
  fmt::print("{}", writers.at(form)(program));
  return exit_done;
}

std::function<ExitCode()> declare(CommandLine& line) {
  auto form = std::make_shared<std::string>();
  line.positional("FORM", *form,
                  "a shell's script, the manual page in roff, or the models on this machine");
  line.choices({"bash", "zsh", "fish", "man", "models"});
  line.example("source <(swivel completion bash)", "complete in this shell");
  line.example("swivel completion fish > ~/.config/fish/completions/swivel.fish", "");
  line.example("swivel completion man | man -l -", "read the manual");
  return [form, &program = line.program()] { return completion(*form, program); };
}

}  // namespace

const Command completion_command = {
    "completion", "Print a completion script for a shell, or the manual page", declare};

}  // namespace swivel
