// Binding: every tensor of a checkpoint to its role, or to the list of those that are not read.
#pragma once

#include <string>
#include <vector>

#include "model/families.h"
#include "model/model.h"
#include "model/resolve.h"

namespace swivel {

// The tensors of all files by name. Borrows from the files.
class TensorIndex {
 public:
  // ERRORS: bad_input if two files store a tensor of one name.
  static Result<TensorIndex> make(const std::vector<WeightFile>& files);

  struct Found {
    const StoredTensor* tensor = nullptr;  // null: this program does not read its form
    const std::string* why = nullptr;      // then: the reason
    const std::string* file = nullptr;
  };
  // Empty file if there is none.
  Found find(std::string_view name) const;
  const StoredTensor* tensor(std::string_view name) const { return find(name).tensor; }
  // All names in file order.
  const std::vector<std::string>& names() const { return names_; }

 private:
  std::vector<std::string> names_;
  std::map<std::string, Found, std::less<>> found_;
};

struct Binding {
  // In the order of tensor_slots; the tensor of each slot.
  std::vector<TensorSlot> slots;
  std::vector<const StoredTensor*> tensors;
  std::vector<std::string> ignored;
};

// ERRORS: bad_input: a tensor is missing, has another shape or an unread form, or nobody claims it.
Result<Binding> bind_tensors(const FamilySpec& family, const Resolution& resolution,
                             const ModelSource& source, const TensorIndex& index);

// The weights as kernels read them. ERRORS: out_of_memory.
Result<Weights> load_weights(const Resolution& resolution, const Binding& binding,
                             const kernels::Table& kernels, ThreadPool& threads);

// Bytes that load_weights takes besides the mapped files.
int64_t packed_weight_bytes(const Binding& binding, const kernels::Table& kernels, bool tied);

}  // namespace swivel
