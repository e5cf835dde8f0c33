// Names and addresses that users and servers give, as any bytes: MODEL arguments, revisions, file
// names, URLs, redirects, ETags. The first line is a base for the rest to be resolved against.

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string_view>

#include "base/check.h"
#include "net/hub_listing.h"
#include "net/repo_name.h"
#include "net/url.h"

namespace {

namespace fs = std::filesystem;
using namespace swivel::net;

// A name that passes leads to something inside the folder it is put into.
void check_inside(std::string_view name) {
  const fs::path root = "/cache/folder";
  const fs::path place = (root / name).lexically_normal();
  const auto [end, rest] = std::mismatch(root.begin(), root.end(), place.begin(), place.end());
  CHECK(end == root.end() && rest != place.end());
  CHECK(name.find('\0') == std::string_view::npos);
}

void check_url(const Url& url) {
  CHECK(url.scheme == "http" || url.scheme == "https");
  CHECK(url.target.starts_with('/'));
  const auto again = parse_url(url.str());
  CHECK(again.has_value() && *again == url);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::string_view first = text.substr(0, text.find('\n'));
  const std::string_view rest = text.substr(std::min(text.size(), first.size() + 1));
  if (const auto argument = parse_repo_argument(text)) {
    CHECK(parse_repo_name(argument->repo.str()).has_value());
    check_inside(argument->repo.owner);
    check_inside(argument->repo.name);
    if (!argument->file.empty()) check_inside(argument->file);
    if (!argument->revision.empty()) check_inside(argument->revision);
  }
  if (check_repo_path(text)) check_inside(text);
  if (check_revision(text)) check_inside(text);
  const std::string hash = content_hash_of_etag(text);
  CHECK(hash.empty() || is_content_hash(hash));
  if (const auto base = parse_url(first)) {
    check_url(*base);
    if (const auto target = resolve_url(*base, rest)) check_url(*target);
  }
  for (const unsigned char c : percent_encode(text, Slashes::keep)) CHECK(c > ' ' && c < 0x7f);
  return 0;
}
