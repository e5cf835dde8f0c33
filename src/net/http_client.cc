#include "net/http_client.h"

#include <curl/curl.h>

#include <charconv>
#include <cstdlib>

#include "net/url.h"

namespace swivel::net {
namespace {

constexpr size_t kMaxHeaderBytes = 64 << 10;   // of one reply
constexpr size_t kMaxRefusalBytes = 64 << 10;  // of the body of a reply that is not 2xx
constexpr long kReceiveBuffer = 256 << 10;     // few calls for large files

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  return result;
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() &&
         (text.back() == ' ' || text.back() == '\t' || text.back() == '\r' || text.back() == '\n'))
    text.remove_suffix(1);
  return text;
}

Status check_header(std::string_view name, std::string_view value) {
  for (char c : value)
    if (static_cast<unsigned char>(c) < ' ' || c == 0x7f)
      return fail(ErrorCode::bad_input, "the value of the header {} holds a control character",
                  name);
  return {};
}

// Transport failures that a repetition may cure. Certificates, protocols and refusals are not.
bool is_transient_code(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
    case CURLE_PARTIAL_FILE:
    case CURLE_OPERATION_TIMEDOUT:
    case CURLE_GOT_NOTHING:
    case CURLE_SEND_ERROR:
    case CURLE_RECV_ERROR:
    case CURLE_HTTP2:
    case CURLE_HTTP2_STREAM:
    case CURLE_SSL_CONNECT_ERROR:
      return true;
    default:
      return false;
  }
}

// The state of one request on the wire, for the callbacks.
struct Transfer {
  const HttpClientOptions* options = nullptr;
  const HttpRequest* request = nullptr;
  HttpSink* sink = nullptr;
  HttpReply reply;
  size_t header_bytes = 0;
  bool begun = false;            // the sink has seen the head
  std::optional<Error> failure;  // why a callback ended the transfer

  bool takes_sink() const { return sink != nullptr && reply.status / 100 == 2; }

  bool stop(Error error) {
    failure = std::move(error);
    return false;
  }

  bool begin() {
    if (begun) return true;
    begun = true;
    if (!takes_sink()) return true;
    const Status status = sink->begin(reply);
    return status.has_value() || stop(status.error());
  }

  bool header(std::string_view line) {
    header_bytes += line.size();
    if (header_bytes > kMaxHeaderBytes)
      return stop({ErrorCode::bad_input,
                   fmt::format("{}: more than {} bytes of headers", reply.url, kMaxHeaderBytes)});
    line = trimmed(line);
    if (line.starts_with("HTTP/")) {  // an interim reply or a proxy's came before
      reply.headers.clear();
      reply.status = 0;
      const size_t space = line.find(' ');
      if (space != std::string_view::npos)
        std::from_chars(line.data() + space + 1, line.data() + line.size(), reply.status);
      return true;
    }
    const size_t colon = line.find(':');
    if (colon != std::string_view::npos)
      reply.headers.emplace_back(lower(line.substr(0, colon)),
                                 std::string(trimmed(line.substr(colon + 1))));
    return true;
  }

  bool body(std::string_view bytes) {
    if (!begin()) return false;
    if (takes_sink()) {
      const Status status = sink->write(std::as_bytes(std::span(bytes)));
      return status.has_value() || stop(status.error());
    }
    if (reply.status / 100 != 2) {
      reply.body +=
          bytes.substr(0, kMaxRefusalBytes - std::min(kMaxRefusalBytes, reply.body.size()));
      return true;
    }
    if (bytes.size() > request->max_body - reply.body.size())
      return stop({ErrorCode::bad_input,
                   fmt::format("{}: the reply is larger than the {} bytes that are read", reply.url,
                               request->max_body)});
    reply.body += bytes;
    return true;
  }
};

size_t on_header(char* data, size_t size, size_t count, void* user) {
  return static_cast<Transfer*>(user)->header({data, size * count}) ? size * count : 0;
}

size_t on_body(char* data, size_t size, size_t count, void* user) {
  return static_cast<Transfer*>(user)->body({data, size * count}) ? size * count : 0;
}

int on_progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  auto* transfer = static_cast<Transfer*>(user);
  const auto& cancelled = transfer->options->cancelled;
  if (!cancelled || !cancelled()) return 0;
  transfer->stop({ErrorCode::interrupted, "interrupted"});
  return 1;
}

