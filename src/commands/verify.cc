// swivel verify MODEL: is what Swivel computes what the reference computes, on these very weights?

#include <chrono>
#include <filesystem>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "base/mapped_file.h"
#include "base/thread_pool.h"
#include "commands/commands.h"
#include "commands/program.h"
#include "commands/verify_compare.h"
#include "commands/verify_reference.h"
#include "kernels/choose.h"
#include "library/load.h"
#include "library/locate.h"
#include "model/score.h"
#include "net/digest.h"

namespace swivel {
namespace {

namespace fs = std::filesystem;

struct Options {
  std::string model;
  std::string engine = "auto";
  std::string python = "python3";
  std::string dtype = "float32";
  int64_t new_tokens = 16;
  std::optional<std::string> out;
  std::optional<int64_t> threads;
  bool json = false;
};

// What one run found. `failures` is empty if everything agrees.
struct Findings {
  json::Object report;
  std::vector<std::string> failures;
};

std::string hash_of(std::span<const std::byte> bytes) {
  net::Digest digest = net::Digest::sha256();
  digest.update(bytes);
  return digest.finish();
}

std::string hash_of(std::string_view text) { return hash_of(std::as_bytes(std::span(text))); }

// Name, size and SHA-256 of each of the model's files: what a report is about.
Result<json::Array> hash_files(const library::LoadedModel& loaded) {
  const fs::path& path = loaded.located.path;
  json::Array files;
  for (const auto& file : loaded.description.files) {
    const bool folder = loaded.located.container == library::Located::Container::huggingface;
    const MappedFile mapped = TRY(MappedFile::open(folder ? path / file.name : path));
    files.emplace_back(json::Object{
        {"name", file.name}, {"bytes", file.bytes}, {"sha256", hash_of(mapped.bytes())}});
  }
  return files;
}

bool has_quantised_weights(const ModelSource& source) {
  for (const WeightFile& file : source.files)
    for (const StoredTensor& tensor : file.tensors)
      if (is_quantised(tensor.dtype)) return true;
  return false;
}

json::Array as_json(std::span<const int32_t> ids) {
  json::Array array;
  for (int32_t id : ids) array.emplace_back(int64_t{id});
  return array;
}

void check_ids(const library::LoadedModel& loaded, const VerifyPrompts& prompts,
               const ReferenceAnswer& reference, Findings& findings) {
  int64_t equal = 0;
  for (size_t i = 0; i < prompts.texts.size(); ++i) {
    const auto ids = loaded.tokenizer.encode(prompts.texts[i], Tokenizer::Specials::parse,
                                             Tokenizer::Affixes::as_model);
    if (ids == reference.texts[i].ids)
      ++equal;
    else
      findings.failures.push_back(
          fmt::format("tokenizer: {} gives {}; the reference {}", json::quote(prompts.texts[i]),
                      json::write(as_json(ids)), json::write(as_json(reference.texts[i].ids))));
  }
  findings.report.emplace_back(
      "tokenizer", json::Object{{"texts", prompts.texts.size()}, {"equal", equal}});
}

Result<std::string> render(const library::LoadedModel& loaded, const json::Value& conversation,
                           std::chrono::system_clock::time_point now) {
  const json::Value* tools = conversation.find("tools");
  const bool given = tools != nullptr && tools->is_array();
  const ChatTemplate chosen = TRY(loaded.chat.templates.choose(
      std::nullopt, given ? ChatTemplates::Tools::given : ChatTemplates::Tools::none));
  ChatTemplate::Inputs inputs;
  inputs.messages = *conversation.find("messages");
  if (given) inputs.tools = *tools;
  inputs.special_tokens = loaded.chat.special_tokens;
  inputs.now = now;
  return chosen.render(inputs);
}

void check_templates(const library::LoadedModel& loaded, const VerifyPrompts& prompts,
                     const ReferenceAnswer& reference, std::chrono::system_clock::time_point now,
                     Findings& findings) {
  int64_t compared = 0, equal = 0;
  json::Array hashes;
  for (size_t i = 0; i < prompts.conversations.size(); ++i) {
    if (!reference.rendered[i]) continue;
    ++compared;
    const auto ours = render(loaded, prompts.conversations[i], now);
    if (ours && *ours == *reference.rendered[i]) {
      ++equal;
      hashes.emplace_back(hash_of(*ours));
      continue;
    }
    findings.failures.push_back(fmt::format("template: conversation {} differs: {}", i + 1,
                                            ours ? json::quote(*ours) : ours.error().message));
  }
  findings.report.emplace_back(
      "template",
      json::Object{{"conversations", compared}, {"equal", equal}, {"sha256", std::move(hashes)}});
}

json::Object as_json(const Comparison& sum) {
  return {{"positions", sum.positions}, {"same_choice", sum.same_choice},
          {"near_ties", sum.near_ties}, {"different", sum.different},
          {"mean_kl", sum.mean_kl},     {"max_kl", sum.max_kl},
          {"max_difference", sum.max_difference}};
}

// Both engines see the reference's tokens, so that one different choice does not hide the rest.
Status check_logits(const Model& model, Workspace& workspace, const VerifyPrompts& prompts,
                    const ReferenceAnswer& reference, const Tolerance& tolerance,
                    Findings& findings) {
  const auto vocab_size = static_cast<size_t>(model.config.vocab_size);
  if (reference.vocab_size != model.config.vocab_size)
    return fail(ErrorCode::refused, "the reference has {} logits a row, {} has {}",
                reference.vocab_size, model.description.family, vocab_size);
  Comparison all;
  json::Array texts;
  for (size_t i = 0; i < reference.texts.size(); ++i) {
    std::vector<int32_t> tokens = reference.texts[i].ids;
    tokens.insert(tokens.end(), reference.texts[i].greedy.begin(), reference.texts[i].greedy.end());
    const std::vector<float> ours = TRY(score(model, workspace, tokens));
    Comparison one;
    for (size_t row = 0; row < tokens.size(); ++row) {
      const std::span theirs(reference.texts[i].logits.data() + row * vocab_size, vocab_size);
      const std::span mine(ours.data() + row * vocab_size, vocab_size);
      add_position(one, theirs, mine, tolerance);
      add_position(all, theirs, mine, tolerance);
    }
    json::Object text = as_json(one);
    text.emplace_back("greedy", as_json(reference.texts[i].greedy));
    texts.emplace_back(std::move(text));
    if (!one.equal(tolerance))
      findings.failures.push_back(fmt::format(
          "logits: {} has mean KL {:.2e} and {} different choices of {}",
          json::quote(prompts.texts[i]), one.mean_kl, one.different, one.positions));
  }
  json::Object logits = as_json(all);
  logits.emplace_back("allowed_mean_kl", tolerance.mean_kl);
  logits.emplace_back("near_tie", tolerance.near_tie);
  logits.emplace_back("texts", std::move(texts));
  findings.report.emplace_back("logits", std::move(logits));
  return {};
}

Result<Findings> verify(const Options& options) {
  const library::Located located = TRY(library::locate(options.model));
  ThreadPool threads(static_cast<int>(options.threads.value_or(available_cpus())));
  const kernels::Table& kernels = kernels::choose();
  LoadOptions load_options;
  load_options.kernels = &kernels;
  load_options.threads = &threads;
  const library::LoadedModel loaded = TRY(library::load(located, load_options));
  const bool quantised = has_quantised_weights(TRY(library::open_source(located)));
  const Tolerance& tolerance = quantised ? kQuantisedTolerance : kFloatTolerance;

  const auto now = std::chrono::time_point_cast<std::chrono::seconds>(
      std::chrono::system_clock::now());
  ReferenceJob job;
  job.python = options.python;
  job.model = located.path.string();
  job.engine = options.engine;
  job.dtype = options.dtype;
  job.now = fmt::format("{:%Y-%m-%dT%H:%M:%S}", now);
  job.new_tokens = options.new_tokens;
  const VerifyPrompts prompts = verify_prompts();
  const ReferenceAnswer reference = TRY(ask_reference(job, prompts));

  Findings findings;
  findings.report = {{"model", loaded.description.name},
                     {"revision", loaded.description.revision},
                     {"family", loaded.model.description.family},
                     {"swivel", kVersion},
                     {"kernels", kernels.name},
                     {"reference", reference.engine},
                     {"reference_dtype", options.dtype},
                     {"date", fmt::format("{:%Y-%m-%d}", now)},
                     {"files", TRY(hash_files(loaded))}};
  check_ids(loaded, prompts, reference, findings);
  check_templates(loaded, prompts, reference, now, findings);
  Workspace workspace(kernels, threads);
  TRY(check_logits(loaded.model, workspace, prompts, reference, tolerance, findings));

  json::Array failures;
  for (const std::string& failure : findings.failures) failures.emplace_back(failure);
  findings.report.emplace_back("equal", findings.failures.empty());
  findings.report.emplace_back("failures", std::move(failures));
  return findings;
}

void print(const Options& options, const Findings& findings) {
  const json::Value report = findings.report;
  const json::Value& logits = *report.find("logits");
  const json::Value& tokenizer = *report.find("tokenizer");
  const json::Value& templates = *report.find("template");
  fmt::print("model      {}\nreference  {}\n", options.model,
             report.find("reference")->as_string());
  fmt::print("tokenizer  {} of {} texts equal\n", tokenizer.find("equal")->as_integer(),
             tokenizer.find("texts")->as_integer());
  fmt::print("template   {} of {} prompts equal\n", templates.find("equal")->as_integer(),
             templates.find("conversations")->as_integer());
  fmt::print("logits     mean KL {:.2e} (allowed {:.0e}), largest {:.2e}\n",
             logits.find("mean_kl")->as_number(), logits.find("allowed_mean_kl")->as_number(),
             logits.find("max_kl")->as_number());
  fmt::print("greedy     {} of {} choices equal, {} near-ties, {} different\n",
             logits.find("same_choice")->as_integer(), logits.find("positions")->as_integer(),
             logits.find("near_ties")->as_integer(), logits.find("different")->as_integer());
  for (const std::string& failure : findings.failures) fmt::print("differs    {}\n", failure);
  fmt::print("verdict    {}\n", findings.failures.empty() ? "equal" : "different");
}

ExitCode run(const Options& options) {
  const Result<Findings> findings = verify(options);
  if (!findings) return report(findings.error());
  const std::string text = json::write(findings->report, json::Style::indented) + "\n";
  if (options.out)
    if (const Status status = write_file_atomically(*options.out, text); !status)
      return report(status.error());
  if (options.json)
    fmt::print("{}", text);
  else
    print(options, *findings);
  return findings->failures.empty() ? exit_done : exit_negative;
}

std::function<ExitCode()> declare(CommandLine& line) {
  auto options = std::make_shared<Options>();
  line.positional("MODEL", options->model, "path, model in the box, or org/name");
  line.option("--engine", options->engine, "NAME", "the reference; auto: llama.cpp for a GGUF");
  line.choices({"auto", "transformers", "llama.cpp"});
  line.option("--python", options->python, "PROGRAM", "the interpreter that has the reference");
  line.option("--dtype", options->dtype, "TYPE", "what transformers computes in");
  line.choices({"float32", "auto"});
  line.option("--new-tokens", options->new_tokens, "N", "greedy tokens for each text");
  line.option("--threads", options->threads, "N", "threads; all CPUs of this process otherwise");
  line.option("--out", options->out, "FILE", "write the report there, as JSON");
  line.flag("--json", options->json, "print the report as JSON");
  line.example("swivel verify mini-qwen3", "compare with transformers, if python3 has it");
  line.example("swivel verify Qwen/Qwen2.5-1.5B-Instruct --out report.json",
               "a report to hand in");
  return [options] { return run(*options); };
}

}  // namespace

const Command verify_command = {
    "verify", "Compare a model's tokens, prompts and logits with a reference engine", declare};

}  // namespace swivel
