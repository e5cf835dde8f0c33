// swivel tokenize: the ids of a text, or of many.
#include <fmt/format.h>

#include "commands/commands.h"
#include "commands/input.h"
#include "commands/text_lines.h"
#include "commands/tokenizer_argument.h"
#include "formats/json.h"

namespace swivel {
namespace {

struct Options {
  std::string model;
  std::string text;
  std::string separator;
  bool json = false;
  bool no_bos = false;
  bool plain = false;
};

using Ids = std::vector<int32_t>;

Ids encode(const Tokenizer& tokenizer, std::string_view text, const Options& options) {
  return tokenizer.encode(text,
                          options.plain ? Tokenizer::Specials::as_text : Tokenizer::Specials::parse,
                          options.no_bos ? Tokenizer::Affixes::none : Tokenizer::Affixes::as_model);
}

std::string id_array(const Ids& ids) { return fmt::format("[{}]", fmt::join(ids, ",")); }

void print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

void print_json(const Tokenizer& tokenizer, const Ids& ids) {
  std::string texts;
  for (const int32_t id : ids) {
    if (!texts.empty()) texts += ',';
    texts += json::quote(tokenizer.token_text(id));
  }
  print(fmt::format("{{\"ids\":{},\"tokens\":[{}]}}\n", id_array(ids), texts));
}

void print_table(const Tokenizer& tokenizer, const Ids& ids) {
  for (const int32_t id : ids)
    print(fmt::format("{:>7}  {}{}\n", id, json::quote(tokenizer.token_bytes(id)),
                      tokenizer.is_special(id) ? "  (special)" : ""));
}

// One array of ids for each text of the input.
Status tokenize_many(const Tokenizer& tokenizer, std::string_view input, const Options& options) {
  const char separator = options.separator == "nul" ? '\0' : '\n';
  size_t line = 0;
  while (!input.empty()) {
    std::string_view text = take_text(input, separator);
    std::string decoded;
    ++line;
    if (options.separator == "json") {
      const json::Value value = TRY(json::parse(text, fmt::format("line {}", line)));
      if (!value.is_string())
        return fail(ErrorCode::bad_input, "line {} must be a JSON string, found {}", line,
                    json::kind_name(value));
      decoded = value.as_string();
      text = decoded;
    }
    print(id_array(encode(tokenizer, text, options)) + "\n");
  }
  return {};
}

Status tokenize(const Options& options) {
  const Tokenizer tokenizer = TRY(open_tokenizer(options.model));
  const std::string text = options.text.empty() ? TRY(read_stdin()) : options.text;
  if (!options.separator.empty()) return tokenize_many(tokenizer, text, options);
  const Ids ids = encode(tokenizer, text, options);
  if (options.json)
    print_json(tokenizer, ids);
  else
    print_table(tokenizer, ids);
  return {};
}

std::function<ExitCode()> declare(CommandLine& line) {
  auto options = std::make_shared<Options>();
  line.positional("MODEL", options->model, "folder, .gguf (a vocabulary will do), or name");
  line.positional("TEXT", options->text, "what to tokenize; standard input if left out",
                  CommandLine::Need::optional);
  line.flag("--json", options->json, "one JSON object: ids, and tokens as the model writes them");
  line.flag("--no-bos", options->no_bos,
            "without the tokens that the model puts around a text (BOS, EOS)");
  line.flag("--as-text", options->plain, "control tokens in the text are text");
  line.option("--many", options->separator, "HOW",
              "many texts in, one JSON array of ids a line out; texts are lines, JSON strings one "
              "a line, or stretches that end with a NUL");
  line.choices({"lines", "json", "nul"});
  line.example("swivel tokenize mini-qwen3 'Hello, world'", "ids and what each adds to the text");
  line.example("swivel tokenize mini-llama3 --many lines --no-bos <FILE", "one array a line");
  return [options] {
    const Status status = tokenize(*options);
    return status ? exit_done : report(status.error());
  };
}

}  // namespace

const Command tokenize_command = {"tokenize", "Show the tokens of a text", declare};

}  // namespace swivel
