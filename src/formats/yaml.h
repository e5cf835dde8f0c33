// YAML, as far as model cards need it: the front matter of a README.md, read as the JSON that it
// says. No tags, no anchors or aliases (a few bytes of those can stand for gigabytes), no more than
// one document. yaml-cpp is behind it.
#pragma once

#include <optional>
#include <string_view>

#include "base/result.h"
#include "formats/json.h"

namespace swivel::yaml {

// What stands between the first line, "---", and the next line "---"; empty if the text does not
// begin so or has no second such line.
std::optional<std::string_view> front_matter_text(std::string_view readme);

// Plain scalars become null, booleans and numbers by YAML 1.2's core schema, other scalars are
// strings; keys are strings. `name` is what messages call the text. At most 1 MiB, 32 levels deep.
// ERRORS: bad_input, "NAME: line L: …", lines counted from the one after "---".
Result<json::Value> parse(std::string_view text, std::string_view name);

// Both: the front matter of a README as an object; an empty object if it has none.
Result<json::Value> front_matter(std::string_view readme, std::string_view name);

}  // namespace swivel::yaml
