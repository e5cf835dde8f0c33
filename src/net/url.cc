#include "net/url.h"

#include <charconv>
#include <vector>

namespace swivel::net {
namespace {

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  return result;
}

// A name that may stand in a message: servers write what they like.
std::string shown(std::string_view text) {
  std::string result;
  for (char c : text.substr(0, 200)) result += (c > ' ' && c < 0x7f) ? c : '?';
  return result;
}

int default_port(std::string_view scheme) { return scheme == "https" ? 443 : 80; }

// The length of "scheme:" without the colon, or 0 if there is none.
size_t scheme_length(std::string_view text) {
  if (text.empty() || !is_letter(text[0])) return 0;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ':') return i;
    if (!is_letter(text[i]) && !is_digit(text[i]) && text[i] != '+' && text[i] != '-' &&
        text[i] != '.')
      return 0;
  }
  return 0;
}

bool is_host(std::string_view host) {
  if (host.empty() || host.size() > 253) return false;
  if (host.front() == '[') {
    if (host.back() != ']' || host.size() < 4) return false;
    for (char c : host.substr(1, host.size() - 2))
      if (!is_digit(c) && !is_letter(c) && c != ':' && c != '.') return false;
    return true;
  }
  for (char c : host)
    if (!is_letter(c) && !is_digit(c) && c != '-' && c != '.' && c != '_') return false;
  return true;
}

Status read_authority(std::string_view authority, std::string_view text, Url& url) {
  if (authority.find('@') != std::string_view::npos)
    return fail(ErrorCode::bad_input, "a URL with a user name is refused: {}",
                shown(text.substr(text.rfind('@'))));
  const size_t bracket = authority.rfind(']');
  const size_t colon = authority.rfind(':');
  std::string_view host = authority;
  url.port = default_port(url.scheme);
  if (colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket)) {
    host = authority.substr(0, colon);
    const std::string_view port = authority.substr(colon + 1);
    if (!port.empty()) {
      const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), url.port);
      if (error != std::errc() || end != port.data() + port.size() || url.port < 1 ||
          url.port > 65535)
        return fail(ErrorCode::bad_input, "not a port number in the URL {}", shown(text));
    }
  }
  url.host = lower(host);
  if (!is_host(url.host))
    return fail(ErrorCode::bad_input, "not a host name in the URL {}", shown(text));
  return {};
}

Status check_characters(std::string_view text) {
  if (text.size() > 16384)
    return fail(ErrorCode::bad_input, "a URL of {} bytes is refused; at most 16384", text.size());
  for (char c : text)
    if (c <= ' ' || c >= 0x7f || c == '\\' || c == '"' || c == '<' || c == '>')
      return fail(ErrorCode::bad_input, "a URL with a character that must be encoded: {}",
                  shown(text));
  return {};
}

// RFC 3986, 5.2.4.
std::string remove_dot_segments(std::string_view path) {
  std::vector<std::string_view> kept;
  bool ends_open = false;  // the path ends in '/'
  size_t at = 1;
  while (at <= path.size()) {
    const size_t slash = path.find('/', at);
    const std::string_view segment =
        path.substr(at, slash == std::string_view::npos ? std::string_view::npos : slash - at);
    ends_open = segment.empty() || segment == "." || segment == "..";
    if (segment == "..") {
      if (!kept.empty()) kept.pop_back();
    } else if (segment != "." && (!segment.empty() || slash != std::string_view::npos)) {
      kept.push_back(segment);
    }
    if (slash == std::string_view::npos) break;
    at = slash + 1;
  }
  std::string result;
  for (std::string_view segment : kept) {
    result += '/';
    result += segment;
  }
  if (ends_open || result.empty()) result += '/';
  return result;
}

std::string normal_target(std::string_view path, std::string_view query) {
  std::string target = remove_dot_segments(path.empty() ? std::string_view("/") : path);
  target += query;
  return target;
}

// Cuts "path?query" into its halves; the query keeps its '?'.
std::pair<std::string_view, std::string_view> split_query(std::string_view target) {
  const size_t mark = target.find('?');
  if (mark == std::string_view::npos) return {target, {}};
  return {target.substr(0, mark), target.substr(mark)};
}

}  // namespace

std::string Url::str() const {
  if (port == default_port(scheme)) return scheme + "://" + host + target;
  return fmt::format("{}://{}:{}{}", scheme, host, port, target);
}

std::string Url::origin() const { return fmt::format("{}://{}:{}", scheme, host, port); }

Result<Url> parse_url(std::string_view text) {
  TRY(check_characters(text));
  const size_t length = scheme_length(text);
  Url url;
  url.scheme = lower(text.substr(0, length));
  if (url.scheme != "http" && url.scheme != "https")
    return fail(ErrorCode::bad_input, "only http and https URLs are fetched, not {}", shown(text));
  std::string_view rest = text.substr(length + 1);
  if (!rest.starts_with("//"))
    return fail(ErrorCode::bad_input, "no host in the URL {}", shown(text));
  rest.remove_prefix(2);
  rest = rest.substr(0, rest.find('#'));
  const size_t end = rest.find_first_of("/?");
  TRY(read_authority(rest.substr(0, end), text, url));
  const std::string_view target =
      end == std::string_view::npos ? std::string_view() : rest.substr(end);
  const auto [path, query] = split_query(target);
  url.target = normal_target(path, query);
  return url;
}

Result<Url> resolve_url(const Url& base, std::string_view reference) {
  TRY(check_characters(reference));
  if (scheme_length(reference) > 0) return parse_url(reference);
  if (reference.starts_with("//")) return parse_url(base.scheme + ":" + std::string(reference));
  reference = reference.substr(0, reference.find('#'));
  const auto [path, query] = split_query(reference);
  const auto [base_path, base_query] = split_query(base.target);
  Url url = base;
  if (path.empty()) {
    url.target = std::string(base_path) + std::string(query.empty() ? base_query : query);
  } else if (path.front() == '/') {
    url.target = normal_target(path, query);
  } else {
    const std::string_view folder = base_path.substr(0, base_path.rfind('/') + 1);
    url.target = normal_target(std::string(folder) + std::string(path), query);
  }
  return url;
}

std::string percent_encode(std::string_view text, Slashes slashes) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string result;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (is_letter(c) || is_digit(c) || c == '-' || c == '.' || c == '_' || c == '~' ||
        (c == '/' && slashes == Slashes::keep)) {
      result += c;
    } else {
      result += '%';
      result += kHex[byte >> 4];
      result += kHex[byte & 15];
    }
  }
  return result;
}

}  // namespace swivel::net
