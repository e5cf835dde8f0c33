// The fields of a configuration, read from a checkpoint as a family's [config] says: from
// config.json by the family's keys, from GGUF metadata by GGUF's own (formats/gguf_words.h).
#pragma once

#include "model/expression.h"
#include "model/facts.h"
#include "model/family_spec.h"

namespace swivel {

// bad_input: a key is missing or null and the family says nothing about it, a value is of the wrong
// kind, or a setting of [expect] differs.
Result<Fields> read_fields(const FamilySpec& family, Facts& facts);

// The full name of a role's tensor in a checkpoint, with its suffix ("weight", "bias"). `layer` is
// ignored for roles of the whole model. REQUIRES: family.has(role).
std::string tensor_name(const FamilySpec& family, ModelSource::Container container, Role role,
                        int64_t layer, std::string_view suffix);

}  // namespace swivel
