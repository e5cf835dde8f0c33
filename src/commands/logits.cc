// swivel logits: what the model computes for given tokens, as numbers.

#include <bit>
#include <charconv>
#include <cstdio>
#include <cstring>

#include "base/mapped_file.h"
#include "base/thread_pool.h"
#include "commands/commands.h"
#include "kernels/choose.h"
#include "library/load.h"
#include "model/score.h"

namespace swivel {
namespace {

struct Options {
  std::string model;
  std::string tokens;
  bool all = false;
  std::optional<std::string> out;
  std::optional<std::string> family;
  std::optional<int64_t> threads;
};

Result<std::vector<int32_t>> parse_tokens(std::string_view text) {
  std::vector<int32_t> tokens;
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(','));
    int32_t token = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), token);
    if (error != std::errc() || end != word.data() + word.size())
      return fail(ErrorCode::bad_input, "--tokens: \"{}\" is no token id", word);
    tokens.push_back(token);
    text.remove_prefix(std::min(word.size() + 1, text.size()));
  }
  if (tokens.empty()) return fail(ErrorCode::bad_input, "--tokens: at least one id is needed");
  return tokens;
}

// Little-endian float32, as all machines this runs on store it.
static_assert(std::endian::native == std::endian::little);

Status write(std::span<const float> rows, const Options& options) {
  const std::string_view bytes(reinterpret_cast<const char*>(rows.data()), rows.size_bytes());
  if (options.out) return write_file_atomically(*options.out, bytes);
  if (std::fwrite(bytes.data(), 1, bytes.size(), stdout) != bytes.size())
    return fail(ErrorCode::bad_input, "the logits could not be written to standard output");
  return {};
}

Status logits(const Options& options) {
  const std::vector<int32_t> tokens = TRY(parse_tokens(options.tokens));
  const library::Located located = TRY(library::locate(options.model));
  ThreadPool threads(static_cast<int>(options.threads.value_or(available_cpus())));
  const kernels::Table& kernels = kernels::choose();
  LoadOptions load{.kernels = &kernels, .threads = &threads};
  if (options.family) load.family = *options.family;
  const Model model = TRY(library::load_weights(located, load));
  Workspace workspace(kernels, threads);
  const std::vector<float> all = TRY(score(model, workspace, tokens));
  const size_t vocab_size = static_cast<size_t>(model.config.vocab_size);
  return write(options.all ? std::span(all) : std::span(all).last(vocab_size), options);
}

std::function<ExitCode()> declare(CommandLine& line) {
  auto options = std::make_shared<Options>();
  line.positional("MODEL", options->model, "path, built-in name or org/name");
  line.option("--tokens", options->tokens, "IDS", "token ids, separated by commas");
  line.flag("--all", options->all, "a row for every token; without it, for the last one only");
  line.option("--out", options->out, "FILE", "write here instead of to standard output");
  line.option("--family", options->family, "FILE", "family file to use");
  line.option("--threads", options->threads, "N", "threads; all CPUs if left out");
  line.example("swivel logits mini-qwen3 --tokens 1,2,3 --all --out logits.f32",
               "float32, little-endian, [3, vocabulary]");
  return [options] {
    if (options->threads && (*options->threads < 1 || *options->threads > 1024))
      return report({ErrorCode::bad_input, "--threads must be from 1 to 1024"});
    const Status status = logits(*options);
    return status ? exit_done : report(status.error());
  };
}

}  // namespace

const Command logits_command = {"logits", "Compute the logits of given tokens", declare};

}  // namespace swivel
