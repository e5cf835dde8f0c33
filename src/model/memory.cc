#include "model/memory.h"

#include <algorithm>
#include <fstream>
#include <optional>
#include <string>

#include "model/kv_store.h"

namespace swivel {
namespace {

int64_t times(int64_t a, int64_t b) {
  int64_t product = 0;
  return __builtin_mul_overflow(a, b, &product) ? INT64_MAX : product;
}

int64_t plus(int64_t a, int64_t b) {
  int64_t sum = 0;
  return __builtin_add_overflow(a, b, &sum) ? INT64_MAX : sum;
}

// Floats that one row needs at the widest place of a layer.
int64_t floats_per_row(const ModelConfig& config) {
  int64_t widest = 0;
  for (const LayerConfig& layer : config.layers) {
    const auto& attention = std::get<AttentionConfig>(layer.mixer);
    const auto& mlp = std::get<GatedMlpConfig>(layer.feed_forward);
    const int64_t heads = 2 * int64_t{attention.num_heads} + 2 * int64_t{attention.num_kv_heads};
    widest = std::max({widest, heads * attention.head_dim, 2 * mlp.intermediate_size});
  }
  return widest + 3 * config.hidden_size;
}

// A file that holds one number; empty for "max", or if there is no such file.
std::optional<int64_t> number_in(const char* path) {
  std::ifstream file(path);
  int64_t number = 0;
  if (file >> number) return number;
  return std::nullopt;
}

}  // namespace

MemoryEstimate memory_estimate(const ModelConfig& config, int64_t context, int64_t sequences,
                               ops::KvType type, int64_t batch_rows) {
  const int64_t pages = times(sequences, (context + ops::kKvPageTokens - 1) / ops::kKvPageTokens);
  const int64_t rows = times(batch_rows, floats_per_row(config));
  const int64_t logits = times(sequences, config.vocab_size);
  return {times(pages, KvStore::page_bytes(config, type)),
          times(plus(rows, logits), int64_t{sizeof(float)})};
}

int64_t available_memory() {
  int64_t available = INT64_MAX;
  std::ifstream meminfo("/proc/meminfo");
  for (std::string name; meminfo >> name;) {
    int64_t kibibytes = 0;
    if (name == "MemAvailable:" && meminfo >> kibibytes) available = times(kibibytes, 1024);
    meminfo.ignore(1000, '\n');
  }
  const auto limit = number_in("/sys/fs/cgroup/memory.max");
  const auto used = number_in("/sys/fs/cgroup/memory.current");
  if (limit && used) available = std::min(available, std::max<int64_t>(0, *limit - *used));
  return available;
}

}  // namespace swivel
