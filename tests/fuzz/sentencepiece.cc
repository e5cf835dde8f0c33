// sentencepiece::read on any bytes.

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "formats/sentencepiece.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto model =
      swivel::sentencepiece::read({reinterpret_cast<const char*>(data), size}, "fuzz");
  if (model) CHECK(!model->pieces.empty() && model->pieces.size() <= size);
  return 0;
}
