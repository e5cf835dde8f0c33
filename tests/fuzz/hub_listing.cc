// The Hub's replies as any bytes: what is chosen of a listing may be written below the cache, and
// nothing else.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string_view>

#include "base/check.h"
#include "library/file_choice.h"
#include "net/hub_listing.h"
#include "net/repo_name.h"

namespace {

namespace fs = std::filesystem;
using namespace swivel;

void check_choice(const net::HubListing& listing, const std::vector<std::string>& include) {
  const auto files = library::choose_files(listing, {"org", "name"}, include);
  if (!files) return;
  CHECK(!files->empty());
  const fs::path root = "/cache/snapshots/commit";
  for (size_t i = 0; i < files->size(); ++i) {
    const fs::path place = (root / (*files)[i].path).lexically_normal();
    const auto [end, rest] = std::mismatch(root.begin(), root.end(), place.begin(), place.end());
    CHECK(end == root.end() && rest != place.end());
    CHECK(i == 0 || (*files)[i - 1].path < (*files)[i].path);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto listing = net::parse_hub_listing(text, "fuzz")) {
    CHECK(net::is_commit(listing->commit));
    for (const net::HubFile& file : listing->files) {
      CHECK(!file.bytes || *file.bytes >= 0);
      CHECK(file.hash.empty() || net::is_content_hash(file.hash));
    }
    check_choice(*listing, {});
    check_choice(*listing, {"*"});
  }
  if (const auto refs = net::parse_hub_refs(text, "fuzz"))
    for (const std::string& ref : *refs) CHECK(net::check_revision(ref).has_value());
  if (const auto names = net::parse_hub_search(text, "fuzz"))
    for (const std::string& name : *names) CHECK(net::parse_repo_name(name).has_value());
  return 0;
}
