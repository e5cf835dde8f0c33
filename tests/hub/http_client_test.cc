#include "net/http_client.h"

#include <cstdlib>

#include "hub_test_fixture.h"

namespace swivel::hub_test {
namespace {

using net::HttpClient;
using net::HttpClientOptions;
using net::HttpReply;
using net::HttpRequest;
using testing::HasSubstr;
using namespace std::chrono_literals;

class HttpClientTest : public HubTest {
 protected:
  HttpClientTest() {
    options_.retry.first_wait = 1ms;
    options_.retry.longest_wait = 2ms;
    options_.user_agent = "swivel/test";
  }

  Result<HttpReply> fetch(const HttpRequest& request) {
    return HttpClient(options_).fetch(request);
  }
  HttpRequest to(const std::string& path) { return {.url = hub_.endpoint() + path}; }

  // Every request gets this reply.
  void always(Reply reply) {
    hub_.script = [reply](const Request&, const Reply&) { return reply; };
  }

  HttpClientOptions options_;
};

struct Collector : net::HttpSink {
  Status begin(const HttpReply& head) override {
    status = head.status;
    return {};
  }
  Status write(std::span<const std::byte> bytes) override {
    body.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    return {};
  }
  int status = 0;
  std::string body;
};

TEST_F(HttpClientTest, AReplyHasItsStatusHeadersAndBody) {
  always({.status = 200, .headers = {{"X-Thing", " spaced "}}, .body = "hello"});
  const HttpReply reply = fetch(to("/a")).value();
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.header("x-thing"), "spaced");
  EXPECT_EQ(reply.header("x-other"), std::nullopt);
  EXPECT_EQ(reply.content_length(), 5);
  EXPECT_EQ(reply.body, "hello");
  EXPECT_EQ(hub_.requests().at(0).user_agent, "swivel/test");
}

TEST_F(HttpClientTest, ATokenFollowsARedirectOnItsOwnOriginOnly) {
  hub_.script = [this](const Request& request, const Reply&) -> std::optional<Reply> {
    if (request.target == "/start") return Reply{.status = 302, .headers = {{"Location", "/next"}}};
    if (request.target == "/next")
      return Reply{.status = 307, .headers = {{"Location", hub_.storage_endpoint() + "/away"}}};
    if (request.target == "/away")
      return Reply{.status = 302, .headers = {{"Location", hub_.endpoint() + "/home"}}};
    return Reply{.body = "end"};
  };
  HttpRequest request = to("/start");
  request.bearer = "secret";
  const HttpReply reply = fetch(request).value();
  EXPECT_EQ(reply.body, "end");
  EXPECT_EQ(reply.url, hub_.endpoint() + "/home");
  EXPECT_EQ(reply.hops.size(), 3u);
  const auto requests = hub_.requests();
  ASSERT_EQ(requests.size(), 4u);
  EXPECT_EQ(requests[0].authorization, "Bearer secret");
  EXPECT_EQ(requests[1].authorization, "Bearer secret");
  EXPECT_EQ(requests[2].authorization, "");  // another host
  EXPECT_EQ(requests[3].authorization, "Bearer secret");
}

TEST_F(HttpClientTest, ARedirectToAnotherOriginCanBeTheReply) {
  always({.status = 302,
          .headers = {{"Location", hub_.storage_endpoint() + "/x"}, {"X-Linked-Size", "7"}}});
  HttpRequest request = to("/start");
  request.redirects = HttpRequest::Redirects::same_origin;
  const HttpReply reply = fetch(request).value();
  EXPECT_EQ(reply.status, 302);
  EXPECT_EQ(reply.header("x-linked-size"), "7");
  EXPECT_EQ(hub_.requests().size(), 1u);
}

TEST_F(HttpClientTest, ARedirectThatNeverEndsIsRefused) {
  always({.status = 302, .headers = {{"Location", "/again"}}});
  const auto reply = fetch(to("/start"));
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, ErrorCode::bad_input);
  EXPECT_THAT(reply.error().message, HasSubstr("more than 10 redirects"));
  EXPECT_EQ(hub_.requests().size(), 11u);
}

TEST_F(HttpClientTest, ARedirectToAnotherSchemeIsRefused) {
  for (const char* location : {"file:///etc/passwd", "ftp://127.0.0.1/x", "gopher://x"}) {
    always({.status = 302, .headers = {{"Location", location}}});
    const auto reply = fetch(to("/start"));
    ASSERT_FALSE(reply) << location;
    EXPECT_THAT(reply.error().message, HasSubstr("only http and https"));
  }
}

TEST_F(HttpClientTest, ATransientStatusIsTriedAgain) {
  for (const int status : {429, 500, 502, 503, 504}) {
    hub_.forget_requests();
    int left = 2;
    hub_.script = [&](const Request&, const Reply&) {
      return left-- > 0 ? Reply{.status = status} : Reply{.body = "well"};
    };
    const HttpReply reply = fetch(to("/a")).value();
    EXPECT_EQ(reply.status, 200) << status;
    EXPECT_EQ(hub_.requests().size(), 3u);
  }
}

