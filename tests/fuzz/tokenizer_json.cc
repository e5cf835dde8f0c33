// tokenizer.json, and after a NUL byte tokenizer_config.json: whatever loads must encode and
// decode.
#include <cstdint>
#include <string_view>

#include "text/tokenizer.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using swivel::Tokenizer;
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const size_t nul = input.find('\0');
  const std::string_view config = nul == input.npos ? std::string_view() : input.substr(nul + 1);
  const auto tokenizer = Tokenizer::from_json(input.substr(0, nul), config, "tokenizer.json");
  if (!tokenizer) return 0;
  for (const auto specials : {Tokenizer::Specials::parse, Tokenizer::Specials::as_text}) {
    const auto ids = tokenizer->encode("Hi 'S 12345 a\u0301 \xE4\xBD\xA0\xFF <s></s>\n\n  x",
                                       specials, Tokenizer::Affixes::as_model);
    tokenizer->decode(ids, Tokenizer::SkipSpecials::yes);
  }
  tokenizer->describe();
  return 0;
}
