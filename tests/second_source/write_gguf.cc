// write_gguf FOLDER OUT.gguf: a checkpoint of Hugging Face's form as GGUF in F32, without its
// tokenizer, for engines that read GGUF. Used by the second source's test.

#include <cstdio>
#include <list>
#include <vector>

#include <fmt/format.h>

#include "model/export_gguf.h"
#include "model/families.h"
#include "model/source.h"
#include "ops/linear.h"

namespace swivel {
namespace {

Status write_gguf(const char* folder, const char* out) {
  ModelSource source = TRY(huggingface_source(folder));
  std::list<std::vector<float>> converted;
  for (WeightFile& file : source.files)
    for (StoredTensor& tensor : file.tensors) {
      converted.push_back(ops::to_floats(tensor));
      tensor.dtype = DType::f32;
      tensor.data = std::as_bytes(std::span(converted.back()));
    }
  const Facts facts(source.container, source.facts, source.facts_name,
                    [](std::string_view) { return nullptr; });
  const FamilySpec family = TRY(find_family({}, facts));
  GgufExport exported = TRY(export_gguf(family, source));
  exported.writer.add_string("tokenizer.ggml.model", "no_vocab");
  return exported.writer.write(out);
}

}  // namespace
}  // namespace swivel

int main(int argc, char** argv) {
  if (argc != 3) {
    fmt::print(stderr, "usage: {} FOLDER OUT.gguf\n", argv[0]);
    return 2;
  }
  const swivel::Status status = swivel::write_gguf(argv[1], argv[2]);
  if (!status) fmt::print(stderr, "{}\n", status.error().message);
  return status ? 0 : 1;
}
