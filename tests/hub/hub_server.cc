#include "hub_server.h"

#include <charconv>
#include <span>

#include "formats/json.h"
#include "listener.h"
#include "net/digest.h"

namespace swivel::hub_test {
namespace {

std::string hash_name(const RepoFile& file) {
  return file.kind == RepoFile::Kind::large ? sha256_of(file.content) : git_sha1_of(file.content);
}

Reply refusal(int status, const std::string& code, const std::string& message) {
  Reply reply{.status = status, .body = "{\"error\":\"" + message + "\"}"};
  if (!code.empty()) reply.headers = {{"X-Error-Code", code}, {"X-Error-Message", message}};
  return reply;
}

Reply json_reply(const json::Value& value) {
  return {.headers = {{"Content-Type", "application/json"}}, .body = json::write(value)};
}

std::string decoded(const std::string& text) {
  std::string result;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size()) {
      result += static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16));
      i += 2;
    } else {
      result += text[i];
    }
  }
  return result;
}

// A file's bytes, or the end of them that a range asks for.
Reply bytes_of(const std::string& content, const std::string& etag, const Request& request) {
  Reply reply{.headers = {{"ETag", "\"" + etag + "\""}, {"Accept-Ranges", "bytes"}}};
  size_t first = 0;
  if (request.range.starts_with("bytes=")) {
    const char* begin = request.range.data() + 6;
    std::from_chars(begin, request.range.data() + request.range.size(), first);
    if (first >= content.size()) return refusal(416, "", "range");
    reply.status = 206;
    reply.headers.emplace_back("Content-Range", "bytes " + std::to_string(first) + "-" +
                                                    std::to_string(content.size() - 1) + "/" +
                                                    std::to_string(content.size()));
  }
  reply.body = content.substr(first);
  return reply;
}

json::Value sibling(const std::string& name, const RepoFile& file) {
  json::Object entry = {
      {"rfilename", name}, {"size", file.content.size()}, {"blobId", git_sha1_of(file.content)}};
  if (file.kind == RepoFile::Kind::large)
    entry.emplace_back("lfs", json::Object{{"sha256", sha256_of(file.content)},
                                           {"size", file.content.size()},
                                           {"pointerSize", 135}});
  return entry;
}

json::Value tree_entry(const std::string& name, const RepoFile& file) {
  json::Object entry = {{"type", "file"},
                        {"path", name},
                        {"size", file.content.size()},
                        {"oid", git_sha1_of(file.content)}};
  if (file.kind == RepoFile::Kind::large)
    entry.emplace_back("lfs", json::Object{{"oid", sha256_of(file.content)},
                                           {"size", file.content.size()},
                                           {"pointerSize", 135}});
  return entry;
}

// "org/name/rest" → {"org/name", "rest"}.
std::pair<std::string, std::string> cut_repo(const std::string& text) {
  const size_t second = text.find('/', text.find('/') + 1);
  if (second == std::string::npos) return {text, ""};
  return {text.substr(0, second), text.substr(second + 1)};
}

std::string digest(net::Digest digest, const std::string& content) {
  digest.update(std::as_bytes(std::span(content)));
  return digest.finish();
}

}  // namespace

std::string sha256_of(const std::string& content) { return digest(net::Digest::sha256(), content); }

std::string git_sha1_of(const std::string& content) {
  return digest(net::Digest::git_blob(static_cast<int64_t>(content.size())), content);
}

std::string commit_of(const std::string& seed) { return git_sha1_of("commit " + seed); }

HubServer::HubServer() {
  const auto answerer = [this](Host host) {
    return [this, host](const Request& asked) {
      Request request = asked;
      request.host = host;
      {
        const std::lock_guard lock(mutex_);
        requests_.push_back(request);
      }
      const Reply usual = answer(request);
      if (!script) return usual;
      return script(request, usual).value_or(usual);
    };
  };
  hub_ = std::make_unique<Listener>("127.0.0.1", answerer(Host::hub));
  storage_ = std::make_unique<Listener>("127.0.0.2", answerer(Host::storage));
}

HubServer::~HubServer() = default;

std::string HubServer::endpoint() const {
  return "http://127.0.0.1:" + std::to_string(hub_->port());
}

std::string HubServer::storage_endpoint() const {
  return "http://127.0.0.2:" + std::to_string(storage_->port());
}

std::string HubServer::publish(const std::string& name,
                               const std::map<std::string, RepoFile>& files) {
  std::string seed = name;
  for (const auto& [path, file] : files) seed += "\n" + path + " " + hash_name(file);
  const std::string commit = commit_of(seed);
  Repo& repo = repos_[name];
  repo.commits[commit] = files;
  repo.revisions["main"] = commit;
  return commit;
}

Repo& HubServer::repo(const std::string& name) { return repos_[name]; }

std::vector<Request> HubServer::requests() const {
  const std::lock_guard lock(mutex_);
  return requests_;
}

