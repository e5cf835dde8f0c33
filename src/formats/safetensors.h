// safetensors: one file of named tensors, and a folder of them as Hugging Face publishes
// checkpoints. The header is read and checked, the data is mapped and never copied.
// What opens has been checked whole: every tensor lies inside the file, has the bytes that its
// dtype and shape imply, and the tensors cover the data without overlap or hole.
// Objects are immutable once opened and may be shared by threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/mapped_file.h"
#include "base/result.h"
#include "tensor/stored_tensor.h"

namespace swivel::safetensors {

// A tensor as the header describes it, of any dtype and rank.
struct Entry {
  std::string name;
  std::string dtype;                // as the file writes it: "BF16", "F8_E4M3"
  std::vector<int64_t> shape;       // outermost first
  std::span<const std::byte> data;  // the format promises no alignment
};

class File {
 public:
  // ERRORS: not_found if it is not there; bad_input for everything that is wrong with it.
  static Result<File> open(const std::filesystem::path& path);
  // The same for bytes in memory, which outlive the File. `name` is what messages call them.
  static Result<File> read(std::span<const std::byte> bytes, std::string name);

  const std::string& name() const { return name_; }               // the path as opened
  const std::vector<Entry>& entries() const { return entries_; }  // in the order of their data
  const Entry* find(std::string_view name) const;                 // nullptr if there is none
  const std::vector<std::pair<std::string, std::string>>& metadata() const { return metadata_; }

  // An entry as the rest of the program reads tensors. REQUIRES: an entry of this file.
  // ERRORS: bad_input, naming tensor and dtype, unless it is F32, F16, BF16 or I32 of rank <= 4.
  Result<StoredTensor> tensor(const Entry& entry) const;
  // All of them; the first that tensor() refuses is the error.
  Result<std::vector<StoredTensor>> tensors() const;

 private:
  MappedFile mapped_;
  std::string name_;
  std::vector<Entry> entries_;
  std::unordered_map<std::string_view, size_t> by_name_;  // views into entries_
  std::vector<std::pair<std::string, std::string>> metadata_;
};

// model.safetensors.index.json.
struct Index {
  // Tensor name to shard, in file order. Shards are plain file names ending in .safetensors.
  std::vector<std::pair<std::string, std::string>> weight_map;
  std::optional<int64_t> total_size;  // bytes of all tensors, as the publisher says

  std::vector<std::string> shards() const;  // each once, sorted

  static Result<Index> read(std::string_view text, std::string_view name);
  static Result<Index> open(const std::filesystem::path& path);
};

// A checkpoint: model.safetensors, or the shards that model.safetensors.index.json names.
struct Checkpoint {
  // Keep these as long as any tensor of theirs is used. No name occurs in two of them.
  std::vector<std::shared_ptr<const File>> files;
  std::optional<Index> index;

  // The entry of that name and the file that holds it. Linear in the files.
  std::optional<std::pair<const File*, const Entry*>> find(std::string_view name) const;
};

// ERRORS: not_found if the folder holds neither, or naming every shard that is missing; bad_input
// if a file is malformed, a tensor is in two files, or one is not in the shard the index says.
Result<Checkpoint> open_folder(const std::filesystem::path& folder);

}  // namespace swivel::safetensors
