#include "library/pull.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "library/download.h"
#include "library/file_choice.h"

namespace swivel::library {
namespace {

namespace fs = std::filesystem;

constexpr int64_t kMaxFileBytes = int64_t{1} << 50;  // sums of 100000 such do not overflow
constexpr int64_t kDiskMargin = int64_t{64} << 20;   // left free for everybody else
constexpr int kMaxJobs = 32;

std::optional<int64_t> system_free_bytes(const fs::path& path) {
  std::error_code error;
  fs::path at = fs::absolute(path, error);
  while (!fs::exists(at, error) && at.has_relative_path()) at = at.parent_path();
  const fs::space_info space = fs::space(at, error);
  if (error) return std::nullopt;
  return static_cast<int64_t>(std::min<uintmax_t>(space.available, INT64_MAX));
}

// Bytes of a file of the cache, links followed; -1 if there is no such file.
int64_t bytes_at(const fs::path& path) {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) return -1;
  const auto bytes = fs::file_size(path, error);
  return error ? -1 : static_cast<int64_t>(bytes);
}

// Size and hash of every chosen file: from the list, or asked for one by one.
Status complete_facts(net::Hub& hub, const net::RepoName& repo, std::string_view commit,
                      net::HubFile& file) {
  if (!file.bytes || file.hash.empty()) {
    const net::HubFile stated = TRY(hub.facts(repo, commit, file.path));
    if (!file.bytes) file.bytes = stated.bytes;
    if (file.hash.empty()) file.hash = stated.hash;
  }
  if (!file.bytes || file.hash.empty())
    return fail(ErrorCode::bad_input,
                "{}: {}: the Hub does not say its {}, so it cannot be checked", repo.str(),
                file.path, file.bytes ? "hash" : "size");
  if (*file.bytes > kMaxFileBytes)
    return fail(ErrorCode::bad_input, "{}: {}: a size of {} bytes is not believed", repo.str(),
                file.path, *file.bytes);
  return {};
}

// Compares what is chosen with what the cache has.
PullPlan::File planned(const net::HubFile& facts, const fs::path& blobs) {
  PullPlan::File file{.facts = facts};
  if (bytes_at(blobs / facts.hash) == *facts.bytes) {
    file.state = PullPlan::File::State::there;
    file.have = *facts.bytes;
    return file;
  }
  const int64_t part = bytes_at(blobs / (facts.hash + ".incomplete"));
  if (part > 0 && part <= *facts.bytes) {
    file.state = PullPlan::File::State::part;
    file.have = part;
  }
  return file;
}

Status check_disk(const PullContext& context, const PullPlan& plan) {
  if (plan.bytes_to_fetch == 0) return {};
  const int64_t needed = plan.bytes_to_fetch + kDiskMargin;
  if (needed <= plan.bytes_free) return {};
  return fail(ErrorCode::out_of_memory,
              "{}: {} are to be fetched, but the disk of {} has only {} free",
              plan.request.repo.str(), size_text(plan.bytes_to_fetch),
              context.cache.root().string(), size_text(plan.bytes_free));
}

// The threads that download: each takes the next file, the largest first.
class Downloads {
 public:
  Downloads(const PullContext& context, const PullPlan& plan, const RepoFolder& folder,
            const std::function<void(const PullEvent&)>& on_event);
  Status run();

 private:
  void work();
  Status one(net::Hub& hub, size_t index);
  void tell(const PullEvent& event);
  bool is_stopped() const;
  void stop(Error error);

