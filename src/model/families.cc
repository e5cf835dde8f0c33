#include "model/families.h"

#include "formats/shown.h"

#include <algorithm>
#include <cstdlib>

#include <fmt/ranges.h>

#include "base/mapped_file.h"
#include "formats/gguf_words.h"

namespace swivel {
namespace {

namespace fs = std::filesystem;

constexpr size_t kMaxFamilyBytes = 1 << 20;

bool equal(const json::Value& a, const json::Value& b) {
  if (a.is_number() && b.is_number()) return a.as_number() == b.as_number();
  return a == b;
}

// What the checkpoint says it is, for messages and for [match].
std::vector<std::string> architectures(const Facts& facts) {
  std::vector<std::string> names;
  if (facts.is_gguf()) {
    if (!facts.architecture().empty()) names.emplace_back(facts.architecture());
    return names;
  }
  const json::Value* value = facts.peek("architectures");
  if (value && value->is_array())
    for (const json::Value& item : value->as_array())
      if (item.is_string()) names.push_back(item.as_string());
  return names;
}

std::string identity(const Facts& facts) {
  const std::string_view key = facts.is_gguf() ? gguf_words::kArchitecture : "architectures";
  auto names = architectures(facts);
  if (names.size() > 3) names.resize(3);
  for (std::string& name : names) name = formats::shown(name);
  if (names.empty()) return fmt::format("{} has no {}", facts.name(), key);
  return fmt::format("{}: {} is {}", facts.name(), key, fmt::join(names, ", "));
}

std::string list_of(std::span<const FamilySpec* const> families) {
  std::vector<std::string> names;
  for (const FamilySpec* family : families)
    names.push_back(fmt::format("{} ({})", formats::shown(family->name), family->file));
  return fmt::format("{}", fmt::join(names, " and "));
}

Result<FamilySpec> only_match(std::vector<FamilySpec>& families, const Facts& facts,
                              const fs::path& model_folder) {
  std::vector<const FamilySpec*> matching;
  for (const FamilySpec& family : families)
    if (matches(family, facts)) matching.push_back(&family);
  if (matching.size() == 1) return *matching.front();
  if (matching.size() > 1)
    return fail(ErrorCode::bad_input, "{}: {} families match: {}", facts.name(), matching.size(),
                list_of(matching));
  const fs::path own = model_folder / "family.toml";
  if (!model_folder.empty() && fs::exists(own)) {
    FamilySpec family = TRY(read_family_file(own));
    if (matches(family, facts)) return family;
  }
  std::vector<std::string> names;
  for (const FamilySpec& family : families) names.push_back(formats::shown(family.name));
  return fail(ErrorCode::bad_input, "{}; no family matches it (known: {})", identity(facts),
              fmt::join(names, ", "));
}

}  // namespace

fs::path user_family_folder() {
  if (const char* config = std::getenv("XDG_CONFIG_HOME"); config && *config)
    return fs::path(config) / "swivel" / "families";
  if (const char* home = std::getenv("HOME"); home && *home)
    return fs::path(home) / ".config" / "swivel" / "families";
  return {};
}

Result<FamilySpec> read_family_file(const fs::path& path) {
  std::string text = TRY(read_file(path, kMaxFamilyBytes));
  return parse_family(std::move(text), path.string());
}

Result<std::vector<FamilySpec>> known_families(const fs::path& user_folder) {
  std::vector<FamilySpec> families;
  std::error_code ignored;
  std::vector<fs::path> paths;
  for (fs::directory_iterator it(user_folder, ignored), end; !ignored && it != end;
       it.increment(ignored))
    if (it->path().extension() == ".toml") paths.push_back(it->path());
  std::ranges::sort(paths);
  for (const fs::path& path : paths) families.push_back(TRY(read_family_file(path)));
  const size_t own = families.size();
  for (const EmbeddedFile& file : embedded_families()) {
    FamilySpec family =
        TRY(parse_family(std::string(file.text), fmt::format("families/{} (built in)", file.name)));
    const auto replaced =
        std::ranges::find(families.begin(), families.begin() + own, family.name, &FamilySpec::name);
    if (replaced == families.begin() + own) families.push_back(std::move(family));
  }
  return families;
}

bool matches(const FamilySpec& family, const Facts& facts) {
  const auto& wanted = facts.is_gguf() ? family.match.gguf : family.match.architectures;
  const auto found = architectures(facts);
  const bool named = std::ranges::any_of(found, [&](const std::string& name) {
    return std::ranges::find(wanted, name) != wanted.end();
  });
  if (!named) return false;
  for (const auto& [key, value] : family.match.equals)
    if (const json::Value* stated = facts.peek(key); !stated || !equal(*stated, value))
      return false;
  for (const std::string& key : family.match.present)
    if (!facts.peek(key)) return false;
  for (const std::string& key : family.match.absent)
    if (facts.peek(key)) return false;
  return true;
}

Result<FamilySpec> find_family(const FamilyLookup& lookup, const Facts& facts) {
  if (lookup.file) {
    FamilySpec family = TRY(read_family_file(*lookup.file));
    if (!matches(family, facts))
      return fail(ErrorCode::bad_input, "{}; family {} ({}) does not mean it", identity(facts),
                  formats::shown(family.name), family.file);
    return family;
  }
  const fs::path folder = lookup.user_folder.empty() ? user_family_folder() : lookup.user_folder;
  std::vector<FamilySpec> families = TRY(known_families(folder));
  return only_match(families, facts, lookup.model_folder);
}

}  // namespace swivel
