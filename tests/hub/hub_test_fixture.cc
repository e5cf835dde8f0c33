#include "hub_test_fixture.h"

#include <cstdlib>
#include <random>

#include "base/mapped_file.h"

namespace swivel::hub_test {

namespace fs = std::filesystem;

TemporaryFolder::TemporaryFolder() {
  std::string name = (fs::temp_directory_path() / "swivel-hub-XXXXXX").string();
  const char* made = ::mkdtemp(name.data());
  if (made == nullptr) std::abort();
  path_ = made;
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

std::string noise(size_t size, unsigned seed) {
  std::minstd_rand random(seed);
  std::string bytes(size, '\0');
  for (char& c : bytes) c = static_cast<char>(random() >> 8);
  return bytes;
}

HubTest::HubTest() {
  for (const char* name : {"http_proxy", "https_proxy", "all_proxy", "ALL_PROXY", "HTTPS_PROXY"})
    ::unsetenv(name);
}

std::string HubTest::publish_model(const std::string& repo, size_t weights) {
  return hub_.publish(repo, {{"config.json", small("{\"model_type\": \"tiny\"}")},
                             {"README.md", small("---\nlicense: apache-2.0\n---\nA model.\n")},
                             {"model.safetensors", large(noise(weights))}});
}

library::PullContext HubTest::context() const {
  library::PullContext context{.cache = library::HubCache(folder_.path() / "hub")};
  context.access.endpoint = hub_.endpoint();
  context.access.token = token_;
  context.access.token_origin = "HF_TOKEN";
  context.http.retry.first_wait = std::chrono::milliseconds(1);
  context.http.retry.longest_wait = std::chrono::milliseconds(5);
  context.http.cancelled = [this] { return cancelled_.load(); };
  return context;
}

library::PullRequest HubTest::request(const std::string& repo) const {
  return {.repo = net::parse_repo_name(repo).value()};
}

Status HubTest::pull(const library::PullContext& context, const library::PullRequest& request) {
  events_.clear();
  reasons_.clear();
  const library::PullPlan plan = TRY(library::plan_pull(context, request));
  return library::run_pull(context, plan, [this](const library::PullEvent& event) {
    events_.push_back(event.kind);
    if (event.kind == library::PullEvent::Kind::again) reasons_.emplace_back(event.text);
  });
}

fs::path HubTest::repo_folder(const std::string& repo) const {
  return context().cache.repo_folder(net::parse_repo_name(repo).value());
}

std::string HubTest::read(const fs::path& file) const {
  return read_file(file, size_t{1} << 30).value_or("(no such file)");
}

std::string HubTest::pulled(const std::string& repo, const std::string& commit,
                            const std::string& file) const {
  return read(repo_folder(repo) / "snapshots" / commit / file);
}

size_t HubTest::count_events(library::PullEvent::Kind kind) const {
  return static_cast<size_t>(std::count(events_.begin(), events_.end(), kind));
}

std::vector<std::string> HubTest::strangers() const {
  std::vector<std::string> found;
  for (const auto& entry : fs::recursive_directory_iterator(folder_.path())) {
    const std::string name = entry.path().lexically_relative(folder_.path()).string();
    if (name != "hub" && !name.starts_with("hub/")) found.push_back(name);
  }
  return found;
}

}  // namespace swivel::hub_test
