// An inline function that is compiled with AVX-512 and kept by the linker in place of another
// file's copy kills older CPUs. So the files of kernels/x86/avx* may define no weak symbol.
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace {

namespace fs = std::filesystem;

// The lines that a command prints.
std::vector<std::string> lines_of(const std::string& command) {
  std::vector<std::string> lines;
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return lines;
  char line[4096];
  while (std::fgets(line, sizeof line, pipe) != nullptr) lines.emplace_back(line);
  pclose(pipe);
  return lines;
}

std::string symbol_lister() {
  for (const char* name : {"nm", "llvm-nm", "llvm-nm-19"})
    if (std::system(("command -v " + std::string(name) + " > /dev/null").c_str()) == 0) return name;
  return "";
}

TEST(VectorKernels, TheirObjectFilesDefineNoWeakSymbol) {
  const fs::path library = fs::read_symlink("/proc/self/exe").parent_path() / "libswivel_kernels.a";
  const std::string lister = symbol_lister();
  if (!fs::exists(library) || lister.empty()) GTEST_SKIP() << "no library or no nm here";
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  GTEST_SKIP() << "sanitizers add weak symbols of their own";
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
  GTEST_SKIP() << "sanitizers add weak symbols of their own";
#endif
#endif
  // -A puts the library and the member in front of each symbol.
  int symbols = 0;
  for (const std::string& line :
       lines_of(lister + " -A --defined-only '" + library.string() + "'")) {
    if (line.find("avx2_") == std::string::npos && line.find("avx512_") == std::string::npos)
      continue;
    const size_t member_end = line.find(".o:");
    const size_t member = line.rfind(':', member_end == std::string::npos ? 0 : member_end);
    if (member_end == std::string::npos || line.find("avx", member) > member_end) continue;
    ++symbols;
    for (const char* kind : {" W ", " w ", " V ", " v ", " u "})
      EXPECT_EQ(line.find(kind), std::string::npos) << line;
  }
  EXPECT_GT(symbols, 10);
}

}  // namespace
