// Walks the bytes of a GGUF file for its reader: every step is checked against the bytes that are
// left, and every refusal names the file and the part that is being read. Not for others.
#pragma once

#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>

#include "base/result.h"

namespace swivel::gguf {

class Cursor {
 public:
  // `file` is what messages call the bytes. Both outlive the cursor.
  Cursor(std::span<const std::byte> bytes, std::string_view file) : bytes_(bytes), file_(file) {}

  uint64_t at() const { return at_; }
  uint64_t remaining() const { return bytes_.size() - at_; }
  std::span<const std::byte> rest() const { return bytes_.subspan(at_); }

  // What is being read, for messages: a key, a tensor's name. Empty for the file itself.
  void set_place(std::string place) { place_ = std::move(place); }

  template <class... Args>
  std::unexpected<Error> refuse(fmt::format_string<Args...> format, Args&&... args) const {
    return fail(ErrorCode::bad_input, "{}: {}{}{}", file_, place_, place_.empty() ? "" : ": ",
                fmt::format(format, std::forward<Args>(args)...));
  }

  Result<std::span<const std::byte>> take(uint64_t count) {
    if (count > remaining())
      return refuse("the file ends after {} bytes; {} more are expected at byte {}", bytes_.size(),
                    count, at_);
    const auto taken = bytes_.subspan(at_, count);
    at_ += count;
    return taken;
  }

  template <class T>
  Result<T> scalar() {
    const auto bytes = TRY(take(sizeof(T)));
    T value;
    std::memcpy(&value, bytes.data(), sizeof(T));
    return value;
  }

  // Its length as u64, then its bytes.
  Result<std::string_view> string(uint64_t most) {
    const auto length = TRY(scalar<uint64_t>());
    if (length > most) return refuse("a string of {} bytes; at most {} are read", length, most);
    const auto bytes = TRY(take(length));
    return std::string_view(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  }

  // Whether `count` things of at least `least_bytes` each can follow.
  Status check_count(uint64_t count, uint64_t least_bytes, std::string_view what) const {
    if (count <= remaining() / least_bytes) return {};
    return refuse("{} {} do not fit into the {} bytes that are left", count, what, remaining());
  }

 private:
  std::span<const std::byte> bytes_;
  std::string_view file_;
  uint64_t at_ = 0;
  std::string place_;
};

}  // namespace swivel::gguf
