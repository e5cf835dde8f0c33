#include "library/pull.h"

#include <cstdlib>

#include "commands/commands.h"
#include "commands/interrupt.h"
#include "commands/program.h"
#include "commands/pull_display.h"
#include "commands/terminal.h"
#include "formats/json.h"
#include "library/file_choice.h"

namespace swivel {
namespace {

struct Options {
  std::string model;
  std::optional<std::string> revision;
  std::vector<std::string> include;
  int64_t jobs = 4;
  bool dry_run = false;
  bool json = false;
};

bool is_offline() {
  const char* value = std::getenv("HF_HUB_OFFLINE");
  const std::string_view text = value == nullptr ? "" : value;
  return text == "1" || text == "true" || text == "TRUE" || text == "yes" || text == "on";
}

Result<library::PullRequest> read_request(const Options& options) {
  std::string_view name = options.model;
  if (name.starts_with("hf:")) name.remove_prefix(3);
  const net::RepoArgument argument = TRY(net::parse_repo_argument(name));
  if (options.revision && !argument.revision.empty() && *options.revision != argument.revision)
    return fail(ErrorCode::bad_input, "two revisions are asked for: @{} and --revision {}",
                argument.revision, *options.revision);
  if (options.jobs < 1 || options.jobs > 32)
    return fail(ErrorCode::bad_input, "--jobs is {}; expected 1 to 32", options.jobs);
  library::PullRequest request{.repo = argument.repo, .include = options.include};
  request.jobs = static_cast<int>(options.jobs);
  if (!argument.revision.empty()) request.revision = argument.revision;
  if (options.revision) request.revision = *options.revision;
  if (!argument.file.empty()) request.include.push_back(argument.file);
  return request;
}

std::unique_ptr<PullDisplay> display_for(const Options& options) {
  if (options.json) return json_lines(stdout);
  const char* terminal = std::getenv("TERM");
  const bool moves =
      is_terminal(stderr) && terminal != nullptr && std::string_view(terminal) != "dumb";
  return moves ? bars(stderr) : lines(stderr);
}

void print_plan(const library::PullPlan& plan) {
  for (const auto& file : plan.files) {
    using State = library::PullPlan::File::State;
    const char* state = file.state == State::there  ? "there"
                        : file.state == State::part ? "part"
                                                    : "to fetch";
    fmt::print("{:>9}  {:<8}  {}\n", library::size_text(*file.facts.bytes), state, file.facts.path);
  }
}

void print_done(const Options& options, const library::PullPlan& plan) {
  if (options.json) {
    fmt::print("{}\n", json::write(json::Object{{"event", "done"},
                                                {"name", plan.request.repo.str()},
                                                {"commit", plan.commit},
                                                {"bytes", plan.bytes},
                                                {"snapshot", plan.snapshot.string()}}));
    return;
  }
  std::string name = plan.request.repo.str();
  if (plan.request.revision != "main") name += "@" + plan.request.revision;
  fmt::print("{} is here: {} {}, {}\n", name, plan.files.size(),
             plan.files.size() == 1 ? "file" : "files", library::size_text(plan.bytes));
}

Status pull(const Options& options) {
  if (is_offline())
    return fail(ErrorCode::not_found, "HF_HUB_OFFLINE is set, so nothing is fetched");
  const library::PullRequest request = TRY(read_request(options));
  const Interrupt interrupt;
  library::PullContext context{
      .access = TRY(net::HubAccess::from_environment()),
      .cache = library::HubCache(library::HubCache::root_from_environment())};
  context.http.user_agent = fmt::format("swivel/{}", kVersion);
  context.http.cancelled = [&] { return interrupt.pressed(); };
  const library::PullPlan plan = TRY(library::plan_pull(context, request));
  const auto display = display_for(options);
  display->begin(plan);
  if (options.dry_run) {
    if (!options.json) print_plan(plan);
    return {};
  }
  Status status = library::run_pull(
      context, plan, [&](const library::PullEvent& event) { display->event(event); });
  display->end();
  if (!status && status.error().code == ErrorCode::interrupted)
    return fail(ErrorCode::interrupted,
                "interrupted; what has come stays, and the same command "
                "fetches the rest");
  TRY(std::move(status));
  print_done(options, plan);
  return {};
}

std::function<ExitCode()> declare(CommandLine& line) {
  auto options = std::make_shared<Options>();
  line.positional("MODEL", options->model,
                  "org/name[@revision], or org/name/FILE.gguf for one file");
  line.option("--revision", options->revision, "REV", "a branch, a tag or a commit");
  line.option("--include", options->include, "GLOB", "only files that match");
  line.option("--jobs", options->jobs, "N", "files at once");
  line.flag("--dry-run", options->dry_run, "show what would be fetched");
  line.flag("--json", options->json, "events, one JSON object a line");
  line.example("swivel pull Qwen/Qwen2.5-1.5B-Instruct", "weights, tokenizer, template, licence");
  line.example("swivel pull Qwen/Qwen3-0.6B-GGUF --include '*Q8_0*'", "one of several GGUF files");
  line.example("HF_TOKEN=... swivel pull meta-llama/Llama-3.2-1B-Instruct",
               "a gated model, once its terms are accepted");
  return [options] {
    const Status status = pull(*options);
    return status ? exit_done : report(status.error());
  };
}

}  // namespace

const Command pull_command = {"pull", "Download a model from the Hugging Face Hub", declare};

}  // namespace swivel
