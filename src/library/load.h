// A located model, read: weights, tokenizer, chat templates, generation defaults and what its card
// says. The only place that knows which file of a model holds what; the rest of the program reads
// no model file.
//
// Immutable once loaded; shared by threads.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "library/generation_defaults.h"
#include "library/locate.h"
#include "library/model_card.h"
#include "model/model.h"
#include "text/chat_template_files.h"
#include "text/tokenizer.h"

namespace swivel::library {

struct Description {
  struct File {
    std::string name;  // relative to the model's folder
    int64_t bytes = 0;
  };

  std::string name;         // Located::name
  std::string revision;     // the commit; empty outside the cache
  std::string kind;         // "Hugging Face folder", "GGUF file"
  ModelCard card;           // licence tag, base models, languages
  std::vector<File> files;  // sorted by name; those of the folder, or the one GGUF
  int64_t bytes = 0;        // of all files
};

struct LoadedModel {
  Located located;
  Model model;
  Tokenizer tokenizer;
  ChatTemplateFiles chat;  // templates and the special tokens they read
  GenerationDefaults generation;
  Description description;
};

// Everything. out_of_memory, with the numbers, where the weights are larger than the memory that is
// free (or than options.memory_limit, where the caller sets one); otherwise as the parts say.
// REQUIRES: options.kernels and options.threads, as for load_model.
Result<LoadedModel> load(const Located& located, const LoadOptions& options);

// The parts alone, for commands that need no weights.
Result<Model> load_weights(const Located& located, const LoadOptions& options);
Result<Tokenizer> load_tokenizer(const Located& located);
Result<ChatTemplateFiles> load_chat(const Located& located);
// `tokenizer` supplies the ids that end an answer where the files leave them to it.
Result<GenerationDefaults> load_generation(const Located& located, const Tokenizer& tokenizer);
Result<Description> describe(const Located& located);

// The facts and tensors of a model, mapped: what load_weights hands to load_model.
Result<ModelSource> open_source(const Located& located);

}  // namespace swivel::library
