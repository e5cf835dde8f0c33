#include "commands/bench_machine.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <vector>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "commands/bench_timing.h"

namespace swivel {
namespace {

constexpr int64_t kRepeats = 5;

int64_t buffer_bytes() {
  const int64_t cache = std::max<int64_t>(sysconf(_SC_LEVEL3_CACHE_SIZE), 0);
  constexpr int64_t kUnit = int64_t{64} << 20;
  return std::max<int64_t>(512 << 20, (4 * cache + kUnit - 1) / kUnit * kUnit);
}

// A file without a name, mapped for reading.
class ScratchFile {
 public:
  static Result<ScratchFile> make(int64_t bytes) {
    std::string path = (std::filesystem::temp_directory_path() / "swivel-bench-XXXXXX").string();
    const int file = mkstemp(path.data());
    if (file < 0)
      return fail(ErrorCode::not_found, "{}: cannot create a file: {}", path, std::strerror(errno));
    unlink(path.c_str());
    ScratchFile result;
    const std::vector<char> piece(1 << 20, 1);
    bool written = true;
    for (int64_t at = 0; at < bytes && written; at += static_cast<int64_t>(piece.size()))
      written = write(file, piece.data(), piece.size()) == static_cast<ssize_t>(piece.size());
    void* memory = written ? mmap(nullptr, static_cast<size_t>(bytes), PROT_READ,
                                  MAP_PRIVATE | MAP_POPULATE, file, 0)
                           : MAP_FAILED;
    close(file);
    if (memory == MAP_FAILED)
      return fail(ErrorCode::out_of_memory, "{}: a file of {} bytes does not fit", path, bytes);
    result.data_ = static_cast<std::byte*>(memory);
    result.bytes_ = bytes;
    return result;
  }
  ScratchFile() = default;
  ScratchFile(ScratchFile&& other) noexcept
      : data_(std::exchange(other.data_, nullptr)), bytes_(other.bytes_) {}
  ScratchFile& operator=(ScratchFile&&) = delete;
  ~ScratchFile() {
    if (data_ != nullptr) munmap(data_, static_cast<size_t>(bytes_));
  }
  const std::byte* data() const { return data_; }
  int64_t bytes() const { return bytes_; }

 private:
  std::byte* data_ = nullptr;
  int64_t bytes_ = 0;
};

double measure_reading(const kernels::Probes& probes, ThreadPool& threads,
                       const ScratchFile& file) {
  // One piece a thread would leave a slower thread alone at the end; many small ones would hide
  // what a long stream costs.
  constexpr int64_t kPiece = 8 << 20;
  double best = 0;
  for (const auto read : probes.read) {
    for (int64_t i = 0; i < kRepeats; ++i) {
      const Stopwatch watch;
      threads.parallel_for(file.bytes() / kPiece,
                           [&](int64_t piece, int) { read(file.data() + piece * kPiece, kPiece); });
      best = std::max(best, static_cast<double>(file.bytes()) / watch.seconds());
    }
  }
  return best;
}

double measure_products(int64_t (*products)(int64_t), ThreadPool& threads) {
  constexpr int64_t kRounds = 2'000'000;
  double best = 0;
  for (int64_t i = 0; i < kRepeats; ++i) {
    std::vector<int64_t> done(static_cast<size_t>(threads.size()));
    const Stopwatch watch;
    threads.parallel_for(threads.size(), [&](int64_t chunk, int) {
      done[static_cast<size_t>(chunk)] = products(kRounds) * kRounds;
    });
    const double seconds = watch.seconds();
    double total = 0;
    for (int64_t count : done) total += static_cast<double>(count);
    best = std::max(best, total / seconds);
  }
  return best;
}

}  // namespace

Result<MachineLimits> measure_machine(const kernels::Table& kernels, ThreadPool& threads) {
  const ScratchFile file = TRY(ScratchFile::make(buffer_bytes()));
  return MachineLimits{
      .read_bytes = measure_reading(kernels.probes, threads, file),
      .byte_products = measure_products(kernels.probes.byte_products, threads),
      .float_products = measure_products(kernels.probes.float_products, threads),
  };
}

}  // namespace swivel
