// config.json and GGUF metadata as JSON: any values are either refused in one sentence or resolve
// to a configuration of bounded size, for every built-in family.

#include <cstdlib>
#include <string_view>
#include <vector>

#include "model/families.h"
#include "model/memory.h"
#include "model/resolve.h"

namespace {

const std::vector<swivel::FamilySpec>& families() {
  static const auto known = swivel::known_families("/nowhere");
  if (!known) abort();
  return *known;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace swivel;
  const auto config =
      json::parse(std::string_view(reinterpret_cast<const char*>(data), size), "config.json");
  if (!config) return 0;
  for (const FamilySpec& family : families()) {
    for (auto container : {ModelSource::Container::huggingface, ModelSource::Container::gguf}) {
      Facts facts(container, *config, "config.json", [](std::string_view) { return nullptr; });
      matches(family, facts);
      const auto resolution = resolve(family, facts);
      if (!resolution) {
        if (resolution.error().message.find('\n') != std::string::npos) abort();
        continue;
      }
      tensor_slots(family, *resolution, container);
      memory_estimate(resolution->config, resolution->config.max_positions, 4, ops::KvType::f16,
                      512);
      for (const LayerConfig& layer : resolution->config.layers)
        if (const auto& rope = std::get<AttentionConfig>(layer.mixer).rope)
          at_length(*rope, 1 << 20);
    }
  }
  return 0;
}
