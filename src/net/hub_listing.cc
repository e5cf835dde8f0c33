#include "net/hub_listing.h"

#include "formats/json.h"
#include "net/repo_name.h"

namespace swivel::net {
namespace {

constexpr size_t kMaxFiles = 100'000;
constexpr json::ReadLimits kLimits{.max_depth = 32, .max_bytes = size_t{32} << 20};

const std::string* string_of(const json::Value& object, std::string_view key) {
  const json::Value* value = object.find(key);
  return value != nullptr && value->is_string() ? &value->as_string() : nullptr;
}

// A member that is absent or null is not said; another kind or a negative number is an error.
Result<std::optional<int64_t>> size_of(const json::Value& object, std::string_view place) {
  const json::Value* value = object.find("size");
  if (value == nullptr || value->is_null()) return std::nullopt;
  if (!value->is_integer() || value->as_integer() < 0)
    return fail(ErrorCode::bad_input, "{}: \"size\" is {}; expected a number of bytes", place,
                json::write(*value).substr(0, 100));
  return value->as_integer();
}

Status read_hash(const json::Value& object, std::string_view key, std::string_view place,
                 std::string& hash) {
  const json::Value* value = object.find(key);
  if (value == nullptr || value->is_null()) return {};
  if (!value->is_string() || !is_content_hash(value->as_string()))
    return fail(ErrorCode::bad_input, "{}: \"{}\" is {}; expected a hash in hexadecimal digits",
                place, key, json::write(*value).substr(0, 100));
  hash = value->as_string();
  return {};
}

Result<HubFile> read_file_entry(const json::Value& entry, std::string_view name) {
  const std::string* path = string_of(entry, "rfilename");
  if (path == nullptr)
    return fail(ErrorCode::bad_input, "{}: an entry of \"siblings\" has no \"rfilename\"", name);
  const std::string place = fmt::format("{}: {}", name, json::quote(path->substr(0, 200)));
  HubFile file{.path = *path};
  file.bytes = TRY(size_of(entry, place));
  TRY(read_hash(entry, "blobId", place, file.hash));
  const json::Value* lfs = entry.find("lfs");
  if (lfs != nullptr && lfs->is_object()) {
    if (const auto bytes = TRY(size_of(*lfs, place))) file.bytes = bytes;
    file.hash.clear();  // the blob's own is that of the pointer file
    TRY(read_hash(*lfs, "sha256", place, file.hash));
  }
  return file;
}

}  // namespace

Result<HubListing> parse_hub_listing(std::string_view reply, std::string_view name) {
  const json::Value root = TRY(json::parse(reply, name, kLimits));
  const std::string* commit = string_of(root, "sha");
  if (commit == nullptr || !is_commit(*commit))
    return fail(ErrorCode::bad_input,
                "{}: no commit in \"sha\"; this does not look like a Hugging Face Hub", name);
  const json::Value* siblings = root.find("siblings");
  if (siblings == nullptr || !siblings->is_array())
    return fail(ErrorCode::bad_input, "{}: no list of files in \"siblings\"", name);
  if (siblings->as_array().size() > kMaxFiles)
    return fail(ErrorCode::bad_input, "{}: {} files; at most {} are read", name,
                siblings->as_array().size(), kMaxFiles);
  HubListing listing{.commit = *commit};
  for (const json::Value& entry : siblings->as_array())
    listing.files.push_back(TRY(read_file_entry(entry, name)));
  return listing;
}

Result<std::vector<std::string>> parse_hub_refs(std::string_view reply, std::string_view name) {
  const json::Value root = TRY(json::parse(reply, name, kLimits));
  std::vector<std::string> names;
  for (const std::string_view list : {"branches", "tags"}) {
    const json::Value* entries = root.find(list);
    if (entries == nullptr || !entries->is_array()) continue;
    for (const json::Value& entry : entries->as_array())
      if (const std::string* ref = string_of(entry, "name"); ref && check_revision(*ref))
        names.push_back(*ref);
  }
  return names;
}

Result<std::vector<std::string>> parse_hub_search(std::string_view reply, std::string_view name) {
  const json::Value root = TRY(json::parse(reply, name, kLimits));
  std::vector<std::string> names;
  if (!root.is_array()) return names;
  for (const json::Value& entry : root.as_array())
    if (const std::string* id = string_of(entry, "id"); id && parse_repo_name(*id))
      names.push_back(*id);
  return names;
}

std::string content_hash_of_etag(std::string_view etag) {
  if (etag.starts_with("W/")) etag.remove_prefix(2);
  if (etag.size() >= 2 && etag.front() == '"' && etag.back() == '"')
    etag = etag.substr(1, etag.size() - 2);
  return is_content_hash(etag) ? std::string(etag) : std::string();
}

}  // namespace swivel::net
