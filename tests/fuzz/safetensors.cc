// safetensors::File and Index on any bytes; every byte that an accepted tensor claims is read.

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "base/check.h"
#include "formats/safetensors.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace safetensors = swivel::safetensors;
  const auto bytes = std::as_bytes(std::span(data, size));
  if (const auto file = safetensors::File::read(bytes, "fuzz")) {
    size_t covered = 0;
    volatile unsigned sum = 0;
    for (const safetensors::Entry& entry : file->entries()) {
      CHECK(file->find(entry.name) == &entry);
      for (std::byte byte : entry.data) sum = sum + std::to_integer<unsigned>(byte);
      covered += entry.data.size();
      if (const auto tensor = file->tensor(entry)) CHECK(tensor->data.size() == entry.data.size());
    }
    CHECK(covered < size);
  }
  (void)safetensors::Index::read({reinterpret_cast<const char*>(data), size}, "fuzz");
  return 0;
}
