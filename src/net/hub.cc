#include "net/hub.h"

#include <charconv>
#include <cstdlib>

#include "base/mapped_file.h"
#include "formats/json.h"
#include "net/nearest_name.h"
#include "net/url.h"

namespace swivel::net {
namespace {

std::string environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

std::string without_spaces_around(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return std::string(text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1));
}

// A server's own words, fit for a message.
std::string quoted_words(std::string_view text) { return json::quote(text.substr(0, 300)); }

std::string or_list(const std::vector<std::string>& names) {
  std::string text;
  for (size_t i = 0; i < names.size(); ++i)
    text += (i == 0 ? "" : i + 1 == names.size() ? " or " : ", ") + names[i];
  return text;
}

std::optional<int64_t> to_integer(std::string_view text) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 0) return std::nullopt;
  return value;
}

}  // namespace

std::string huggingface_home() {
  if (const std::string home = environment("HF_HOME"); !home.empty()) return home;
  std::string cache = environment("XDG_CACHE_HOME");
  if (cache.empty()) cache = environment("HOME") + "/.cache";
  return cache + "/huggingface";
}

Result<HubAccess> HubAccess::from_environment() {
  HubAccess access;
  if (std::string endpoint = environment("HF_ENDPOINT"); !endpoint.empty()) {
    while (endpoint.ends_with('/')) endpoint.pop_back();
    if (const auto url = parse_url(endpoint); !url) return in("HF_ENDPOINT", url.error());
    access.endpoint = endpoint;
  }
  for (const char* name : {"HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"}) {
    access.token = without_spaces_around(environment(name));
    access.token_origin = name;
    if (!access.token.empty()) return access;
  }
  std::string file = environment("HF_TOKEN_PATH");
  if (file.empty()) file = huggingface_home() + "/token";
  access.token_origin = file;
  if (const auto text = read_file(file, 4096)) access.token = without_spaces_around(*text);
  return access;
}

Hub::Hub(HubAccess access, HttpClientOptions options)
    : access_(std::move(access)), client_(std::move(options)) {}

Result<HubListing> Hub::list(const RepoName& repo, std::string_view revision) {
  HttpRequest request;
  request.url = fmt::format("{}/api/models/{}/revision/{}?blobs=true", access_.endpoint, repo.str(),
                            percent_encode(revision, Slashes::encode));
  request.bearer = access_.token;
  const Result<HttpReply> reply = client_.fetch(request);
  if (!reply && reply.error().code == ErrorCode::not_found)
    return in(repo.str() + ": the Hub cannot be reached", reply.error());
  if (!reply) return std::unexpected(reply.error());
  if (reply->status != 200) return std::unexpected(refusal(*reply, repo, revision, {}));
  return parse_hub_listing(reply->body, "the Hub's list of " + repo.str());
}

HttpRequest Hub::request(const RepoName& repo, std::string_view commit,
                         std::string_view path) const {
  HttpRequest request;
  request.url = fmt::format("{}/{}/resolve/{}/{}", access_.endpoint, repo.str(), commit,
                            percent_encode(path, Slashes::keep));
  request.bearer = access_.token;
  return request;
}

Result<HubFile> Hub::facts(const RepoName& repo, std::string_view commit, std::string_view path) {
  HttpRequest request = this->request(repo, commit, path);
  request.method = HttpRequest::Method::head;
  request.redirects = HttpRequest::Redirects::same_origin;
  const HttpReply reply = TRY(client_.fetch(request));
  if (reply.status / 100 != 2 && reply.status / 100 != 3)
    return std::unexpected(refusal(reply, repo, commit, path));
  return stated_facts(reply, path);
}

HubFile stated_facts(const HttpReply& reply, std::string_view path) {
  HubFile file{.path = std::string(path)};
  const auto take_linked = [&](const HttpReply& hop) {
    if (const auto etag = hop.header("x-linked-etag")) file.hash = content_hash_of_etag(*etag);
    if (const auto size = hop.header("x-linked-size")) file.bytes = to_integer(*size);
    return hop.header("x-linked-etag").has_value();
  };
  for (const HttpReply& hop : reply.hops)
    if (take_linked(hop)) return file;
  if (take_linked(reply)) return file;
  if (const auto etag = reply.header("etag")) file.hash = content_hash_of_etag(*etag);
  if (!file.bytes && reply.status == 200) file.bytes = reply.content_length();
  return file;
}

