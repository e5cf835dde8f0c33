#include "commands/tokenizer_argument.h"

#include <filesystem>

#include "formats/gguf.h"
#include "library/load.h"

namespace swivel {

Result<Tokenizer> open_tokenizer(std::string_view model) {
  const std::filesystem::path path(model);
  std::error_code error;
  const auto is_file = [&](const std::filesystem::path& p) {
    return std::filesystem::is_regular_file(p, error);
  };
  if (is_file(path / "tokenizer.json") || is_file(path / "tokenizer.model"))
    return Tokenizer::from_huggingface(path);
  if (is_file(path) &&
      (path.filename() == "tokenizer.json" || path.filename() == "tokenizer.model"))
    return Tokenizer::from_huggingface(path.parent_path());
  if (is_file(path) && path.extension() == ".gguf")
    return Tokenizer::from_gguf(TRY(gguf::File::open(path)));
  return library::load_tokenizer(TRY(library::locate(model, library::Needs::text_only)));
}

}  // namespace swivel
