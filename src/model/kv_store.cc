#include "model/kv_store.h"

#include "model/model_config.h"

namespace swivel {
namespace {

ops::KvPages pages_of(const LayerConfig& layer, ops::KvType type) {
  const auto& attention = std::get<AttentionConfig>(layer.mixer);
  return {type, attention.num_kv_heads, attention.head_dim, attention.head_dim, {}};
}

}  // namespace

int64_t KvStore::page_bytes(const ModelConfig& config, ops::KvType type) {
  int64_t bytes = 0;
  for (const LayerConfig& layer : config.layers) bytes += ops::kv_page_bytes(pages_of(layer, type));
  return bytes;
}

Result<KvStore> KvStore::create(const ModelConfig& config, ops::KvType type, int32_t pages) {
  if (pages < 1)
    return fail(ErrorCode::bad_input, "a store of keys and values needs a page, not {}", pages);
  const int64_t page = page_bytes(config, type);
  int64_t total = 0;
  if (__builtin_mul_overflow(page, int64_t{pages}, &total))
    return fail(ErrorCode::out_of_memory, "{} pages of keys and values of {} bytes are too many",
                pages, page);
  KvStore store;
  store.type_ = type;
  store.pages_ = pages;
  for (const LayerConfig& layer : config.layers) {
    ops::KvPages view = pages_of(layer, type);
    std::optional<Buffer> memory =
        Buffer::allocate(static_cast<size_t>(ops::kv_page_bytes(view) * pages));
    if (!memory)
      return fail(ErrorCode::out_of_memory, "{} bytes for keys and values cannot be had", total);
    view.memory = memory->bytes();
    store.memory_.push_back(std::move(*memory));
    store.layers_.push_back(view);
  }
  return store;
}

}  // namespace swivel
