// What a checkpoint says about itself: config.json, or the metadata of a GGUF file. Remembers which
// keys were asked for, so that what nobody read can be named.
#pragma once

#include <functional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "model/model.h"

namespace swivel {

class Facts {
 public:
  // The tensor of that full name, or null if the checkpoint stores none.
  using FindTensor = std::function<const StoredTensor*(std::string_view name)>;

  // `facts` outlives this. `name` is what messages call it.
  Facts(ModelSource::Container container, const json::Value& facts, std::string name,
        FindTensor find_tensor);

  bool is_gguf() const { return container_ == ModelSource::Container::gguf; }
  const std::string& name() const { return name_; }
  const StoredTensor* find_tensor(std::string_view tensor) const { return find_tensor_(tensor); }
  // GGUF's general.architecture, or empty.
  std::string_view architecture() const { return architecture_; }

  // The value at a key, or at a path of keys joined by dots; null if absent. Counts as read.
  const json::Value* find(std::string_view path);
  // The same without counting as read.
  const json::Value* peek(std::string_view path) const;
  // A GGUF key with the architecture put in for "%".
  std::string gguf_key(std::string_view key) const;
  const json::Value* find_gguf(std::string_view key) { return find(gguf_key(key)); }

  // Keys that nobody asked for and that are not known to be harmless.
  std::vector<std::string> unread() const;

 private:
  ModelSource::Container container_;
  const json::Value& facts_;
  std::string name_;
  FindTensor find_tensor_;
  std::string architecture_;
  std::set<std::string, std::less<>> read_;
};

}  // namespace swivel
