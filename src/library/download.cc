#include "library/download.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <vector>

#include "net/digest.h"

namespace swivel::library {
namespace {

constexpr int64_t kWorthCountingAnew = 1 << 20;  // progress after which failures are forgotten
constexpr size_t kReadBlock = 1 << 20;

// "bytes 100-199/200": where a partial body begins and how large the whole is (-1: not said).
struct ContentRange {
  int64_t first = -1;
  int64_t total = -1;
};

std::optional<int64_t> take_number(std::string_view& text) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || value < 0) return std::nullopt;
  text.remove_prefix(static_cast<size_t>(end - text.data()));
  return value;
}

ContentRange parse_content_range(std::string_view text) {
  if (!text.starts_with("bytes ")) return {};
  text.remove_prefix(6);
  const auto first = take_number(text);
  if (!first || !text.starts_with('-')) return {};
  text.remove_prefix(1);
  if (!take_number(text) || !text.starts_with('/')) return {};
  text.remove_prefix(1);
  return {.first = *first, .total = take_number(text).value_or(-1)};
}

Status write_all(int fd, std::span<const std::byte> bytes) {
  while (!bytes.empty()) {
    const ssize_t n = ::write(fd, bytes.data(), bytes.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail(ErrorCode::out_of_memory, "cannot be written: {}", strerror(errno));
    bytes = bytes.subspan(static_cast<size_t>(n));
  }
  return {};
}

// The part file, its hash so far, and how the replies continue it.
class Part : public net::HttpSink {
 public:
  Part(const net::HubFile& file, Descriptor descriptor, const DownloadWatch& watch)
      : file_(file),
        descriptor_(std::move(descriptor)),
        watch_(watch),
        digest_(net::Digest::of_name(file.hash, *file.bytes)) {}

  // Takes over what the file holds.
  Status resume(const std::function<bool()>& cancelled);
  Status start_over();

  int64_t size() const { return size_; }
  bool is_whole() const { return size_ == *file_.bytes; }
  // The bytes have the hash that names them. Once, when whole.
  bool is_right() { return digest_.finish() == file_.hash; }
  const Descriptor& descriptor() const { return descriptor_; }
  // The last reply named another content than the Hub's list did.
  const std::string& changed_to() const { return changed_to_; }

  Status begin(const net::HttpReply& head) override;
  Status write(std::span<const std::byte> bytes) override;

 private:
  const net::HubFile& file_;
  Descriptor descriptor_;
  const DownloadWatch& watch_;
  net::Digest digest_;
  int64_t size_ = 0;
  std::string changed_to_;
};

Status Part::resume(const std::function<bool()>& cancelled) {
  struct stat facts;
  if (::fstat(descriptor_.get(), &facts) != 0)
    return fail(ErrorCode::bad_input, "{}", strerror(errno));
  if (facts.st_size > *file_.bytes) return start_over();
  std::vector<std::byte> block(std::min<size_t>(kReadBlock, facts.st_size));
  while (size_ < facts.st_size) {
    if (cancelled && cancelled()) return fail(ErrorCode::interrupted, "interrupted");
    const ssize_t n = ::pread(descriptor_.get(), block.data(), block.size(), size_);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return fail(ErrorCode::bad_input, "cannot be read: {}", strerror(errno));
    if (n == 0) break;
    digest_.update({block.data(), static_cast<size_t>(n)});
    size_ += n;
  }
  ::lseek(descriptor_.get(), size_, SEEK_SET);
  if (watch_.at) watch_.at(size_);
  return {};
}

Status Part::start_over() {
  if (::ftruncate(descriptor_.get(), 0) != 0)
    return fail(ErrorCode::bad_input, "cannot be emptied: {}", strerror(errno));
  ::lseek(descriptor_.get(), 0, SEEK_SET);
  digest_ = net::Digest::of_name(file_.hash, *file_.bytes);
  size_ = 0;
  if (watch_.at) watch_.at(0);
  return {};
}

Status Part::begin(const net::HttpReply& head) {
  const net::HubFile stated = net::stated_facts(head, file_.path);
  changed_to_.clear();
  if (!stated.hash.empty() && stated.hash != file_.hash &&
      stated.hash.size() == file_.hash.size()) {
    changed_to_ = stated.hash;
    return fail(ErrorCode::bad_input, "{}: the Hub's list names the content {} but it serves {}",
                file_.path, file_.hash, stated.hash);
  }
  if (head.status == 206) {
    const ContentRange range = parse_content_range(head.header("content-range").value_or(""));
    if (range.first == size_ && (range.total < 0 || range.total == *file_.bytes)) return {};
    return fail(ErrorCode::bad_input,
                "{}: asked for the bytes from {} of {}, the server sends those from {} of {}",
                file_.path, size_, *file_.bytes, range.first, range.total);
  }
  if (size_ > 0) TRY(start_over());  // the server sends the whole
  const auto length = head.content_length();
  if (length && *length != *file_.bytes)
    return fail(ErrorCode::bad_input, "{}: the Hub's list says {} bytes, the server sends {}",
                file_.path, *file_.bytes, *length);
  return {};
}

Status Part::write(std::span<const std::byte> bytes) {
  if (static_cast<int64_t>(bytes.size()) > *file_.bytes - size_)
    return fail(ErrorCode::bad_input,
                "{}: the server sends more than the {} bytes that the Hub "
                "stated",
                file_.path, *file_.bytes);
  if (Status status = write_all(descriptor_.get(), bytes); !status)
    return in(file_.path, status.error());
  digest_.update(bytes);
  size_ += static_cast<int64_t>(bytes.size());
  if (watch_.at) watch_.at(size_);
  return {};
}

// Fetches until the part is whole, the failures are too many, or one is final.
Status fetch_rest(net::Hub& hub, const net::RepoName& repo, std::string_view commit,
                  const net::HubFile& file, Part& part, const DownloadWatch& watch) {
  const net::HttpClientOptions& options = hub.client().options();
  net::Backoff backoff(options.retry);
  bool begun_anew = false;
  while (!part.is_whole()) {
    const int64_t before = part.size();
    net::HttpRequest request = hub.request(repo, commit, file.path);
    if (before > 0) request.range_from = before;
    net::HttpAttempt attempt = hub.client().attempt(request, &part);
    const bool range_refused = attempt.reply && attempt.reply->status == 416;
    const bool other_content = !attempt.reply && !part.changed_to().empty();
    if (before > 0 && !begun_anew && (range_refused || other_content)) {
      begun_anew = true;  // the part is of no use; once, without it
      TRY(part.start_over());
      continue;
    }
    if (attempt.reply && attempt.reply->status / 100 == 2) {
      if (part.is_whole()) break;
      attempt.again = net::HttpAttempt::Again::may_help;  // ended early without saying so
      attempt.reply = fail(ErrorCode::not_found, "{}: ended after {} of {} bytes", file.path,
                           part.size(), *file.bytes);
    } else if (attempt.reply) {
      attempt.reply = std::unexpected(hub.refusal(*attempt.reply, repo, commit, file.path));
    }
    if (attempt.again == net::HttpAttempt::Again::no) return std::unexpected(attempt.reply.error());
    if (part.size() - before >= kWorthCountingAnew) backoff.reset();
    if (watch.again) watch.again(attempt.reply.error().message);
    switch (backoff.wait(attempt.wait, options.cancelled)) {
      case net::Backoff::Next::again:
        break;
      case net::Backoff::Next::exhausted:
        return std::unexpected(attempt.reply.error());
      case net::Backoff::Next::cancelled:
        return fail(ErrorCode::interrupted, "interrupted");
    }
  }
  return {};
}

}  // namespace

