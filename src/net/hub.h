// The Hugging Face Hub's protocol: what a repository holds at a revision, what one file is, where
// to fetch it, and in words why it refuses. Writes nothing to disk.
//
// Thread safety: one thread for each Hub (it owns an HttpClient); make several to fetch in
// parallel.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "net/http_client.h"
#include "net/hub_listing.h"
#include "net/repo_name.h"

namespace swivel::net {

struct HubAccess {
  std::string endpoint = "https://huggingface.co";  // without a final '/'
  std::string token;                                // empty: none
  std::string token_origin;  // "HF_TOKEN" or the file it was read from; for messages

  // HF_ENDPOINT; HF_TOKEN, HUGGING_FACE_HUB_TOKEN, the file HF_TOKEN_PATH, $HF_HOME/token,
  // $XDG_CACHE_HOME/huggingface/token, ~/.cache/huggingface/token: the first that is there.
  // bad_input for an endpoint that is no http or https URL.
  static Result<HubAccess> from_environment();
};

// $HF_HOME, $XDG_CACHE_HOME/huggingface or ~/.cache/huggingface.
std::string huggingface_home();

class Hub {
 public:
  Hub(HubAccess access, HttpClientOptions options);

  // not_found: a sentence that says what to do (accept a licence, set a token), with the
  // nearest names where the Hub gives some.
  Result<HubListing> list(const RepoName& repo, std::string_view revision);

  // Size and hash of one file, for listings that do not say them.
  // REQUIRES: check_repo_path(path).
  Result<HubFile> facts(const RepoName& repo, std::string_view commit, std::string_view path);

  // What fetches a file's bytes. REQUIRES: check_repo_path(path).
  HttpRequest request(const RepoName& repo, std::string_view commit, std::string_view path) const;

  // Why a reply that is not 2xx came, in a sentence. `path` is empty for the listing.
  Error refusal(const HttpReply& reply, const RepoName& repo, std::string_view revision,
                std::string_view path);

  HttpClient& client() { return client_; }
  const HubAccess& access() const { return access_; }

 private:
  Error missing(const HttpReply& reply, const RepoName& repo, std::string_view revision,
                std::string_view path);
  Error not_allowed(const HttpReply& reply, const RepoName& repo);
  std::string nearest_repos(const RepoName& repo);
  std::string nearest_revisions(const RepoName& repo, std::string_view revision);

  HubAccess access_;
  HttpClient client_;
};

// The hash and the size that the replies on the way to a file state (X-Linked-ETag, X-Linked-Size,
// else ETag and Content-Length of the file's own reply); what is not said is empty.
HubFile stated_facts(const HttpReply& reply, std::string_view path);

}  // namespace swivel::net
