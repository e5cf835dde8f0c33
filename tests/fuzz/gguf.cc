// gguf::File on any bytes; every value is converted and every byte of a tensor is read.

#include <cstddef>
#include <cstdint>
#include <span>

#include "base/check.h"
#include "formats/gguf.h"
#include "tensor/dtype.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace gguf = swivel::gguf;
  const auto file = gguf::File::read(std::as_bytes(std::span(data, size)), "fuzz");
  if (!file) return 0;
  for (const gguf::MetadataEntry& entry : file->metadata()) {
    CHECK(file->find(entry.key) == &entry.value);
    (void)swivel::json::write(gguf::to_json(entry.value));
  }
  volatile unsigned sum = 0;
  for (const gguf::TensorEntry& entry : file->entries()) {
    CHECK(file->find_entry(entry.name) == &entry);
    for (std::byte byte : entry.data) sum = sum + std::to_integer<unsigned>(byte);
    const auto tensor = file->tensor(entry);
    if (!tensor) continue;
    const swivel::DTypeInfo& format = swivel::info(tensor->dtype);
    CHECK(tensor->data.size() == static_cast<size_t>(tensor->shape.elements() /
                                                     format.block_elements * format.block_bytes));
  }
  return 0;
}
