// A family file's TOML as the tree that the validator reads, with the lines of its keys.

#include <map>
#include <memory>

#include "formats/toml.h"
#include "model/family_spec.h"

namespace swivel {
namespace {

using Lines = std::map<std::vector<std::string>, int>;

json::Value to_json(const toml::Value& value, std::vector<std::string>& keys, Lines& lines) {
  if (value.is_bool()) return value.as_bool();
  if (value.is_integer()) return value.as_integer();
  if (value.is_number()) return value.as_number();
  if (value.is_string()) return value.as_string();
  if (value.is_array()) {
    json::Array array;
    for (const toml::Value& item : value.as_array()) {
      Lines inside;  // keys in lists have no path
      array.push_back(to_json(item, keys, inside));
    }
    return array;
  }
  json::Object object;
  for (const toml::Member& member : value.as_table()) {
    keys.push_back(member.key);
    lines[keys] = member.at.line;
    object.emplace_back(member.key, to_json(member.value, keys, lines));
    keys.pop_back();
  }
  return object;
}

}  // namespace

Result<FamilyText> read_family_text(std::string text, std::string file) {
  const toml::Value root = TRY(toml::parse(text, file));
  auto lines = std::make_shared<Lines>();
  std::vector<std::string> keys;
  FamilyText family;
  family.root = to_json(root, keys, *lines);
  family.file = std::move(file);
  family.text = std::move(text);
  // The line of the key, or of the nearest table around it.
  family.line_of = [lines](std::span<const std::string> wanted) {
    std::vector<std::string> path(wanted.begin(), wanted.end());
    for (; !path.empty(); path.pop_back())
      if (auto found = lines->find(path); found != lines->end()) return found->second;
    return 0;
  };
  return family;
}

}  // namespace swivel
