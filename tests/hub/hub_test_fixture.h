// A cache in a folder of its own and a Hub to pull from; waits between attempts are milliseconds.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "hub_server.h"
#include "library/pull.h"

namespace swivel::hub_test {

// A folder that goes with the object.
class TemporaryFolder {
 public:
  TemporaryFolder();
  ~TemporaryFolder();
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// `size` bytes that no compressor or luck could repeat.
std::string noise(size_t size, unsigned seed = 1);

class HubTest : public testing::Test {
 protected:
  HubTest();

  RepoFile small(std::string content) { return {std::move(content), RepoFile::Kind::small}; }
  RepoFile large(std::string content) { return {std::move(content), RepoFile::Kind::large}; }

  // A repository as makers publish them: two small files and one large of `weights` bytes.
  std::string publish_model(const std::string& repo, size_t weights = 100'000);

  library::PullContext context() const;
  library::PullRequest request(const std::string& repo) const;
  // Plans and pulls; the events go to `events_`.
  Status pull(const library::PullContext& context, const library::PullRequest& request);
  Status pull(const std::string& repo) { return pull(context(), request(repo)); }

  std::filesystem::path repo_folder(const std::string& repo) const;
  std::string read(const std::filesystem::path& file) const;
  std::string pulled(const std::string& repo, const std::string& commit,
                     const std::string& file) const;
  size_t count_events(library::PullEvent::Kind kind) const;
  // Every file and link below the temporary folder but outside the cache.
  std::vector<std::string> strangers() const;

  TemporaryFolder folder_;
  HubServer hub_;
  std::string token_;
  std::atomic<bool> cancelled_{false};
  std::vector<library::PullEvent::Kind> events_;
  std::vector<std::string> reasons_;  // of the attempts that were repeated
};

}  // namespace swivel::hub_test
