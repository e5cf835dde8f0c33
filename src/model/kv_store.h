// KvStore: the memory of keys and values of all layers, in pages of ops::kKvPageTokens positions.
// It knows no sequences: who holds which page is the engine's PagePool. A page id means the same
// page of positions in every layer. Memory of pages never written costs nothing.
//
// Thread safety: forward writes it; one forward at a time.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/result.h"
#include "ops/attention.h"
#include "tensor/buffer.h"

namespace swivel {

struct ModelConfig;

class KvStore {
 public:
  // ERRORS: bad_input if pages < 1; out_of_memory, with the bytes that were wanted.
  static Result<KvStore> create(const ModelConfig& config, ops::KvType type, int32_t pages);

  // Bytes of one page of all layers together: what create takes is this times `pages`.
  static int64_t page_bytes(const ModelConfig& config, ops::KvType type);

  int32_t pages() const { return pages_; }
  ops::KvType type() const { return type_; }

  // Keys and values of one layer; a view that lives as long as the store.
  const ops::KvPages& layer(int layer) const { return layers_[layer]; }

 private:
  KvStore() = default;

  ops::KvType type_ = ops::KvType::f16;
  int32_t pages_ = 0;
  std::vector<Buffer> memory_;        // one a layer
  std::vector<ops::KvPages> layers_;  // views of memory_
};

}  // namespace swivel
