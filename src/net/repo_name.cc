#include "net/repo_name.h"

#include <algorithm>

#include "formats/json.h"

namespace swivel::net {
namespace {

constexpr size_t kMaxHalf = 96;
constexpr size_t kMaxRevision = 255;
constexpr size_t kMaxPath = 1024;
constexpr size_t kMaxComponent = 255;
constexpr size_t kMaxDepth = 16;

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool is_hex(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); });
}

// Outside text inside a message.
std::string shown(std::string_view text) { return json::quote(text.substr(0, 200)); }

bool is_half(std::string_view half) {
  if (half.empty() || half.size() > kMaxHalf) return false;
  for (char c : half)
    if (!is_alphanumeric(c) && c != '.' && c != '_' && c != '-') return false;
  const auto is_edge = [](char c) { return c == '.' || c == '-'; };
  return !is_edge(half.front()) && !is_edge(half.back()) &&
         half.find("--") == std::string_view::npos && half.find("..") == std::string_view::npos &&
         !half.ends_with(".git");
}

bool is_path_character(char c) {
  return is_alphanumeric(c) ||
         std::string_view(" !#$%&'()+,-.=@[]^_{}~").find(c) != std::string_view::npos;
}

}  // namespace

Result<RepoName> parse_repo_name(std::string_view text) {
  const size_t slash = text.find('/');
  if (slash == std::string_view::npos)
    return fail(ErrorCode::bad_input, "{} is no repository: expected org/name", shown(text));
  RepoName repo{std::string(text.substr(0, slash)), std::string(text.substr(slash + 1))};
  if (!is_half(repo.owner) || !is_half(repo.name))
    return fail(ErrorCode::bad_input,
                "{} is no repository: expected org/name of letters, digits, '.', '_' and '-', at "
                "most 96 characters each",
                shown(text));
  return repo;
}

Result<RepoArgument> parse_repo_argument(std::string_view text) {
  RepoArgument argument;
  const size_t at = text.find('@');
  if (at != std::string_view::npos) {
    argument.revision = text.substr(at + 1);
    TRY(check_revision(argument.revision));
    text = text.substr(0, at);
  }
  const size_t first = text.find('/');
  const size_t second = first == std::string_view::npos ? first : text.find('/', first + 1);
  argument.repo = TRY(parse_repo_name(text.substr(0, second)));
  if (second != std::string_view::npos) {
    argument.file = text.substr(second + 1);
    TRY(check_repo_path(argument.file));
  }
  return argument;
}

Status check_revision(std::string_view revision) {
  const auto refuse = [&] {
    return fail(ErrorCode::bad_input,
                "{} is no revision: expected a branch, a tag or a commit of letters, digits, '.', "
                "'_', '+', '-' and '/'",
                shown(revision));
  };
  if (revision.empty() || revision.size() > kMaxRevision) return refuse();
  size_t at = 0;
  while (at <= revision.size()) {
    const size_t slash = std::min(revision.find('/', at), revision.size());
    const std::string_view part = revision.substr(at, slash - at);
    if (part.empty() || part.front() == '.' || part.front() == '-' || part.back() == '.' ||
        part.ends_with(".lock") || part.find("..") != std::string_view::npos)
      return refuse();
    for (char c : part)
      if (!is_alphanumeric(c) && c != '.' && c != '_' && c != '+' && c != '-') return refuse();
    at = slash + 1;
  }
  return {};
}

bool is_commit(std::string_view text) { return text.size() == 40 && is_hex(text); }

bool is_content_hash(std::string_view text) {
  return (text.size() == 40 || text.size() == 64) && is_hex(text);
}

Status check_repo_path(std::string_view path) {
  const auto refuse = [&](std::string_view why) {
    return fail(ErrorCode::bad_input, "the file name {} is refused: {}", shown(path), why);
  };
  if (path.empty()) return refuse("it is empty");
  if (path.size() > kMaxPath) return refuse("it is longer than 1024 bytes");
  size_t depth = 0;
  size_t at = 0;
  while (at <= path.size()) {
    const size_t slash = std::min(path.find('/', at), path.size());
    const std::string_view part = path.substr(at, slash - at);
    if (part.empty()) return refuse("it is absolute or has an empty component");
    if (part == "." || part == "..") return refuse("it leaves its folder");
    if (part.size() > kMaxComponent) return refuse("a component is longer than 255 bytes");
    if (++depth > kMaxDepth) return refuse("it is more than 16 folders deep");
    for (char c : part)
      if (!is_path_character(c))
        return refuse("it has a character that is not allowed in a file name");
    at = slash + 1;
  }
  return {};
}

}  // namespace swivel::net
