// The names of one scope while places are decided (scope.cc).
#pragma once

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace swivel::jinja {

// A name's identity is the level of the scope that defines it, and the name.
class Symbols {
 public:
  struct Load {
    enum class From { parameter, context, outer, nothing };
    From from = From::nothing;
    int outer_level = 0;
  };

  explicit Symbols(const Symbols* parent)
      : level_(parent == nullptr ? 0 : parent->level_ + 1), parent_(parent) {}

  int level() const { return level_; }
  const std::map<std::string, Load>& loads() const { return loads_; }

  // The level that defines the name, or -1.
  int find(const std::string& name) const {
    if (names_.contains(name)) return level_;
    return parent_ == nullptr ? -1 : parent_->find(name);
  }

  void load(const std::string& name) {
    if (find(name) < 0) define(name, {Load::From::context, 0});
  }

  void parameter(const std::string& name) {
    stores_.insert(name);
    define(name, {Load::From::parameter, 0});
  }

  void store(const std::string& name) {
    stores_.insert(name);
    if (names_.contains(name)) return;
    int outer = parent_ == nullptr ? -1 : parent_->find(name);
    define(name, outer >= 0 ? Load{Load::From::outer, outer} : Load{});
  }

  // Takes over what the branches of an if define: a name that only some of them set comes from
  // outside in the others.
  void merge(const std::vector<Symbols>& branches) {
    std::set<std::string> stores;
    for (const Symbols& branch : branches)
      stores.insert(branch.stores_.begin(), branch.stores_.end());
    for (const std::string& name : stores_) stores.erase(name);
    for (const Symbols& branch : branches) {
      names_.insert(branch.names_.begin(), branch.names_.end());
      for (const auto& [name, load] : branch.loads_) loads_[name] = load;
      stores_.insert(branch.stores_.begin(), branch.stores_.end());
    }
    for (const std::string& name : stores) {
      int outer = parent_ == nullptr ? -1 : parent_->find(name);
      loads_[name] = outer >= 0 ? Load{Load::From::outer, outer} : Load{Load::From::context, 0};
    }
  }

 private:
  void define(const std::string& name, Load load) {
    names_.insert(name);
    loads_[name] = load;
  }

  int level_;
  const Symbols* parent_;
  std::set<std::string> names_, stores_;
  std::map<std::string, Load> loads_;
};

}  // namespace swivel::jinja
