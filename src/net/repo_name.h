// Names as the Hub writes them: repositories, revisions, commits and files in a repository. These
// decide which paths are written below the cache, so each has a whitelist of characters and nothing
// outside it passes.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace swivel::net {

// "org/name". Letters, digits and ._- in both halves, at most 96 characters each; no half begins or
// ends with '.' or '-', contains "--" or "..", or ends with ".git".
struct RepoName {
  std::string owner;
  std::string name;

  std::string str() const { return owner + "/" + name; }
  auto operator<=>(const RepoName&) const = default;
};

// "org/name[@revision]" or "org/name/FILE.gguf[@revision]".
struct RepoArgument {
  RepoName repo;
  std::string file;      // a path in the repository; empty: the repository
  std::string revision;  // empty: not given
};

Result<RepoName> parse_repo_name(std::string_view text);
Result<RepoArgument> parse_repo_argument(std::string_view text);

// A branch, a tag, a pull request ("refs/pr/1") or a commit: components of letters, digits and
// ._+-, joined by '/', none beginning with '.' or '-' nor ending with '.' or ".lock"; at most 255
// characters.
Status check_revision(std::string_view revision);

// 40 lower-case hexadecimal digits.
bool is_commit(std::string_view text);
// 40 (git SHA-1) or 64 (SHA-256) lower-case hexadecimal digits.
bool is_content_hash(std::string_view text);

// A file's path in a repository: relative, '/' between components, no component empty, "." or "..",
// at most 255 bytes a component, 1024 in all and 16 components deep. Characters: letters, digits,
// space and !#$%&'()+,-.=@[]^_{}~. bad_input names what is wrong.
Status check_repo_path(std::string_view path);

}  // namespace swivel::net