size_t HubServer::count(const std::string& part) const {
  size_t found = 0;
  for (const Request& request : requests()) found += request.target.find(part) != std::string::npos;
  return found;
}

void HubServer::forget_requests() {
  const std::lock_guard lock(mutex_);
  requests_.clear();
}

Reply HubServer::answer(const Request& request) const {
  const std::string path = request.target.substr(0, request.target.find('?'));
  if (request.host == Host::storage) {
    // The real storage refuses requests that bring the Hub's token.
    if (!request.authorization.empty()) return refusal(400, "", "two kinds of authorization");
    return stored(request, path.substr(path.rfind('/') + 1));
  }
  if (path == "/api/models") {
    json::Array found;
    for (const auto& [name, repo] : repos_)
      if (repo.access != Repo::Access::closed) found.push_back(json::Object{{"id", name}});
    return json_reply(found);
  }
  if (path.starts_with("/api/models/")) return listing(request, path.substr(12));
  return file(request, path.substr(1));
}

Reply HubServer::listing(const Request& request, const std::string& rest) const {
  const auto [name, what] = cut_repo(rest);
  const auto at = repos_.find(name);
  const bool known = request.authorization == std::string("Bearer ") + kToken;
  if (at == repos_.end() || (at->second.access == Repo::Access::closed && !known))
    return known ? refusal(404, "RepoNotFound", "Repository not found")
                 : refusal(401, "RepoNotFound", "Repository not found");
  const Repo& repo = at->second;
  if (what == "refs") {
    json::Array branches;
    for (const auto& [revision, commit] : repo.revisions)
      branches.push_back(json::Object{{"name", revision}, {"targetCommit", commit}});
    return json_reply(json::Object{{"branches", branches}, {"tags", json::Array{}}});
  }
  const bool tree = what.starts_with("tree/");
  std::string revision = decoded(what.substr(what.find('/') + 1));
  if (what.empty()) revision = "main";
  const auto named = repo.revisions.find(revision);
  const std::string commit = named == repo.revisions.end() ? revision : named->second;
  const auto files = repo.commits.find(commit);
  if (files == repo.commits.end())
    return refusal(404, "RevisionNotFound", "Invalid rev id: " + revision);
  json::Array entries;
  for (const auto& [path, content] : files->second)
    entries.push_back(tree ? tree_entry(path, content) : sibling(path, content));
  if (tree) return json_reply(entries);
  return json_reply(json::Object{{"id", name},
                                 {"modelId", name},
                                 {"sha", commit},
                                 {"private", false},
                                 {"gated", repo.access == Repo::Access::gated ? "manual" : ""},
                                 {"downloads", 0},
                                 {"likes", 0},
                                 {"tags", json::Array{}},
                                 {"siblings", entries}});
}

Reply HubServer::file(const Request& request, const std::string& rest) const {
  const auto [name, what] = cut_repo(rest);
  const auto at = repos_.find(name);
  if (at == repos_.end() || !what.starts_with("resolve/"))
    return refusal(404, "RepoNotFound", "Repository not found");
  const bool known = request.authorization == std::string("Bearer ") + kToken;
  if (at->second.access == Repo::Access::gated && !known)
    return refusal(request.authorization.empty() ? 401 : 403, "GatedRepo", "Access is restricted");
  const size_t slash = what.find('/', 8);
  const std::string revision = what.substr(8, slash - 8);
  const auto named = at->second.revisions.find(revision);
  const std::string commit = named == at->second.revisions.end() ? revision : named->second;
  const auto files = at->second.commits.find(commit);
  if (files == at->second.commits.end()) return refusal(404, "RevisionNotFound", "no revision");
  const auto found = files->second.find(decoded(what.substr(slash + 1)));
  if (found == files->second.end()) return refusal(404, "EntryNotFound", "Entry not found");
  const RepoFile& content = found->second;
  const std::string hash = hash_name(content);
  if (content.kind == RepoFile::Kind::small) {
    Reply reply = bytes_of(content.content, hash, request);
    reply.headers.emplace_back("X-Repo-Commit", commit);
    return reply;
  }
  return {.status = 302,
          .headers = {{"Location", storage_endpoint() + "/objects/" + hash},
                      {"X-Repo-Commit", commit},
                      {"X-Linked-Size", std::to_string(content.content.size())},
                      {"X-Linked-ETag", "\"" + hash + "\""},
                      {"ETag", "\"" + git_sha1_of("pointer " + hash) + "\""}},
          .body = "Found. Redirecting"};
}

Reply HubServer::stored(const Request& request, const std::string& hash) const {
  for (const auto& [name, repo] : repos_)
    for (const auto& [commit, files] : repo.commits)
      for (const auto& [path, file] : files)
        if (hash_name(file) == hash) {
          // Storage has an ETag of its own.
          return bytes_of(file.content, "d41d8cd98f00b204e9800998ecf8427e-1", request);
        }
  return refusal(404, "", "no such object");
}

}  // namespace swivel::hub_test
