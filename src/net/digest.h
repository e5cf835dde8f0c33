// The two hashes by which the Hub names contents: SHA-256 of the bytes (large files), and SHA-1 of
// "blob SIZE\0" and the bytes (git's own, small files).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace swivel::net {

class Digest {
 public:
  static Digest sha256();
  // `bytes`: how many will follow.
  static Digest git_blob(int64_t bytes);
  // The kind that a name in hexadecimal has: 64 digits SHA-256, else git's.
  static Digest of_name(std::string_view name, int64_t bytes);

  void update(std::span<const std::byte> bytes);
  // Lower-case hexadecimal digits. Once, at the end.
  std::string finish();

 private:
  struct Free {
    void operator()(void* context) const;
  };
  explicit Digest(const void* algorithm);
  std::unique_ptr<void, Free> context_;
};

}  // namespace swivel::net