struct HeaderList {
  curl_slist* list = nullptr;
  ~HeaderList() { curl_slist_free_all(list); }
  void add(const std::string& line) { list = curl_slist_append(list, line.c_str()); }
};

void start_library() {
  static const CURLcode code = curl_global_init(CURL_GLOBAL_DEFAULT);
  (void)code;
}

}  // namespace

std::optional<std::string_view> HttpReply::header(std::string_view name) const {
  for (const auto& [key, value] : headers)
    if (key == name) return value;
  return std::nullopt;
}

std::optional<int64_t> HttpReply::content_length() const {
  const auto text = header("content-length");
  if (!text) return std::nullopt;
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text->data(), text->data() + text->size(), value);
  if (error != std::errc() || end != text->data() + text->size() || value < 0) return std::nullopt;
  return value;
}

class HttpClient::Session {
 public:
  explicit Session(HttpClientOptions options) : options_(std::move(options)) {
    start_library();
    handle_ = curl_easy_init();
  }
  ~Session() { curl_easy_cleanup(handle_); }

  const HttpClientOptions& options() const { return options_; }

  HttpAttempt run(const HttpRequest& request, HttpSink* sink);

 private:
  HttpAttempt hop(const HttpRequest& request, const Url& url, const Url& first,
                  std::vector<HttpReply>& hops, HttpSink* sink);
  Status prepare(const HttpRequest& request, const Url& url, const Url& first, HeaderList& headers);
  void set_options(const HttpRequest& request, const std::string& url, Transfer& transfer);

  HttpClientOptions options_;
  CURL* handle_ = nullptr;
  char message_[CURL_ERROR_SIZE] = {};
};

Status HttpClient::Session::prepare(const HttpRequest& request, const Url& url, const Url& first,
                                    HeaderList& headers) {
  for (const auto& [name, value] : request.headers) {
    TRY(check_header(name, value));
    headers.add(name + ": " + value);
  }
  if (!request.bearer.empty() && url.origin() == first.origin()) {
    TRY(check_header("Authorization", request.bearer));
    headers.add("Authorization: Bearer " + request.bearer);
  }
  headers.add("Accept-Encoding: identity");  // the bytes on the wire are the file's
  return {};
}

