// PairTable: what two adjacent tokens merge into, and how early. Open addressing, 16 bytes a slot.
// Immutable once built; any thread.
#pragma once

#include <bit>
#include <cstdint>
#include <vector>

namespace swivel::text {

struct Merge {
  uint32_t rank;  // lower merges first
  int32_t id;     // of the two together
};

inline constexpr uint32_t kNoRank = UINT32_MAX;

class PairTable {
 public:
  PairTable() = default;
  // Room for `count` pairs.
  explicit PairTable(size_t count) : slots_(std::bit_ceil(count + count / 2 + 1)) {}

  // A later merge of the same pair replaces the earlier one. REQUIRES: ids >= 0, at most `count`
  // different pairs.
  void put(int32_t left, int32_t right, Merge merge) {
    const uint64_t key = key_of(left, right);
    size_t at = place(key);
    while (slots_[at].key != kEmpty && slots_[at].key != key) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = {key, merge};
  }

  // Rank kNoRank if the two do not merge; either id may be negative.
  Merge find(int32_t left, int32_t right) const {
    if (slots_.empty() || left < 0 || right < 0) return {kNoRank, -1};
    const uint64_t key = key_of(left, right);
    for (size_t at = place(key);; at = (at + 1) & (slots_.size() - 1)) {
      if (slots_[at].key == key) return slots_[at].merge;
      if (slots_[at].key == kEmpty) return {kNoRank, -1};
    }
  }

 private:
  static constexpr uint64_t kEmpty = UINT64_MAX;
  struct Slot {
    uint64_t key = kEmpty;
    Merge merge = {kNoRank, -1};
  };

  static uint64_t key_of(int32_t left, int32_t right) {
    return static_cast<uint64_t>(static_cast<uint32_t>(left)) << 32 | static_cast<uint32_t>(right);
  }
  size_t place(uint64_t key) const {
    return ((key ^ key >> 29) * 0x9E3779B97F4A7C15) >> 32 & (slots_.size() - 1);
  }

  std::vector<Slot> slots_;
};

}  // namespace swivel::text
