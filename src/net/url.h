// URLs of the two schemes that are fetched, http and https. Stricter than browsers: a URL with a
// user name, a control character, a space or another scheme is refused, because what is fetched may
// be named by a server.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace swivel::net {

struct Url {
  std::string scheme;  // "http" or "https"
  std::string host;    // lower case; an IPv6 address keeps its brackets
  int port = 0;        // the scheme's own where the text names none
  std::string target;  // path and query, beginning with '/'; the fragment is dropped

  std::string str() const;
  // "https://host:443": what decides whether credentials may be sent.
  std::string origin() const;
  bool operator==(const Url&) const = default;
};

Result<Url> parse_url(std::string_view text);
// The URL that `reference` (a Location header) means, seen from `base`: RFC 3986, section 5.
Result<Url> resolve_url(const Url& base, std::string_view reference);

enum class Slashes { keep, encode };
// Everything but letters, digits and -._~ as %XX.
std::string percent_encode(std::string_view text, Slashes slashes);

}  // namespace swivel::net
