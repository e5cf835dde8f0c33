// The tests of pulling; or, with "serve FOLDER", the Hub itself for tests in other languages:
// publishes FOLDER/ORG/NAME/… as ORG/NAME, prints its address and serves until stdin ends.
#include <gtest/gtest.h>

#include <cstdio>
#include <filesystem>
#include <iostream>
#include <string>

#include "base/mapped_file.h"
#include "hub_server.h"

namespace {

namespace fs = std::filesystem;
using swivel::hub_test::HubServer;
using swivel::hub_test::RepoFile;

void publish_folder(HubServer& hub, const fs::path& folder, const std::string& name) {
  std::map<std::string, RepoFile> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    RepoFile file{swivel::read_file(entry.path(), size_t{1} << 30).value_or("")};
    if (entry.path().extension() == ".safetensors" || entry.path().extension() == ".gguf")
      file.kind = RepoFile::Kind::large;
    files[entry.path().lexically_relative(folder).string()] = std::move(file);
  }
  hub.publish(name, files);
}

int serve(const fs::path& root) {
  HubServer hub;
  for (const auto& owner : fs::directory_iterator(root))
    for (const auto& repo : fs::directory_iterator(owner.path()))
      publish_folder(hub, repo.path(),
                     owner.path().filename().string() + "/" + repo.path().filename().string());
  std::printf("%s\n", hub.endpoint().c_str());
  std::fflush(stdout);
  for (std::string line; std::getline(std::cin, line);) {
    if (line == "requests") std::printf("%zu\n", hub.requests().size());
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc == 3 && std::string(argv[1]) == "serve") return serve(argv[2]);
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
