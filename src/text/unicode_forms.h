// Unicode normal forms and lower case, by ICU.
// Forms cover what Unicode 9 assigns; later characters are left alone and do not combine.
// Pure functions; any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "text/normalizer.h"

namespace swivel::text {

// Nothing if `utf8` is in that form already. REQUIRES: valid UTF-8.
std::optional<std::string> to_form(Normalizer::Form form, std::string_view utf8);

// Each character's full lower case, without regard to its neighbours.
std::optional<std::string> to_lower(std::string_view utf8);

}  // namespace swivel::text
