// swivel bench: what the machine can do, and how near to it a model runs.
#include <fmt/format.h>

#include "commands/bench_machine.h"
#include "commands/bench_model.h"
#include "commands/bench_shapes.h"
#include "commands/commands.h"
#include "formats/json.h"
#include "kernels/choose.h"
#include "library/load.h"
#include "library/locate.h"

namespace swivel {
namespace {

struct Options {
  std::string model;
  std::string shape;
  std::string quant = "q4_k_m";
  std::optional<int64_t> threads;
  BenchPlan plan;
  bool json = false;
};

// One measured figure and what it is a share of.
struct Figure {
  std::string work;
  std::string unit;
  Spread value;
  int64_t runs = 1;
  std::optional<double> share;  // of `limit`
  std::string limit;            // the work that measures the limit
  double bytes = 0;             // moved for one unit of the value; 0: not counted
  std::string logits_hash;
};

struct Setting {
  std::string model;  // empty: the machine alone
  std::string kernels;
  int threads = 1;
};

json::Object as_json(const Figure& figure, const Setting& setting) {
  json::Object line = {{"work", figure.work},        {"value", figure.value.median},
                       {"unit", figure.unit},        {"least", figure.value.least},
                       {"most", figure.value.most},  {"runs", figure.runs},
                       {"kernels", setting.kernels}, {"threads", int64_t{setting.threads}}};
  if (!setting.model.empty()) line.emplace_back("model", setting.model);
  if (figure.share) {
    line.emplace_back("share_of_limit", *figure.share);
    line.emplace_back("limit", figure.limit);
  }
  if (figure.bytes > 0) line.emplace_back("bytes", figure.bytes);
  if (!figure.logits_hash.empty()) line.emplace_back("logits_hash", figure.logits_hash);
  return line;
}

void print(const Figure& figure, const Setting& setting, const Options& options) {
  if (options.json) {
    fmt::print("{}\n", json::write(as_json(figure, setting)));
  } else {
    std::string text =
        fmt::format("{:<8} {:>9.1f} {:<9}", figure.work, figure.value.median, figure.unit);
    if (figure.runs > 1) {
      text += fmt::format(" ({:.1f} to {:.1f} in {} runs)", figure.value.least, figure.value.most,
                          figure.runs);
    }
    if (figure.share) text += fmt::format(", {:.0f} % of {}", 100 * *figure.share, figure.limit);
    if (!figure.logits_hash.empty()) text += fmt::format(", logits {}", figure.logits_hash);
    fmt::print("{}\n", text);
  }
  std::fflush(stdout);
}

Figure limit_figure(std::string work, std::string unit, double value) {
  return {.work = std::move(work),
          .unit = std::move(unit),
          .value = {value, value, value},
          .runs = 1,
          .share = std::nullopt,
          .limit = "",
          .bytes = 0,
          .logits_hash = ""};
}

// Decode is measured against reading, prefill against arithmetic.
Figure model_figure(const BenchResult& result, const TokenCost& cost, const MachineLimits& limits,
                    int64_t runs) {
  const bool decode = result.work == "decode";
  const double limit = decode        ? limits.read_bytes
                       : cost.packed ? limits.byte_products
                                     : limits.float_products;
  const double per_token = decode ? cost.weight_bytes : cost.products;
  return {.work = result.work,
          .unit = "tokens/s",
          .value = result.tokens_per_second,
          .runs = runs,
          .share = result.tokens_per_second.median * per_token / limit,
          .limit = decode        ? "read"
                   : cost.packed ? "int8"
                                 : "fp32",
          .bytes = decode ? cost.weight_bytes : 0,
          .logits_hash = result.logits_hash};
}

Result<ModelSource> open_model(const Options& options, ThreadPool& threads) {
  if (!options.shape.empty()) return random_model(options.shape, options.quant, threads);
  return library::open_source(TRY(library::locate(options.model)));
}

Status bench(const Options& options) {
  if (!options.shape.empty() && !options.model.empty())
    return fail(ErrorCode::bad_input, "bench takes a MODEL or --shape, not both");
  if (options.threads.value_or(1) < 1 || options.threads.value_or(1) > 4096)
    return fail(ErrorCode::bad_input, "--threads {}: expected 1 to 4096", *options.threads);
  const BenchPlan& plan = options.plan;
  if (plan.runs < 1 || plan.prompt_tokens < 0 || plan.decode_tokens < 0 || plan.context < 0 ||
      plan.prompt_tokens > 1 << 20 || plan.decode_tokens + plan.context > 1 << 20)
    return fail(ErrorCode::bad_input, "bench: runs must be at least 1 and tokens 0 to 1048576");
  ThreadPool threads(static_cast<int>(options.threads.value_or(available_cpus())));
  const kernels::Table& kernels = kernels::choose();
  Setting setting = {"", kernels.name, threads.size()};
  const MachineLimits limits = TRY(measure_machine(kernels, threads));
  print(limit_figure("read", "GB/s", limits.read_bytes / 1e9), setting, options);
  print(limit_figure("int8", "Gmac/s", limits.byte_products / 1e9), setting, options);
  print(limit_figure("fp32", "Gmac/s", limits.float_products / 1e9), setting, options);
  if (options.shape.empty() && options.model.empty()) return {};
  ModelSource source = TRY(open_model(options, threads));
  setting.model = source.name;
  LoadOptions load;
  load.kernels = &kernels;
  load.threads = &threads;
  const Model model = TRY(load_model(std::move(source), load));
  const TokenCost cost = token_cost(model);
  for (const BenchResult& result : TRY(bench_model(model, kernels, threads, plan)))
    print(model_figure(result, cost, limits, plan.runs), setting, options);
  return {};
}

std::function<ExitCode()> declare(CommandLine& line) {
  auto options = std::make_shared<Options>();
  line.positional("MODEL", options->model,
                  "path, built-in name or org/name; none: the machine alone",
                  CommandLine::Need::optional);
  line.option("--shape", options->shape, "NAME", "random weights of a published shape");
  line.choices(shape_names());
  line.option("--quant", options->quant, "NAME", "the format of those weights");
  line.choices(quant_names());
  line.option("--threads", options->threads, "N", "all CPUs of this process unless given");
  line.option("--prompt", options->plan.prompt_tokens, "N", "tokens of prefill; 0: skip it");
  line.option("--decode", options->plan.decode_tokens, "N", "tokens of a decode run; 0: skip it");
  line.option("--context", options->plan.context, "N", "tokens before the decoded ones");
  line.option("--runs", options->plan.runs, "N", "of each work");
  line.flag("--json", options->json, "one JSON line for each work");
  line.example("swivel bench --shape qwen2.5-1.5b --quant q4_k_m",
               "a 1.5B model without its weights");
  line.example("swivel bench mini-qwen3 --json", "a model of one's own, for a file");
  return [options] {
    const Status status = bench(*options);
    return status ? exit_done : report(status.error());
  };
}

}  // namespace

const Command bench_command = {"bench", "Measure the machine and how near to it a model runs",
                               declare};

}  // namespace swivel
