// Runs a fuzz target over the files of a folder: its corpus as an ordinary test. Each file is also
// tried at every eighth of its length, so that truncation is always covered.

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

int main(int argc, char** argv) {
  if (argc != 2 || !std::filesystem::is_directory(argv[1])) {
    std::fprintf(stderr, "usage: %s CORPUS_FOLDER\n", argv[0]);
    return 2;
  }
  int files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(argv[1])) {
    std::ifstream stream(entry.path(), std::ios::binary);
    const std::string bytes((std::istreambuf_iterator<char>(stream)), {});
    const auto* data = reinterpret_cast<const uint8_t*>(bytes.data());
    for (int eighth = 0; eighth <= 8; ++eighth)
      LLVMFuzzerTestOneInput(data, bytes.size() * eighth / 8);
    ++files;
  }
  std::printf("%d corpus files replayed\n", files);
  return files > 0 ? 0 : 1;
}
