// Builds caches for the tests of this folder, in a folder that goes with the object.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

#include "library/hub_cache.h"

namespace swivel::library {

class CacheFolder {
 public:
  CacheFolder() {
    std::string name = (std::filesystem::temp_directory_path() / "swivel-cache-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) std::abort();
    root_ = name;
  }
  ~CacheFolder() {
    std::error_code ignored;
    std::filesystem::remove_all(root_, ignored);
  }

  const std::filesystem::path& root() const { return root_; }
  std::filesystem::path hub() const { return root_ / "hub"; }
  HubCache cache() const { return HubCache(hub()); }
  std::filesystem::path repo(const std::string& name) const {
    return cache().repo_folder(net::parse_repo_name(name).value());
  }

  static void write(const std::filesystem::path& file, const std::string& text) {
    std::filesystem::create_directories(file.parent_path());
    std::ofstream(file, std::ios::binary) << text;
  }

  // A commit whose 40 digits are all `digit`.
  static std::string commit(char digit) { return std::string(40, digit); }

  void ref(const std::string& name, const std::string& revision, const std::string& commit) const {
    write(repo(name) / "refs" / revision, commit);
  }
  // A file of a snapshot: a link to a content named `blob`.
  void file(const std::string& name, const std::string& commit, const std::string& path,
            const std::string& blob, const std::string& text) const {
    write(repo(name) / "blobs" / blob, text);
    link(name, commit, path, blob);
  }
  void link(const std::string& name, const std::string& commit, const std::string& path,
            const std::string& blob) const {
    const std::filesystem::path place = repo(name) / "snapshots" / commit / path;
    std::filesystem::create_directories(place.parent_path());
    std::filesystem::create_symlink(std::filesystem::path("../../blobs") / blob, place);
  }

 private:
  std::filesystem::path root_;
};

}  // namespace swivel::library
