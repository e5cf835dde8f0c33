// Tokenizer::from_huggingface: which file of a folder says what.
#include "base/mapped_file.h"
#include "text/tokenizer.h"

namespace swivel {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxConfigBytes = size_t{64} << 20;

bool is_file(const fs::path& path) {
  std::error_code error;
  return fs::is_regular_file(path, error);
}

}  // namespace

Result<Tokenizer> Tokenizer::from_huggingface(const fs::path& folder) {
  // Old folders name the special tokens in a file of their own, written the same way.
  fs::path config = folder / "tokenizer_config.json";
  if (!is_file(config)) config = folder / "special_tokens_map.json";
  std::string config_text;
  if (is_file(config)) config_text = TRY(read_file(config, kMaxConfigBytes));
  for (const char* name : {"tokenizer.json", "tokenizer.model"}) {
    const fs::path path = folder / name;
    if (!is_file(path)) continue;
    const MappedFile mapped = TRY(MappedFile::open(path));
    const std::string_view text(reinterpret_cast<const char*>(mapped.bytes().data()),
                                mapped.bytes().size());
    return path.extension() == ".json" ? from_json(text, config_text, path.string())
                                       : from_sentencepiece(text, config_text, path.string());
  }
  return fail(ErrorCode::not_found, "{}: neither tokenizer.json nor tokenizer.model",
              folder.string());
}

}  // namespace swivel