TEST_F(HttpClientTest, AStatusThatStaysIsTheReplyAfterTheLastAttempt) {
  always({.status = 503});
  EXPECT_EQ(fetch(to("/a")).value().status, 503);
  EXPECT_EQ(hub_.requests().size(), 4u);
  hub_.forget_requests();
  always({.status = 404});
  EXPECT_EQ(fetch(to("/a")).value().status, 404);
  EXPECT_EQ(hub_.requests().size(), 1u);
}

TEST_F(HttpClientTest, TheServersRetryAfterIsWaitedFor) {
  int left = 1;
  hub_.script = [&](const Request&, const Reply&) {
    return left-- > 0 ? Reply{.status = 429, .headers = {{"Retry-After", "1"}}} : Reply{};
  };
  const auto start = std::chrono::steady_clock::now();
  EXPECT_EQ(fetch(to("/a")).value().status, 200);
  EXPECT_GE(std::chrono::steady_clock::now() - start, 1s);
}

TEST_F(HttpClientTest, AnUnreasonableRetryAfterIsNotWaitedFor) {
  always({.status = 429, .headers = {{"Retry-After", "86400"}}});
  EXPECT_EQ(fetch(to("/a")).value().status, 429);
  EXPECT_EQ(hub_.requests().size(), 1u);
}

TEST_F(HttpClientTest, ABodyLargerThanAllowedIsRefusedBeforeItIsTaken) {
  always({.body = noise(3'000'000)});
  HttpRequest request = to("/a");
  request.max_body = 1'000'000;
  const auto reply = fetch(request);
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, ErrorCode::bad_input);
  EXPECT_THAT(reply.error().message, HasSubstr("larger than the 1000000 bytes"));
  EXPECT_EQ(hub_.requests().size(), 1u);
}

TEST_F(HttpClientTest, ABodyThatEndsEarlyIsTransient) {
  always({.body = noise(5000), .cut_after = 1000});
  Collector sink;
  const auto attempt = HttpClient(options_).attempt(to("/a"), &sink);
  EXPECT_FALSE(attempt.reply);
  EXPECT_EQ(attempt.again, net::HttpAttempt::Again::may_help);
  EXPECT_EQ(sink.body, noise(5000).substr(0, 1000));
}

TEST_F(HttpClientTest, ASinkSeesOnlyTheBodyOfASuccess) {
  always({.status = 403, .body = "go away"});
  Collector sink;
  const auto attempt = HttpClient(options_).attempt(to("/a"), &sink);
  EXPECT_EQ(attempt.reply.value().body, "go away");
  EXPECT_EQ(sink.status, 0);
  EXPECT_EQ(sink.body, "");
}

TEST_F(HttpClientTest, AServerThatFallsSilentFails) {
  always({.body = "late", .delay = 60s});
  options_.stall_timeout = 1s;
  options_.retry.attempts = 1;
  const auto start = std::chrono::steady_clock::now();
  const auto reply = fetch(to("/a"));
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, ErrorCode::not_found);
  EXPECT_LT(std::chrono::steady_clock::now() - start, 8s);
}

TEST_F(HttpClientTest, AServerThatIsNotThereIsNotFound) {
  options_.retry.attempts = 2;
  const auto reply = fetch({.url = "http://127.0.0.1:9/x"});
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, ErrorCode::not_found);
  EXPECT_THAT(reply.error().message, HasSubstr("http://127.0.0.1:9/x"));
}

TEST_F(HttpClientTest, CancellingEndsATransfer) {
  always({.body = noise(100'000), .piece = 1000, .pause = 20ms});
  std::atomic<bool> stop{false};
  options_.cancelled = [&] { return stop.load(); };
  std::thread later([&] {
    std::this_thread::sleep_for(100ms);
    stop = true;
  });
  const auto reply = fetch(to("/a"));
  later.join();
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, ErrorCode::interrupted);
}

TEST_F(HttpClientTest, ATokenWithALineBreakIsNotSent) {
  HttpRequest request = to("/a");
  request.bearer = "a\r\nX-Injected: b";
  const auto reply = fetch(request);
  ASSERT_FALSE(reply);
  EXPECT_THAT(reply.error().message, HasSubstr("control character"));
  EXPECT_EQ(hub_.requests().size(), 0u);
}

TEST_F(HttpClientTest, HeadersWithoutEndAreRefused) {
  Reply reply;
  for (int i = 0; i < 3000; ++i)
    reply.headers.emplace_back("X-" + std::to_string(i), std::string(40, 'x'));
  always(reply);
  const auto result = fetch(to("/a"));
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().message, HasSubstr("bytes of headers"));
}

TEST_F(HttpClientTest, AProxyOfTheEnvironmentIsUsed) {
  // The storage's port plays the proxy: it gets the request for a host that does not exist.
  ::setenv("http_proxy", hub_.storage_endpoint().c_str(), 1);
  always({.body = "from the proxy"});
  const auto reply = fetch({.url = "http://hub.invalid/x"});
  ::unsetenv("http_proxy");
  EXPECT_EQ(reply.value().body, "from the proxy");
  EXPECT_EQ(hub_.requests().at(0).host, Host::storage);
  EXPECT_EQ(hub_.requests().at(0).target, "http://hub.invalid/x");
}

}  // namespace
}  // namespace swivel::hub_test
