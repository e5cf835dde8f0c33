// A resolved model in words, for people: what `inspect` shows.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/bind.h"
#include "model/model.h"
#include "model/resolve.h"

namespace swivel {

ModelDescription describe(const FamilySpec& family, const Resolution& resolution,
                          const Binding& binding, ModelSource::Container container);

// "not read by family qwen3: a, b": a sentence about keys that nobody read.
std::string unread_warning(std::string_view family, const std::vector<std::string>& keys);

// Bytes of the bound tensors as their files store them.
int64_t stored_bytes(const Binding& binding);

}  // namespace swivel
