// The settings of a rotary scaling, from the group that a checkpoint states them in.
#pragma once

#include "model/expression.h"
#include "model/facts.h"
#include "model/family_spec.h"

namespace swivel {

// `head_dim` of the layer. Divisors that a GGUF file stores as tensors are read too; the names of
// those tensors are added to `used`.
// bad_input: a scaling that the family does not accept, a setting of the wrong kind.
Result<RopeSettings> read_rope(const FamilySpec& family, Facts& facts, const Fields& fields,
                               int head_dim, std::vector<std::string>& used);

}  // namespace swivel
