// swivel detokenize: the text of token ids.
#include <charconv>

#include "commands/commands.h"
#include "commands/input.h"
#include "commands/terminal.h"
#include "commands/text_lines.h"
#include "commands/tokenizer_argument.h"
#include "formats/json.h"

namespace swivel {
namespace {

struct Options {
  std::string model;
  std::vector<std::string> ids;
  bool json = false;
  bool many = false;
  bool skip_special = false;
};

using Ids = std::vector<int32_t>;

// Numbers between spaces, commas, brackets or line ends; so that what tokenize prints can be read.
Result<Ids> parse_ids(std::string_view text, const Tokenizer& tokenizer) {
  constexpr std::string_view kBetween = " ,\t\r\n[]";
  Ids ids;
  for (size_t at = text.find_first_not_of(kBetween); at != text.npos;
       at = text.find_first_not_of(kBetween, at)) {
    const size_t end = std::min(text.find_first_of(kBetween, at), text.size());
    const std::string_view word = text.substr(at, end - at);
    int32_t id = -1;
    const auto [rest, error] = std::from_chars(word.data(), word.data() + word.size(), id);
    if (error != std::errc() || rest != word.data() + word.size() || !tokenizer.has_id(id))
      return fail(ErrorCode::bad_input, "\"{}\" is not a token id; ids run from 0 to {}",
                  word.substr(0, 40), tokenizer.vocab_size() - 1);
    ids.push_back(id);
    at = end;
  }
  return ids;
}

std::string decode(const Tokenizer& tokenizer, const Ids& ids, const Options& options) {
  return tokenizer.decode(
      ids, options.skip_special ? Tokenizer::SkipSpecials::yes : Tokenizer::SkipSpecials::no);
}

void print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

Status detokenize(const Options& options) {
  const Tokenizer tokenizer = TRY(open_tokenizer(options.model));
  std::string input;
  for (const std::string& id : options.ids) input += id + " ";
  if (options.ids.empty()) input = TRY(read_stdin());
  if (options.many) {
    for (std::string_view rest = input; !rest.empty();) {
      const Ids ids = TRY(parse_ids(take_text(rest, '\n'), tokenizer));
      print(json::quote(decode(tokenizer, ids, options)) + "\n");
    }
    return {};
  }
  const std::string text = decode(tokenizer, TRY(parse_ids(input, tokenizer)), options);
  print(options.json ? "{\"text\":" + json::quote(text) + "}\n" : text);
  if (!options.json && is_terminal(stdout)) print("\n");
  return {};
}

std::function<ExitCode()> declare(CommandLine& line) {
  auto options = std::make_shared<Options>();
  line.positional("MODEL", options->model, "folder, .gguf (a vocabulary will do), or name");
  line.rest("IDS", options->ids, "token ids; standard input if left out");
  line.flag("--json", options->json, "one JSON object: text");
  line.flag("--many", options->many, "a list of ids a line in, a JSON string a line out");
  line.flag("--skip-special", options->skip_special, "leave control tokens out");
  line.example("swivel detokenize mini-qwen3 9707 11 1879", "the text, without a line end");
  return [options] {
    const Status status = detokenize(*options);
    return status ? exit_done : report(status.error());
  };
}

}  // namespace

const Command detokenize_command = {"detokenize", "Show the text of token ids", declare};

}  // namespace swivel