  const PullContext& context_;
  const PullPlan& plan_;
  const RepoFolder& folder_;
  const std::function<void(const PullEvent&)>& on_event_;
  std::vector<size_t> order_;
  std::atomic<size_t> next_{0};
  std::atomic<bool> failed_{false};
  std::mutex mutex_;  // of the events and the failure
  std::optional<Error> failure_;
};

Downloads::Downloads(const PullContext& context, const PullPlan& plan, const RepoFolder& folder,
                     const std::function<void(const PullEvent&)>& on_event)
    : context_(context), plan_(plan), folder_(folder), on_event_(on_event) {
  // One thread fetches contents that two files share; the other file is only linked.
  std::set<std::string> contents;
  for (size_t i = 0; i < plan.files.size(); ++i)
    if (contents.insert(plan.files[i].facts.hash).second) order_.push_back(i);
  std::sort(order_.begin(), order_.end(), [&](size_t a, size_t b) {
    const int64_t bytes_a = *plan.files[a].facts.bytes;
    const int64_t bytes_b = *plan.files[b].facts.bytes;
    return bytes_a != bytes_b ? bytes_a > bytes_b : a < b;
  });
}

bool Downloads::is_stopped() const {
  return failed_.load() || (context_.http.cancelled && context_.http.cancelled());
}

void Downloads::stop(Error error) {
  const std::lock_guard lock(mutex_);
  if (!failure_) failure_ = std::move(error);
  failed_ = true;
}

void Downloads::tell(const PullEvent& event) {
  if (!on_event_) return;
  const std::lock_guard lock(mutex_);
  on_event_(event);
}

Status Downloads::one(net::Hub& hub, size_t index) {
  const net::HubFile& file = plan_.files[index].facts;
  using Kind = PullEvent::Kind;
  const DownloadWatch watch = {
      .waiting = [&] { tell({.kind = Kind::waiting, .file = index}); },
      .at = [&](int64_t bytes) { tell({.kind = Kind::progress, .file = index, .bytes = bytes}); },
      .again =
          [&](std::string_view why) { tell({.kind = Kind::again, .file = index, .text = why}); }};
  if (plan_.files[index].state != PullPlan::File::State::there)
    TRY(download(hub, plan_.request.repo, plan_.commit, file, folder_, watch));
  for (size_t i = 0; i < plan_.files.size(); ++i) {
    if (plan_.files[i].facts.hash != file.hash) continue;
    TRY(folder_.link(plan_.commit, plan_.files[i].facts.path, file.hash));
    tell({.kind = Kind::finished, .file = i, .bytes = *file.bytes});
  }
  return {};
}

void Downloads::work() {
  net::HttpClientOptions options = context_.http;
  options.retry.attempts *= 2;  // a long download outlasts a short outage
  options.cancelled = [this] { return is_stopped(); };
  net::Hub hub(context_.access, std::move(options));
  while (!is_stopped()) {
    const size_t at = next_.fetch_add(1);
    if (at >= order_.size()) return;
    if (Status status = one(hub, order_[at]); !status) stop(status.error());
  }
}

Status Downloads::run() {
  const size_t jobs = std::clamp(plan_.request.jobs, 1, kMaxJobs);
  std::vector<std::thread> threads;
  for (size_t i = 1; i < std::min(jobs, order_.size()); ++i)
    threads.emplace_back([this] { work(); });
  work();
  for (std::thread& thread : threads) thread.join();
  if (failure_) return std::unexpected(*failure_);
  if (is_stopped()) return fail(ErrorCode::interrupted, "interrupted");
  return {};
}

}  // namespace

Result<PullPlan> plan_pull(const PullContext& context, const PullRequest& request) {
  if (request.jobs < 1 || request.jobs > kMaxJobs)
    return fail(ErrorCode::bad_input, "--jobs is {}; expected 1 to {}", request.jobs, kMaxJobs);
  TRY(net::check_revision(request.revision));
  net::Hub hub(context.access, context.http);
  const net::HubListing listing = TRY(hub.list(request.repo, request.revision));
  if (net::is_commit(request.revision) && listing.commit != request.revision)
    return fail(ErrorCode::bad_input, "{}: asked for the commit {}, the Hub answers with {}",
                request.repo.str(), request.revision, listing.commit);
  PullPlan plan{.request = request, .commit = listing.commit};
  plan.snapshot = context.cache.snapshot_folder(request.repo, plan.commit);
  const fs::path blobs = context.cache.repo_folder(request.repo) / "blobs";
  std::set<std::string> contents;
  for (net::HubFile& file : TRY(choose_files(listing, request.repo, request.include))) {
    TRY(complete_facts(hub, request.repo, plan.commit, file));
    plan.files.push_back(planned(file, blobs));
    plan.bytes += *file.bytes;
    if (contents.insert(file.hash).second)
      plan.bytes_to_fetch += *file.bytes - plan.files.back().have;
  }
  const auto free = context.free_bytes ? context.free_bytes(context.cache.root())
                                       : system_free_bytes(context.cache.root());
  plan.bytes_free = free.value_or(INT64_MAX);
  return plan;
}

Status run_pull(const PullContext& context, const PullPlan& plan,
                const std::function<void(const PullEvent&)>& on_event) {
  TRY(check_disk(context, plan));
  const RepoFolder folder = TRY(RepoFolder::open(context.cache, plan.request.repo));
  TRY(Downloads(context, plan, folder, on_event).run());
  if (context.cache.resolve(plan.request.repo, plan.request.revision) == plan.commit) return {};
  return folder.write_ref(plan.request.revision, plan.commit);
}

}  // namespace swivel::library
