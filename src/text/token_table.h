// TokenTable: strings by id and ids by string, in three flat arrays: the bytes, where each string
// ends, and an open-addressing index. Ids without a string are allowed.
// Immutable once built; any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace swivel::text {

uint64_t hash_bytes(std::string_view bytes);

class TokenTable {
 public:
  TokenTable() = default;
  // strings[id]; a string with a null data() is an id without one. Where two ids have the same
  // string, find() gives the lower. REQUIRES: fewer than 2^31 strings, fewer than 2^32 bytes.
  explicit TokenTable(const std::vector<std::string_view>& strings);

  int32_t size() const { return static_cast<int32_t>(ends_.size()); }
  bool has(int32_t id) const { return id >= 0 && id < size() && present_[id]; }
  std::string_view at(int32_t id) const {
    if (id < 0 || id >= size()) return {};
    const uint32_t begin = id == 0 ? 0 : ends_[id - 1];
    return std::string_view(bytes_).substr(begin, ends_[id] - begin);
  }
  // -1 if there is none.
  int32_t find(std::string_view string) const { return find(string, hash_bytes(string)); }
  int32_t find(std::string_view string, uint64_t hash) const;

  size_t bytes_held() const;

 private:
  std::string bytes_;
  std::vector<uint32_t> ends_;
  std::vector<bool> present_;
  // id + 1 and 32 bits of the hash; 0 is empty. A power of two, at most half full.
  struct Slot {
    uint32_t id_plus_one = 0;
    uint32_t tag = 0;
  };
  std::vector<Slot> slots_;
};

}  // namespace swivel::text
