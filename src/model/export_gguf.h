// A checkpoint of Hugging Face's form as GGUF: the metadata that its configuration resolves to, its
// tensors under GGUF's names and in GGUF's order of rows. The tokenizer is not part of it.
#pragma once

#include <cstddef>
#include <list>
#include <vector>

#include "formats/gguf_writer.h"
#include "model/family_spec.h"
#include "model/model.h"

namespace swivel {

struct GgufExport {
  gguf::Writer writer;
  std::list<std::vector<std::byte>> owned;  // data of tensors that are not the source's own bytes
};

// ERRORS: bad_input where the source does not resolve or bind, or uses what GGUF has no word for.
// The result borrows from `source`.
Result<GgufExport> export_gguf(const FamilySpec& family, const ModelSource& source);

}  // namespace swivel
