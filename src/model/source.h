// ModelSources from what lies on disk: a folder as Hugging Face publishes checkpoints, or a GGUF
// file.
#pragma once

#include <filesystem>

#include "formats/gguf.h"
#include "model/model.h"

namespace swivel {

// config.json and the safetensors of a folder. ERRORS: those of the readers.
Result<ModelSource> huggingface_source(const std::filesystem::path& folder);

// One GGUF file, or the first of a split one is refused with a sentence that says so.
Result<ModelSource> gguf_source(const std::filesystem::path& file);

// The metadata as an object of its keys; arrays of tokenizer.* are left out, and
// gguf_words::kTokenCount put in.
json::Value gguf_facts(const gguf::File& file);

}  // namespace swivel