Error Hub::refusal(const HttpReply& reply, const RepoName& repo, std::string_view revision,
                   std::string_view path) {
  if (reply.status == 401 || reply.status == 403) {
    // Without a token the Hub answers 401 for repositories that do not exist, too.
    return not_allowed(reply, repo);
  }
  if (reply.status == 404) return missing(reply, repo, revision, path);
  if (reply.status == 429) {
    const auto wait = reply.header("retry-after");
    return {ErrorCode::not_found,
            fmt::format("{}: the Hub refuses more requests for a while (429{}){}", repo.str(),
                        wait ? "; it asks to wait " + quoted_words(*wait) + " seconds" : "",
                        access_.token.empty() ? "; with HF_TOKEN set it allows more" : "")};
  }
  const auto words = reply.header("x-error-message");
  return {ErrorCode::not_found,
          fmt::format("{}: {} answered with status {}{}",
                      path.empty() ? repo.str() : repo.str() + ": " + std::string(path),
                      access_.endpoint, reply.status, words ? ": " + quoted_words(*words) : "")};
}

Error Hub::not_allowed(const HttpReply& reply, const RepoName& repo) {
  const auto code = reply.header("x-error-code");
  const std::string how_token = fmt::format(
      "set HF_TOKEN to a token with read access ({}/settings/tokens)", access_.endpoint);
  if (code == "GatedRepo") {
    return {ErrorCode::not_found,
            fmt::format("{0} is gated: accept its terms at {1}/{0}{2}, then pull again", repo.str(),
                        access_.endpoint,
                        access_.token.empty()
                            ? " and " + how_token
                            : " with the account of the token in " + access_.token_origin)};
  }
  if (access_.token.empty()) {
    return {ErrorCode::not_found,
            fmt::format("{}: not found, or private ({}); check the name, or {}{}", repo.str(),
                        reply.status, how_token, nearest_repos(repo))};
  }
  const auto words = reply.header("x-error-message");
  if (reply.status == 401 && code != "RepoNotFound") {
    return {ErrorCode::not_found, fmt::format("{}: the token in {} is not accepted (401); {}",
                                              repo.str(), access_.token_origin, how_token)};
  }
  return {ErrorCode::not_found, fmt::format("{}: the token in {} gives no access ({}){}",
                                            repo.str(), access_.token_origin, reply.status,
                                            words ? ": " + quoted_words(*words) : "")};
}

Error Hub::missing(const HttpReply& reply, const RepoName& repo, std::string_view revision,
                   std::string_view path) {
  const auto code = reply.header("x-error-code");
  if (code == "RevisionNotFound")
    return {ErrorCode::not_found, fmt::format("{} has no revision {}{}", repo.str(), revision,
                                              nearest_revisions(repo, revision))};
  if (code == "EntryNotFound" || !path.empty())
    return {ErrorCode::not_found,
            fmt::format("{} has no file {} at {}", repo.str(), path, revision)};
  return {ErrorCode::not_found, fmt::format("{}: no such model at {}{}", repo.str(),
                                            access_.endpoint, nearest_repos(repo))};
}

std::string Hub::nearest_repos(const RepoName& repo) {
  HttpRequest request;
  request.url = fmt::format("{}/api/models?author={}&limit=200", access_.endpoint,
                            percent_encode(repo.owner, Slashes::encode));
  request.bearer = access_.token;
  request.max_body = size_t{4} << 20;
  const HttpAttempt attempt = client_.attempt(request, nullptr);
  if (!attempt.reply || attempt.reply->status != 200) return {};
  const auto names = parse_hub_search(attempt.reply->body, "the Hub's list of models");
  if (!names) return {};
  const auto near = nearest_names(repo.str(), *names, 3);
  return near.empty() ? std::string() : "; did you mean " + or_list(near) + "?";
}

std::string Hub::nearest_revisions(const RepoName& repo, std::string_view revision) {
  HttpRequest request;
  request.url = fmt::format("{}/api/models/{}/refs", access_.endpoint, repo.str());
  request.bearer = access_.token;
  request.max_body = size_t{4} << 20;
  const HttpAttempt attempt = client_.attempt(request, nullptr);
  if (!attempt.reply || attempt.reply->status != 200) return {};
  const auto names = parse_hub_refs(attempt.reply->body, "the Hub's list of revisions");
  if (!names || names->empty()) return {};
  auto near = nearest_names(revision, *names, 3);
  if (near.empty())
    near.assign(names->begin(), names->begin() + std::min<size_t>(5, names->size()));
  return "; it has " + or_list(near);
}

}  // namespace swivel::net
