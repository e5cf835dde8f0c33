// generation_config.json as any bytes: what is read lies within the ranges that sampling expects.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/check.h"
#include "library/generation_defaults.h"
#include "library/model_card.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace swivel;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  library::read_model_card(text);
  const auto config = json::parse(text, "fuzz");
  if (!config) return 0;
  const auto defaults = library::read_generation_config(*config, "fuzz");
  if (!defaults) return 0;
  CHECK(!defaults->temperature || *defaults->temperature >= 0);
  CHECK(!defaults->top_k || *defaults->top_k >= 0);
  CHECK(!defaults->top_p || (*defaults->top_p > 0 && *defaults->top_p <= 1));
  CHECK(!defaults->min_p || (*defaults->min_p >= 0 && *defaults->min_p <= 1));
  CHECK(!defaults->repetition_penalty || *defaults->repetition_penalty > 0);
  CHECK(std::is_sorted(defaults->end_ids.begin(), defaults->end_ids.end()));
  CHECK(defaults->end_ids.empty() || defaults->end_ids.front() >= 0);
  return 0;
}
