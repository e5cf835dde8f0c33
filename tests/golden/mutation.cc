#include "mutation.h"

#include <algorithm>
#include <functional>
#include <optional>
#include <span>

#include "base/check.h"
#include "model/vocabulary.h"

namespace swivel::golden {
namespace {

using Keys = std::vector<std::string>;

json::Value* find(json::Value& root, std::span<const std::string> keys) {
  json::Value* value = &root;
  for (const std::string& key : keys) {
    if (!value->is_object()) return nullptr;
    auto& members = value->as_object();
    auto found = std::ranges::find(members, key, &json::Member::first);
    if (found == members.end()) return nullptr;
    value = &found->second;
  }
  return value;
}

class Mutator {
 public:
  explicit Mutator(const json::Value& root) : root_(root) {}

  std::vector<Mutation> all() {
    Keys keys;
    json::Value root = root_;
    visit(root, keys);
    return std::move(mutations_);
  }

 private:
  void visit(const json::Value& table, Keys& keys) {
    for (const auto& [key, value] : table.as_object()) {
      keys.push_back(key);
      const VocabularyRow* row = find_row(vocabulary(), keys);
      if (row && row->effect == Effect::arithmetic) mutate(*row, keys, value);
      if (value.is_object() && (!row || row->type != ValueType::key)) visit(value, keys);
      keys.pop_back();
    }
  }

  void mutate(const VocabularyRow& row, const Keys& keys, const json::Value& value) {
    if (value.is_object() && row.type != ValueType::key) return;  // its members are facts
    switch (row.type) {
      case ValueType::word:
        for (std::string_view word : row.words)
          if (json::Value(word) != value) replace(keys, value, word);
        if (row.optional) remove(keys, value);
        return;
      case ValueType::words:
        return shorten(keys, value);
      case ValueType::expression:
        return mutate_expression(keys, value);
      case ValueType::key:
        return mutate_key(keys, value);
      case ValueType::steps:
        return mutate_plan(keys, value);
      default:
        return;
    }
  }

  // Each entry of a list left out.
  void shorten(const Keys& keys, const json::Value& value) {
    for (size_t i = 0; i < value.as_array().size(); ++i) {
      json::Array shorter = value.as_array();
      shorter.erase(shorter.begin() + static_cast<std::ptrdiff_t>(i));
      add(keys, fmt::format("loses {}", json::write(value.as_array()[i])), std::move(shorter));
    }
  }

  // A flag becomes the other flag; a number, a formula or "none" becomes other numbers.
  void mutate_expression(const Keys& keys, const json::Value& value) {
    const bool flag =
        value.is_bool() || (value.is_string() && value.as_string().ends_with("_bias"));
    if (flag) {
      for (bool other : {false, true})
        if (json::Value(other) != value) replace(keys, value, other);
      return;
    }
    if (value.is_string() && value.as_string() == "none") return replace(keys, value, 3);
    if (value.is_number()) {
      replace(keys, value, value.as_number() / 2);
      return;
    }
    replace(keys, value, "none");
    replace(keys, value, 0.5);
    if (value.as_string().starts_with("1/sqrt(")) replace(keys, value, "1/sqrt($hidden_size)");
  }

  void mutate_key(const Keys& keys, const json::Value& value) {
    if (!value.is_object()) return replace(keys, value, "no_such_key");
    const json::Value& names = *value.find("key");
    if (names.is_array()) {
      Keys inside = keys;
      inside.push_back("key");
      shorten(inside, names);
    } else {
      with_member(keys, value, "key", "no_such_key");
    }
    for (std::string_view part : {"else", "null"}) {
      const json::Value* stated = value.find(part);
      if (!stated) continue;
      without_member(keys, value, part);
      if (stated->is_bool()) with_member(keys, value, part, !stated->as_bool());
      if (stated->is_number()) with_member(keys, value, part, 1);
      if (stated->is_string() && *stated != json::Value("else")) with_member(keys, value, part, 1);
    }
  }

  void mutate_plan(const Keys& keys, const json::Value& plan) {
    shorten(keys, plan);
    for (size_t i = 0; i < plan.as_array().size(); ++i) {
      for (const auto& [key, part] : plan.as_array()[i].as_object()) {
        json::Array steps = plan.as_array();
        auto& step = steps[i].as_object();
        if (key == "when") {
          std::erase_if(step, [](const json::Member& member) { return member.first == "when"; });
        } else if (key == "threshold") {
          find(steps[i], Keys{"threshold"})->operator=(json::Value(1));
        } else if (key == "below" || key == "all") {
          const json::Value* other = plan.as_array()[i].find("from");
          *find(steps[i], Keys{key}) = other ? *other : json::Value("window");
        } else if (key == "from") {
          *find(steps[i], Keys{key}) = *plan.as_array()[i].find("below");
        } else if (key == "kinds") {
          swap_kinds(*find(steps[i], Keys{"kinds"}));
        } else {
          continue;
        }
        add(keys, fmt::format("step {} has another {}", i, key), std::move(steps));
      }
    }
  }

  static void swap_kinds(json::Value& kinds) {
    auto& members = kinds.as_object();
    if (members.size() >= 2) std::swap(members[0].second, members[1].second);
  }

  void with_member(const Keys& keys, const json::Value& value, std::string_view part,
                   json::Value other) {
    json::Value changed = value;
    const std::string text = json::write(other);
    *find(changed, Keys{std::string(part)}) = std::move(other);
    add(keys, fmt::format("{} becomes {}", part, text), std::move(changed));
  }

  void without_member(const Keys& keys, const json::Value& value, std::string_view part) {
    json::Value changed = value;
    std::erase_if(changed.as_object(),
                  [&](const json::Member& member) { return member.first == part; });
    add(keys, fmt::format("loses {}", part), std::move(changed));
  }

  void replace(const Keys& keys, const json::Value& value, json::Value other) {
    const std::string what = fmt::format("{} becomes {}", json::write(value), json::write(other));
    add(keys, what, std::move(other));
  }

  void remove(const Keys& keys, const json::Value& value) {
    json::Value root = root_;
    json::Value* parent = find(root, std::span(keys).first(keys.size() - 1));
    CHECK(parent != nullptr);
    std::erase_if(parent->as_object(),
                  [&](const json::Member& member) { return member.first == keys.back(); });
    keep(keys, fmt::format("{} is left out", json::write(value)), std::move(root));
  }

  void add(const Keys& keys, std::string_view what, json::Value other) {
    json::Value root = root_;
    json::Value* place = find(root, keys);
    CHECK(place != nullptr);
    *place = std::move(other);
    keep(keys, what, std::move(root));
  }

  void keep(const Keys& keys, std::string_view what, json::Value root) {
    std::string path;
    for (const std::string& key : keys) path += (path.empty() ? "" : ".") + key;
    mutations_.push_back({fmt::format("{}: {}", path, what), std::move(root), keys[0] == "gguf"});
  }

  const json::Value& root_;
  std::vector<Mutation> mutations_;
};

}  // namespace

std::vector<Mutation> mutations_of(const json::Value& root) { return Mutator(root).all(); }

}  // namespace swivel::golden
