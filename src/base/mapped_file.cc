#include "base/mapped_file.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace swivel {
namespace {

struct Descriptor {
  int fd = -1;
  ~Descriptor() {
    if (fd >= 0) ::close(fd);
  }
};

Result<size_t> open_regular(const std::filesystem::path& path, Descriptor& file) {
  file.fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file.fd < 0) return fail(ErrorCode::not_found, "{}: {}", path.string(), strerror(errno));
  struct stat status = {};
  if (::fstat(file.fd, &status) != 0)
    return fail(ErrorCode::not_found, "{}: {}", path.string(), strerror(errno));
  if (!S_ISREG(status.st_mode))
    return fail(ErrorCode::bad_input, "{}: expected a regular file", path.string());
  return static_cast<size_t>(status.st_size);
}

}  // namespace

Result<MappedFile> MappedFile::open(const std::filesystem::path& path) {
  Descriptor file;
  const size_t size = TRY(open_regular(path, file));
  MappedFile mapped;
  mapped.path_ = path;
  if (size == 0) return mapped;
  void* data = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file.fd, 0);
  if (data == MAP_FAILED)
    return fail(ErrorCode::out_of_memory, "{}: cannot map {} bytes: {}", path.string(), size,
                strerror(errno));
  mapped.data_ = static_cast<const std::byte*>(data);
  mapped.size_ = size;
  return mapped;
}

MappedFile::MappedFile(MappedFile&& other) noexcept
    : path_(std::move(other.path_)),
      data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(path_, other.path_);
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  return *this;
}

MappedFile::~MappedFile() {
  if (data_ != nullptr) ::munmap(const_cast<std::byte*>(data_), size_);
}

Result<std::string> read_file(const std::filesystem::path& path, size_t max_bytes) {
  Descriptor file;
  const size_t size = TRY(open_regular(path, file));
  if (size > max_bytes)
    return fail(ErrorCode::bad_input, "{}: {} bytes; at most {} are read", path.string(), size,
                max_bytes);
  std::string contents(size, '\0');
  size_t done = 0;
  while (done < size) {
    const ssize_t n = ::read(file.fd, contents.data() + done, size - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail(ErrorCode::not_found, "{}: {}", path.string(), strerror(errno));
    if (n == 0) break;
    done += static_cast<size_t>(n);
  }
  contents.resize(done);
  return contents;
}

Status write_file_atomically(const std::filesystem::path& path, std::string_view contents) {
  std::filesystem::path beside = path;
  beside += fmt::format(".{}.tmp", ::getpid());
  Descriptor file{::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644)};
  if (file.fd < 0) return fail(ErrorCode::bad_input, "{}: {}", beside.string(), strerror(errno));
  size_t done = 0;
  while (done < contents.size()) {
    const ssize_t n = ::write(file.fd, contents.data() + done, contents.size() - done);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) {
      const int cause = errno;
      ::unlink(beside.c_str());
      return fail(ErrorCode::out_of_memory, "{}: {}", path.string(), strerror(cause));
    }
    done += static_cast<size_t>(n);
  }
  if (::fsync(file.fd) != 0 || ::rename(beside.c_str(), path.c_str()) != 0) {
    const int cause = errno;
    ::unlink(beside.c_str());
    return fail(ErrorCode::bad_input, "{}: {}", path.string(), strerror(cause));
  }
  return {};
}

}  // namespace swivel
