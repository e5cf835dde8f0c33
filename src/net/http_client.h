// HTTP as a client: GET and HEAD over http and https, libcurl behind it. Follows redirects itself,
// so that credentials reach the origin they were given for and no other; never goes from https to
// http. Proxies are those of the environment (http_proxy, https_proxy, all_proxy, no_proxy);
// certificates those of the system, or of the file that SSL_CERT_FILE names.
//
// Not here: what a status means to the caller, ranges put together, files.
// Thread safety: one thread for each client. A client keeps its connections open between requests.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "net/retry.h"

namespace swivel::net {

struct HttpClientOptions {
  std::string user_agent = "swivel";
  std::chrono::milliseconds connect_timeout{20'000};
  // A transfer that brings no byte for so long has failed. Whole seconds.
  std::chrono::seconds stall_timeout{60};
  int max_redirects = 10;
  RetryPolicy retry;
  // Asked at least once a second; true ends the request with `interrupted`. May be empty.
  std::function<bool()> cancelled;
};

struct HttpRequest {
  enum class Method { get, head };
  // Where a redirect is followed to; beyond that the redirect itself is the reply.
  enum class Redirects { follow, same_origin };

  Method method = Method::get;
  std::string url;
  std::vector<std::pair<std::string, std::string>> headers;
  std::string bearer;                 // a token for the URL's origin; empty: none
  std::optional<int64_t> range_from;  // asks for the bytes from here to the end
  Redirects redirects = Redirects::follow;
  size_t max_body = size_t{32} << 20;  // of a body that is kept
};

struct HttpReply {
  int status = 0;
  std::string url;                                           // that answered, after redirects
  std::vector<std::pair<std::string, std::string>> headers;  // names in lower case
  std::string body;                                          // empty where a sink took it

  // The replies that redirected here, first to last, without bodies.
  std::vector<HttpReply> hops;

  // `name` in lower case.
  std::optional<std::string_view> header(std::string_view name) const;
  // Content-Length; nothing if absent or malformed.
  std::optional<int64_t> content_length() const;
};

// Takes the body of a 2xx reply as it comes.
class HttpSink {
 public:
  virtual ~HttpSink() = default;
  // Once, before any byte. An error ends the transfer and becomes its result.
  virtual Status begin(const HttpReply& head) = 0;
  virtual Status write(std::span<const std::byte> bytes) = 0;
};

// What came of one attempt.
struct HttpAttempt {
  enum class Again { no, may_help };
  Result<HttpReply> reply;
  Again again = Again::no;
  std::optional<std::chrono::seconds> wait;  // what the server asked for (Retry-After)
};

class HttpClient {
 public:
  explicit HttpClient(HttpClientOptions options);
  ~HttpClient();
  HttpClient(HttpClient&&) noexcept;
  HttpClient& operator=(HttpClient&&) noexcept;

  // The whole reply, whatever its status; transient failures are repeated as the policy says.
  // not_found: unreachable; bad_input: a body above max_body, a redirect that is refused.
  Result<HttpReply> fetch(const HttpRequest& request);

  // One attempt, repeated by nobody. With a sink, the body of a 2xx reply goes there; other bodies
  // are kept up to 64 KiB.
  HttpAttempt attempt(const HttpRequest& request, HttpSink* sink);

  const HttpClientOptions& options() const;

 private:
  class Session;
  std::unique_ptr<Session> session_;
};

}  // namespace swivel::net
