#include "text/token_table.h"

#include <bit>
#include <cstring>

namespace swivel::text {

// Eight bytes at a time, multiplied and folded; in the manner of wyhash. Only needs to spread well:
// an attacker who chooses a vocabulary can make its own load slow, no more.
uint64_t hash_bytes(std::string_view bytes) {
  constexpr uint64_t kFirst = 0xA0761D6478BD642F;
  constexpr uint64_t kSecond = 0xE7037ED1A0B428DB;
  const auto fold = [](uint64_t a, uint64_t b) {
    const auto product = static_cast<unsigned __int128>(a) * b;
    return static_cast<uint64_t>(product) ^ static_cast<uint64_t>(product >> 64);
  };
  const auto read = [](const char* p, size_t n) {
    uint64_t word = 0;
    std::memcpy(&word, p, n);
    return word;
  };
  const char* p = bytes.data();
  size_t n = bytes.size();
  uint64_t hash = kFirst ^ n;
  for (; n > 8; p += 8, n -= 8) hash = fold(hash ^ read(p, 8), kSecond);
  return fold(hash ^ (n > 0 ? read(p, n) : 0), kFirst);
}

TokenTable::TokenTable(const std::vector<std::string_view>& strings) {
  size_t total = 0;
  for (const std::string_view string : strings) total += string.size();
  bytes_.reserve(total);
  ends_.reserve(strings.size());
  present_.reserve(strings.size());
  size_t count = 0;
  for (const std::string_view string : strings) count += string.data() != nullptr;
  slots_.resize(std::bit_ceil(count * 2 + 1));
  const size_t mask = slots_.size() - 1;
  for (size_t id = 0; id < strings.size(); ++id) {
    const std::string_view string = strings[id];
    bytes_ += string;
    ends_.push_back(static_cast<uint32_t>(bytes_.size()));
    present_.push_back(string.data() != nullptr);
    if (string.data() == nullptr) continue;
    const uint64_t hash = hash_bytes(string);
    if (find(string, hash) >= 0) continue;
    size_t at = hash & mask;
    while (slots_[at].id_plus_one != 0) at = (at + 1) & mask;
    slots_[at] = {static_cast<uint32_t>(id + 1), static_cast<uint32_t>(hash >> 32)};
  }
}

int32_t TokenTable::find(std::string_view string, uint64_t hash) const {
  if (slots_.empty()) return -1;
  const size_t mask = slots_.size() - 1;
  const auto tag = static_cast<uint32_t>(hash >> 32);
  for (size_t at = hash & mask; slots_[at].id_plus_one != 0; at = (at + 1) & mask) {
    if (slots_[at].tag != tag) continue;
    const auto id = static_cast<int32_t>(slots_[at].id_plus_one - 1);
    if (this->at(id) == string) return id;
  }
  return -1;
}

size_t TokenTable::bytes_held() const {
  return bytes_.size() + ends_.size() * sizeof(uint32_t) + slots_.size() * sizeof(Slot);
}

}  // namespace swivel::text