void HttpClient::Session::set_options(const HttpRequest& request, const std::string& url,
                                      Transfer& transfer) {
  curl_easy_reset(handle_);
  curl_easy_setopt(handle_, CURLOPT_URL, url.c_str());
  curl_easy_setopt(handle_, CURLOPT_PROTOCOLS_STR, "http,https");
  curl_easy_setopt(handle_, CURLOPT_FOLLOWLOCATION, 0L);
  curl_easy_setopt(handle_, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle_, CURLOPT_HEADEROPT, static_cast<long>(CURLHEADER_SEPARATE));
  curl_easy_setopt(handle_, CURLOPT_USERAGENT, options_.user_agent.c_str());
  curl_easy_setopt(handle_, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(options_.connect_timeout.count()));
  curl_easy_setopt(handle_, CURLOPT_LOW_SPEED_LIMIT, 1L);
  curl_easy_setopt(handle_, CURLOPT_LOW_SPEED_TIME,
                   static_cast<long>(options_.stall_timeout.count()));
  curl_easy_setopt(handle_, CURLOPT_BUFFERSIZE, kReceiveBuffer);
  curl_easy_setopt(handle_, CURLOPT_ERRORBUFFER, message_);
  message_[0] = '\0';
  if (request.method == HttpRequest::Method::head) curl_easy_setopt(handle_, CURLOPT_NOBODY, 1L);
  if (const char* certificates = std::getenv("SSL_CERT_FILE"))
    curl_easy_setopt(handle_, CURLOPT_CAINFO, certificates);
  curl_easy_setopt(handle_, CURLOPT_HEADERFUNCTION, on_header);
  curl_easy_setopt(handle_, CURLOPT_HEADERDATA, &transfer);
  curl_easy_setopt(handle_, CURLOPT_WRITEFUNCTION, on_body);
  curl_easy_setopt(handle_, CURLOPT_WRITEDATA, &transfer);
  curl_easy_setopt(handle_, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(handle_, CURLOPT_XFERINFOFUNCTION, on_progress);
  curl_easy_setopt(handle_, CURLOPT_XFERINFODATA, &transfer);
}

// Takes over `hops`: the reply shows them to the sink.
HttpAttempt HttpClient::Session::hop(const HttpRequest& request, const Url& url, const Url& first,
                                     std::vector<HttpReply>& hops, HttpSink* sink) {
  Transfer transfer{.options = &options_, .request = &request, .sink = sink};
  transfer.reply.hops = std::move(hops);
  transfer.reply.url = url.str();
  set_options(request, transfer.reply.url, transfer);
  HeaderList headers;
  if (Status status = prepare(request, url, first, headers); !status)
    return {.reply = std::unexpected(status.error())};
  curl_easy_setopt(handle_, CURLOPT_HTTPHEADER, headers.list);
  std::string range;
  if (request.range_from) {
    range = fmt::format("{}-", *request.range_from);
    curl_easy_setopt(handle_, CURLOPT_RANGE, range.c_str());
  }
  const CURLcode code = curl_easy_perform(handle_);
  if (code == CURLE_OK) transfer.begin();  // a reply without a body
  if (transfer.failure) return {.reply = std::unexpected(std::move(*transfer.failure))};
  if (code != CURLE_OK) {
    const char* why = message_[0] != '\0' ? message_ : curl_easy_strerror(code);
    return {
        .reply = fail(ErrorCode::not_found, "{}: {}", transfer.reply.url, why),
        .again = is_transient_code(code) ? HttpAttempt::Again::may_help : HttpAttempt::Again::no};
  }
  HttpAttempt attempt{.reply = std::move(transfer.reply)};
  if (is_transient(attempt.reply->status)) {
    attempt.again = HttpAttempt::Again::may_help;
    curl_off_t seconds = 0;
    if (curl_easy_getinfo(handle_, CURLINFO_RETRY_AFTER, &seconds) == CURLE_OK && seconds > 0)
      attempt.wait = std::chrono::seconds(seconds);
  }
  return attempt;
}

HttpAttempt HttpClient::Session::run(const HttpRequest& request, HttpSink* sink) {
  if (handle_ == nullptr)
    return {.reply = fail(ErrorCode::out_of_memory, "no memory for a connection")};
  const Result<Url> first = parse_url(request.url);
  if (!first) return {.reply = std::unexpected(first.error())};
  Url url = *first;
  std::vector<HttpReply> hops;
  while (true) {
    HttpAttempt attempt = hop(request, url, *first, hops, sink);
    if (!attempt.reply) return attempt;
    const auto location = attempt.reply->header("location");
    if (!is_redirect(attempt.reply->status) || !location) return attempt;
    const Result<Url> next = resolve_url(url, *location);
    if (!next) return {.reply = in(url.str() + ": redirects to what is refused", next.error())};
    if (request.redirects == HttpRequest::Redirects::same_origin &&
        next->origin() != first->origin())
      return attempt;
    if (url.scheme == "https" && next->scheme == "http")
      return {.reply = fail(ErrorCode::bad_input, "{}: redirects from https to http, to {}",
                            url.str(), next->origin())};
    hops = std::move(attempt.reply->hops);
    if (static_cast<int>(hops.size()) >= options_.max_redirects)
      return {.reply = fail(ErrorCode::bad_input, "{}: more than {} redirects", request.url,
                            options_.max_redirects)};
    attempt.reply->body.clear();
    hops.push_back(std::move(*attempt.reply));
    url = *next;
  }
}

HttpClient::HttpClient(HttpClientOptions options)
    : session_(std::make_unique<Session>(std::move(options))) {}
HttpClient::~HttpClient() = default;
HttpClient::HttpClient(HttpClient&&) noexcept = default;
HttpClient& HttpClient::operator=(HttpClient&&) noexcept = default;

const HttpClientOptions& HttpClient::options() const { return session_->options(); }

HttpAttempt HttpClient::attempt(const HttpRequest& request, HttpSink* sink) {
  return session_->run(request, sink);
}

Result<HttpReply> HttpClient::fetch(const HttpRequest& request) {
  Backoff backoff(options().retry);
  while (true) {
    HttpAttempt attempt = session_->run(request, nullptr);
    if (attempt.again == HttpAttempt::Again::no) return std::move(attempt.reply);
    switch (backoff.wait(attempt.wait, options().cancelled)) {
      case Backoff::Next::again:
        break;
      case Backoff::Next::exhausted:
        return std::move(attempt.reply);
      case Backoff::Next::cancelled:
        return fail(ErrorCode::interrupted, "interrupted");
    }
  }
}

}  // namespace swivel::net
