#include "library/locate.h"

#include <algorithm>
#include <cstdlib>
#include <fstream>

#include "formats/shown.h"
#include "library/model_folder.h"
#include "net/nearest_name.h"
#include "net/repo_name.h"

namespace swivel::library {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kHub = "hf:";
constexpr size_t kSuggestions = 3;
constexpr int kFoldersUp = 4;  // from build/FLAVOUR/tests to the source tree's root

bool is_folder(const fs::path& path) {
  std::error_code ignored;
  return fs::is_directory(path, ignored);
}

bool begins_with_gguf(const fs::path& file) {
  char magic[4] = {};
  std::ifstream(file, std::ios::binary).read(magic, sizeof magic);
  return std::string_view(magic, sizeof magic) == "GGUF";
}

// The folder as a model, or the one GGUF in it. `place` is what messages call it.
Result<Located> choose_in_folder(const fs::path& folder, const ModelFolder& found,
                                 std::string_view place, Needs needs, Located located) {
  const bool is_model = found.has_config && !found.safetensors.empty();
  if (!is_model && found.ggufs.size() == 1) {
    located.container = Located::Container::gguf;
    located.path = folder / found.ggufs[0];
    return located;
  }
  located.container = Located::Container::huggingface;
  located.path = folder;
  if (is_model || (needs == Needs::text_only && found.has_tokenizer)) return located;
  if (found.ggufs.size() > 1)
    return fail(ErrorCode::bad_input, "{} holds {} GGUF files; say which: {}", place,
                found.ggufs.size(), listed(found.ggufs, 12));
  if (needs == Needs::text_only && found.has_config) return located;  // the reader says what lacks
  if (found.has_config)
    return fail(ErrorCode::not_found, "{} has a config.json but no weights (*.safetensors, *.gguf)",
                place);
  return fail(ErrorCode::bad_input,
              "{} is no model: neither config.json with *.safetensors nor a .gguf is in it", place);
}

Result<Located> locate_path(const fs::path& path, std::string_view argument, Needs needs) {
  Located located{.origin = Located::Origin::path, .name = std::string(argument)};
  const std::string place = formats::shown(argument);
  if (is_folder(path)) {
    const ModelFolder found = TRY(look_into(path));
    if (needs == Needs::everything && !found.missing.empty() && found.ggufs.empty())
      return fail(ErrorCode::not_found, "{} is not whole: {} {} missing", place,
                  listed(found.missing), found.missing.size() == 1 ? "is" : "are");
    return choose_in_folder(path, found, place, needs, located);
  }
  if (!begins_with_gguf(path))
    return fail(ErrorCode::bad_input,
                "{} is no model: expected a folder with config.json, or a GGUF file", place);
  located.container = Located::Container::gguf;
  located.path = path;
  return located;
}

// The `swivel pull` that fetches what an argument names.
std::string pull_command(const net::RepoArgument& argument) {
  std::string command = "swivel pull " + argument.repo.str();
  if (!argument.revision.empty()) command += "@" + argument.revision;
  if (!argument.file.empty()) command += " --include '" + argument.file + "'";
  return command;
}

std::string revisions_there(const HubCache& cache, const net::RepoName& repo) {
  std::vector<std::string> names;
  for (const HubCache::Ref& ref : cache.refs(repo)) names.push_back(ref.name);
  for (const std::string& commit : cache.commits(repo)) names.push_back(commit);
  return listed(names, 6);
}

Result<Located> locate_in_snapshot(const HubCache& cache, const net::RepoArgument& argument,
                                   const std::string& commit, Needs needs) {
  Located located{.origin = Located::Origin::cache, .name = argument.repo.str(), .commit = commit};
  const fs::path folder = cache.snapshot_folder(argument.repo, commit);
  if (!argument.file.empty()) {
    located.container = Located::Container::gguf;
    located.path = folder / argument.file;
    located.name += "/" + argument.file;
    std::error_code ignored;
    if (fs::is_regular_file(located.path, ignored)) return located;
    return fail(ErrorCode::not_found, "{} is not in the cache; {} fetches it", located.name,
                pull_command(argument));
  }
  const ModelFolder found = TRY(look_into(folder));
  if (needs == Needs::everything && !found.missing.empty())
    return fail(ErrorCode::not_found, "{} is not whole: {} {} missing; {} fetches what is left",
                located.name, listed(found.missing), found.missing.size() == 1 ? "is" : "are",
                pull_command(argument));
  auto chosen = choose_in_folder(folder, found, located.name, needs, located);
  if (!chosen && found.ggufs.size() > 1)
    return fail(ErrorCode::bad_input, "{}, as {}/FILE", chosen.error().message, located.name);
  if (!chosen && cache.has_unfinished(argument.repo))
    return fail(ErrorCode::not_found, "{} is only partly downloaded; {} fetches what is left",
                located.name, pull_command(argument));
  return chosen;
}

// Nothing if the cache does not know the repository at all.
std::optional<Result<Located>> locate_in_cache(const HubCache& cache,
                                               const net::RepoArgument& argument, Needs needs) {
  if (!is_folder(cache.repo_folder(argument.repo))) return std::nullopt;
  const std::string revision = argument.revision.empty() ? "main" : argument.revision;
  const auto commit = cache.resolve(argument.repo, revision);
  if (commit && is_folder(cache.snapshot_folder(argument.repo, *commit)))
    return locate_in_snapshot(cache, argument, *commit, needs);
  const std::string there = revisions_there(cache, argument.repo);
  if (there.empty() && !cache.has_unfinished(argument.repo)) return std::nullopt;
  if (there.empty())
    return fail(ErrorCode::not_found, "{} is only partly downloaded; {} fetches what is left",
                argument.repo.str(), pull_command(argument));
  return fail(ErrorCode::not_found, "{} is in the cache, but not at {}: there is {}; {} fetches it",
              argument.repo.str(), revision, there, pull_command(argument));
}

std::vector<std::string> all_names(const Places& places) {
  std::vector<std::string> names;
  for (const BuiltIn& model : built_in_models(places)) names.push_back(model.name);
  for (const net::RepoName& repo : HubCache(places.cache).repos()) names.push_back(repo.str());
  return names;
}

// "; did you mean A or B?", or nothing. A bare word is also compared with the names after the '/'.
std::string suggestion(std::string_view wanted, const Places& places) {
  const std::vector<std::string> names = all_names(places);
  std::vector<std::string> near = net::nearest_names(wanted, names, kSuggestions);
  if (near.empty() && wanted.find('/') == std::string_view::npos) {
    for (const std::string& name : names)
      if (!net::nearest_names(wanted, {name.substr(name.find('/') + 1)}, 1).empty())
        near.push_back(name);
    near.resize(std::min(near.size(), kSuggestions));
  }
  if (near.empty()) return {};
  std::string text = "; did you mean ";
  for (size_t i = 0; i < near.size(); ++i) text += (i == 0 ? "" : " or ") + near[i];
  return text + "?";
}

std::string built_in_words(const Places& places) {
  std::vector<std::string> names;
  for (const BuiltIn& model : built_in_models(places)) names.push_back(model.name);
  return names.empty() ? "no models are built in" : "built in are " + listed(names, 12);
}

bool looks_like_path(std::string_view argument) {
  return argument.starts_with('/') || argument.starts_with("./") || argument.starts_with("../") ||
         argument.starts_with('~') || argument == "." || argument == ".." ||
         argument.ends_with('/') ||
         (argument.ends_with(".gguf") && std::count(argument.begin(), argument.end(), '/') < 2);
}

std::unexpected<Error> not_found(std::string_view argument, const Places& places) {
  const std::string shown = formats::shown(argument);
  if (looks_like_path(argument))
    return fail(ErrorCode::not_found, "{}: no such file or folder", shown);
  const auto name = net::parse_repo_argument(argument);
  if (!name)
    return fail(ErrorCode::not_found,
                "{}: no file or folder has this name, and {}; a model of the Hub is written "
                "org/name{}",
                shown, built_in_words(places), suggestion(argument, places));
  return fail(ErrorCode::not_found,
              "{}: no file or folder has this name, and it is not in the cache {}; {} fetches it{}",
              shown, places.cache.string(), pull_command(*name),
              suggestion(name->repo.str(), places));
}

Result<Located> locate_on_hub(std::string_view argument, const Places& places, Needs needs) {
  const net::RepoArgument name = TRY(net::parse_repo_argument(argument));
  if (auto located = locate_in_cache(HubCache(places.cache), name, needs)) return *located;
  return not_found(argument, places);
}

std::vector<fs::path> split_list(std::string_view text) {
  std::vector<fs::path> folders;
  size_t at = 0;
  while (at <= text.size()) {
    const size_t colon = std::min(text.find(':', at), text.size());
    if (colon > at) folders.emplace_back(text.substr(at, colon - at));
    at = colon + 1;
  }
  return folders;
}

std::vector<fs::path> folders_beside_program() {
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error).parent_path();
  if (error) return {};
  std::vector<fs::path> folders = {(program / "../models").lexically_normal(),
                                   (program / "../share/swivel/models").lexically_normal()};
  // A program that was built and not installed: the source tree has families/ beside models/.
  fs::path at = program;
  for (int i = 0; i < kFoldersUp && at.has_relative_path(); ++i) {
    at = at.parent_path();
    if (is_folder(at / "families")) folders.push_back(at / "models");
  }
  return folders;
}

}  // namespace

