#include "kernels/choose.h"

#include <cstdlib>
#include <cstring>

#include "kernels/x86/tables.h"

namespace swivel::kernels {
namespace {

struct Choice {
  const Table* table;
  const char* note;
};

// Best first.
constexpr const char* kNames[] = {"avx512", "avx2"};

Choice decide() {
  const char* wanted = std::getenv("SWIVEL_CPU");
  const char* note = "";
  if (wanted != nullptr && *wanted != '\0') {
    if (const Table* table = table_named(wanted)) return {table, ""};
    note =
        "SWIVEL_CPU names no kernels that this program has and this CPU can run; the choice is "
        "made without it";
  }
  for (const char* name : kNames) {
    const Table* table = table_named(name);
    if (table == nullptr) continue;
    if (self_test(*table)) return {table, note};
    note = "kernels failed their self-test on this CPU and are not used";
  }
  return {&reference_table(), note};
}

const Choice& choice() {
  static const Choice chosen = decide();
  return chosen;
}

}  // namespace

const Table* table_named(const char* name) {
  if (std::strcmp(name, "reference") == 0) return &reference_table();
  if (std::strcmp(name, "avx2") == 0) return avx2_table();
  if (std::strcmp(name, "avx512") == 0) return avx512_table();
  return nullptr;
}

const Table& choose() { return *choice().table; }

const char* choice_note() { return choice().note; }

}  // namespace swivel::kernels
