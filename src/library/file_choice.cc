#include "library/file_choice.h"

#include <fnmatch.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/check.h"

namespace swivel::library {
namespace {

constexpr size_t kMaxNamed = 12;  // files named in a message

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  return result;
}

bool ends_in(const std::string& name, std::initializer_list<std::string_view> endings) {
  return std::any_of(endings.begin(), endings.end(),
                     [&](std::string_view ending) { return name.ends_with(ending); });
}

bool begins_with(const std::string& name, std::initializer_list<std::string_view> beginnings) {
  return std::any_of(beginnings.begin(), beginnings.end(),
                     [&](std::string_view beginning) { return name.starts_with(beginning); });
}

bool is_safetensors(const net::HubFile& file) { return file.path.ends_with(".safetensors"); }
bool is_gguf(const net::HubFile& file) { return lower(file.path).ends_with(".gguf"); }
bool is_other_weights(const net::HubFile& file) {
  return ends_in(lower(file.path), {".bin", ".pt", ".pth", ".msgpack", ".h5", ".onnx", ".ckpt"});
}

// Of the top folder, or a template.
bool is_placed_right(const std::string& path) {
  return path.find('/') == std::string::npos ||
         (path.starts_with("additional_chat_templates/") && path.ends_with(".jinja"));
}

bool is_document(const std::string& path) {
  const std::string name = lower(path);
  return name == "readme.md" ||
         begins_with(name, {"license", "licence", "notice", "use_policy", "copying"});
}

bool is_wanted(const net::HubFile& file) {
  if (!is_placed_right(file.path) || file.path.starts_with('.')) return false;
  return is_safetensors(file) || is_document(file.path) ||
         ends_in(file.path, {".json", ".jinja", ".model", ".tiktoken"}) ||
         ends_in(file.path, {"merges.txt", "vocab.txt"});
}

std::vector<net::HubFile> selected(const std::vector<net::HubFile>& files,
                                   bool (*predicate)(const net::HubFile&)) {
  std::vector<net::HubFile> result;
  std::copy_if(files.begin(), files.end(), std::back_inserter(result), predicate);
  return result;
}

std::string named(const std::vector<net::HubFile>& files) {
  std::string text;
  for (size_t i = 0; i < files.size() && i < kMaxNamed; ++i) {
    if (i > 0) text += ", ";
    text += net::check_repo_path(files[i].path) ? files[i].path : "?";
    if (files[i].bytes) text += " (" + size_text(*files[i].bytes) + ")";
  }
  if (files.size() > kMaxNamed) text += fmt::format(" and {} more", files.size() - kMaxNamed);
  return text;
}

// Drops the second copy of the weights that some makers publish beside the first.
void drop_second_copy(std::vector<net::HubFile>& files) {
  const bool has_first = std::any_of(files.begin(), files.end(), [](const net::HubFile& file) {
    return is_safetensors(file) && file.path.starts_with("model");
  });
  if (!has_first) return;
  std::erase_if(files, [](const net::HubFile& file) {
    return is_safetensors(file) && file.path.starts_with("consolidated");
  });
}

Result<std::vector<net::HubFile>> choose_by_default(const net::HubListing& listing,
                                                    const net::RepoName& repo) {
  std::vector<net::HubFile> files = selected(listing.files, is_wanted);
  const bool has_safetensors = std::any_of(files.begin(), files.end(), is_safetensors);
  const std::vector<net::HubFile> ggufs = selected(listing.files, is_gguf);
  if (!has_safetensors && ggufs.size() == 1) files.push_back(ggufs.front());
  if (!has_safetensors && ggufs.size() > 1)
    return fail(ErrorCode::bad_input, "{} holds {} GGUF files; say which with --include: {}",
                repo.str(), ggufs.size(), named(ggufs));
  const std::vector<net::HubFile> others = selected(listing.files, is_other_weights);
  if (!has_safetensors && ggufs.empty() && !others.empty())
    return fail(ErrorCode::not_found,
                "{} has no safetensors and no GGUF weights, only {}; --include takes them all the "
                "same, but they cannot be run here",
                repo.str(), named(others));
  drop_second_copy(files);
  return files;
}

// Names that would meet on disk: the same one, one that differs in case, a file that is a folder.
Status check_collisions(const std::vector<net::HubFile>& files) {
  std::map<std::string, std::string> seen;
  std::set<std::string> folders;
  for (const net::HubFile& file : files) {
    const auto [at, added] = seen.emplace(lower(file.path), file.path);
    if (!added)
      return fail(ErrorCode::bad_input, "two files have the same name but for case: {} and {}",
                  at->second, file.path);
    for (size_t slash = file.path.find('/'); slash != std::string::npos;
         slash = file.path.find('/', slash + 1))
      folders.insert(lower(file.path.substr(0, slash)));
  }
  for (const std::string& folder : folders)
    if (const auto at = seen.find(folder); at != seen.end())
      return fail(ErrorCode::bad_input, "{} is a file and a folder", at->second);
  return {};
}

// A name that leaves its folder is an attack, and nothing else of such a listing is taken.
bool leaves_folder(std::string_view path) {
  if (path.starts_with('/') || path.find('\\') != std::string_view::npos ||
      path.find('\0') != std::string_view::npos)
    return true;
  const std::string padded = "/" + std::string(path) + "/";
  return padded.find("/../") != std::string::npos;
}

}  // namespace

bool matches(std::string_view pattern, std::string_view name) {
  std::string whole(pattern);
  if (whole.ends_with('/')) whole += '*';
  return ::fnmatch(whole.c_str(), std::string(name).c_str(), 0) == 0;
}

Result<std::vector<net::HubFile>> choose_files(const net::HubListing& listing,
                                               const net::RepoName& repo,
                                               const std::vector<std::string>& include) {
  for (const net::HubFile& file : listing.files)
    if (leaves_folder(file.path)) {
      const Status reason = net::check_repo_path(file.path);
      CHECK(!reason.has_value());
      return in(repo.str(), reason.error());
    }
  std::vector<net::HubFile> files;
  if (include.empty()) {
    files = TRY(choose_by_default(listing, repo));
  } else {
    std::copy_if(listing.files.begin(), listing.files.end(), std::back_inserter(files),
                 [&](const net::HubFile& file) {
                   return std::any_of(
                       include.begin(), include.end(),
                       [&](const std::string& pattern) { return matches(pattern, file.path); });
                 });
  }
  if (files.empty())
    return fail(ErrorCode::not_found, "{}: {}; it holds {}", repo.str(),
                include.empty() ? "no file of a model" : "no file matches --include",
                listing.files.empty() ? "no files" : named(listing.files));
  for (const net::HubFile& file : files)
    if (const Status status = net::check_repo_path(file.path); !status)
      return in(repo.str(), status.error());
  if (const Status status = check_collisions(files); !status) return in(repo.str(), status.error());
  std::sort(files.begin(), files.end(),
            [](const net::HubFile& a, const net::HubFile& b) { return a.path < b.path; });
  return files;
}

std::string size_text(int64_t bytes) {
  if (bytes < 1000) return fmt::format("{} bytes", bytes);
  double value = static_cast<double>(bytes);
  for (const std::string_view unit : {"kB", "MB", "GB", "TB", "PB", "EB"}) {
    value /= 1000;
    if (value < 999.5 || unit == "EB")
      return value < 9.95 ? fmt::format("{:.1f} {}", value, unit)
                          : fmt::format("{:.0f} {}", value, unit);
  }
  return {};
}

}  // namespace swivel::library