Places Places::from_environment() {
  Places places{.cache = HubCache::root_from_environment()};
  const char* models = std::getenv("SWIVEL_MODELS");
  places.built_in =
      models != nullptr && *models != '\0' ? split_list(models) : folders_beside_program();
  return places;
}

Result<Located> locate(std::string_view model, const Places& places, Needs needs) {
  if (model.empty()) return fail(ErrorCode::bad_input, "the name of the model is empty");
  if (model.find('\0') != std::string_view::npos)
    return fail(ErrorCode::bad_input, "the name of the model holds a zero byte");
  if (model.starts_with(kHub)) return locate_on_hub(model.substr(kHub.size()), places, needs);
  std::error_code ignored;
  if (fs::exists(fs::path(model), ignored)) return locate_path(fs::path(model), model, needs);
  for (const BuiltIn& built_in : built_in_models(places)) {
    if (built_in.name != model) continue;
    Located located = TRY(locate_path(built_in.path, model, needs));
    located.origin = Located::Origin::built_in;
    return located;
  }
  const auto name = net::parse_repo_argument(model);
  if (!name) return not_found(model, places);
  if (auto located = locate_in_cache(HubCache(places.cache), *name, needs)) return *located;
  return not_found(model, places);
}

Result<Located> locate(std::string_view model, Needs needs) {
  return locate(model, Places::from_environment(), needs);
}

std::vector<BuiltIn> built_in_models(const Places& places) {
  std::vector<BuiltIn> models;
  for (const fs::path& folder : places.built_in) {
    std::error_code error;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
      const std::string name = it->path().filename().string();
      const bool known = std::any_of(models.begin(), models.end(),
                                     [&](const BuiltIn& model) { return model.name == name; });
      std::error_code ignored;
      if (!known && fs::is_regular_file(it->path() / "config.json", ignored))
        models.push_back({name, it->path()});
    }
  }
  std::sort(models.begin(), models.end(),
            [](const BuiltIn& a, const BuiltIn& b) { return a.name < b.name; });
  return models;
}

}  // namespace swivel::library
