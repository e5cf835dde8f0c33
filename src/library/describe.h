// What a model says of itself besides its weights: card, files, sizes, sampling defaults of a GGUF.
#pragma once

#include "formats/gguf.h"
#include "library/generation_defaults.h"
#include "library/load.h"

namespace swivel::library {

// The recommendations among a GGUF's metadata; values of another kind or out of range are
// bad_input, as in generation_config.json.
Result<GenerationDefaults> gguf_generation(const gguf::File& file);

// The card's tags as a GGUF carries them.
ModelCard gguf_card(const gguf::File& file);

}  // namespace swivel::library
