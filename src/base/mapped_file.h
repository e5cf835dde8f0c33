// A file mapped read-only into memory. Movable, not copyable; the bytes live as long as it does.
// A file that another process truncates while it is mapped raises SIGBUS on access, as every
// mapping does; models are not edited in place.
#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string>

#include "base/result.h"

namespace swivel {

class MappedFile {
 public:
  // ERRORS: not_found if it does not exist or cannot be opened; bad_input if it is no regular file.
  // An empty file maps to an empty span.
  static Result<MappedFile> open(const std::filesystem::path& path);

  MappedFile() = default;
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  ~MappedFile();

  std::span<const std::byte> bytes() const { return {data_, size_}; }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
  const std::byte* data_ = nullptr;
  size_t size_ = 0;
};

// The whole of a small file as a string. ERRORS: as MappedFile::open; bad_input above `max_bytes`.
Result<std::string> read_file(const std::filesystem::path& path, size_t max_bytes);

// Writes beside `path` and renames over it, so that a reader sees the old file or the whole new
// one.
Status write_file_atomically(const std::filesystem::path& path, std::string_view contents);

}  // namespace swivel
