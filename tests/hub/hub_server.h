// A small Hugging Face Hub on loopback, for tests: lists and serves repositories as the Hub does
// (large files by way of a redirect to another host), remembers what it was asked, and misbehaves
// where a test's script says so.
//
// Speaks HTTP/1.1 in clear on 127.0.0.1 (the Hub) and 127.0.0.2 (the host of the large files).
// Thread safety: repositories and the script are set before the first request.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace swivel::hub_test {

enum class Host { hub, storage };

struct Request {
  Host host = Host::hub;
  std::string method;
  std::string target;         // path and query as sent
  std::string authorization;  // empty: none
  std::string range;          // "bytes=5-"; empty: none
  std::string user_agent;
};

struct Reply {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string body;
  std::optional<size_t> content_length;  // instead of the body's own size
  std::optional<size_t> cut_after;       // close the connection after so many bytes of body
  std::chrono::milliseconds delay{0};    // before anything is sent
  size_t piece = size_t{1} << 20;        // bytes of body sent between two pauses
  std::chrono::milliseconds pause{0};
};

struct RepoFile {
  std::string content;
  enum class Kind { small, large } kind = Kind::small;  // large: by redirect, named by SHA-256
};

struct Repo {
  enum class Access { open, gated, closed } access = Access::open;  // closed: exists for nobody
  std::map<std::string, std::string> revisions;                     // "main" → commit
  std::map<std::string, std::map<std::string, RepoFile>> commits;   // commit → name → file
};

std::string sha256_of(const std::string& content);
std::string git_sha1_of(const std::string& content);
// 40 hexadecimal digits that depend on `seed`.
std::string commit_of(const std::string& seed);

class HubServer {
 public:
  // Accepted where a repository is gated.
  static constexpr const char* kToken = "hf_test_token";

  HubServer();
  ~HubServer();

  std::string endpoint() const;          // "http://127.0.0.1:PORT"
  std::string storage_endpoint() const;  // "http://127.0.0.2:PORT"

  // One commit with these files, at "main". Replaces what "main" was; older commits stay.
  // Returns the commit.
  std::string publish(const std::string& repo, const std::map<std::string, RepoFile>& files);
  Repo& repo(const std::string& name);

  // Asked before each reply: what it returns is sent instead. `usual` is what would be sent.
  std::function<std::optional<Reply>(const Request& request, const Reply& usual)> script;

  std::vector<Request> requests() const;
  // How many requests had a target that contains `part`.
  size_t count(const std::string& part) const;
  void forget_requests();

 private:
  class Listener;
  Reply answer(const Request& request) const;
  Reply listing(const Request& request, const std::string& rest) const;
  Reply file(const Request& request, const std::string& rest) const;
  Reply stored(const Request& request, const std::string& hash) const;

  std::map<std::string, Repo> repos_;
  mutable std::mutex mutex_;
  std::vector<Request> requests_;
  std::unique_ptr<Listener> hub_;
  std::unique_ptr<Listener> storage_;
};

}  // namespace swivel::hub_test