Status download(net::Hub& hub, const net::RepoName& repo, std::string_view commit,
                const net::HubFile& file, const RepoFolder& folder, const DownloadWatch& watch) {
  const auto& cancelled = hub.client().options().cancelled;
  const ContentLock lock = TRY(folder.lock(file.hash, watch.waiting, cancelled));
  if (folder.content_bytes(file.hash) == *file.bytes) {  // another process was first
    if (watch.at) watch.at(*file.bytes);
    return {};
  }
  Part part(file, TRY(folder.open_part(file.hash)), watch);
  const auto at_file = [&](Error error) { return in(file.path, std::move(error)); };
  if (Status status = part.resume(cancelled); !status) return at_file(status.error());
  bool resumed = part.size() > 0;
  while (true) {
    TRY(fetch_rest(hub, repo, commit, file, part, watch));
    if (part.is_right()) return folder.finish_part(file.hash, part.descriptor());
    if (Status status = part.start_over(); !status) return at_file(status.error());
    if (!resumed) break;
    // The part of an earlier run may have been damaged on disk: once more, without it.
    resumed = false;
    if (watch.again) watch.again(file.path + ": the part that was there is damaged");
  }
  folder.remove_part(file.hash);
  return fail(ErrorCode::bad_input,
              "{}: the bytes that came do not have the hash {} that the Hub stated", file.path,
              file.hash);
}

}  // namespace swivel::library
