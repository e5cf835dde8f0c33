#include "model/bind.h"

#include "formats/shown.h"
#include "model/read_fields.h"

#include <algorithm>
#include <set>

#include <fmt/ranges.h>

#include "base/check.h"

namespace swivel {
namespace {

// At most five of them, and how many more.
std::string some_of(const std::vector<std::string>& names) {
  constexpr size_t kShown = 5;
  const auto shown = std::span(names).first(std::min(kShown, names.size()));
  std::string text;
  for (const std::string& name : shown) text += (text.empty() ? "" : ", ") + formats::shown(name);
  if (names.size() > kShown) text += fmt::format(" and {} more", names.size() - kShown);
  return text;
}

// GGUF writers may store a vector as a matrix of one row or one column.
bool same_shape(const Shape& stored, const Shape& wanted) {
  if (stored == wanted) return true;
  return wanted.rank() == 1 && stored.elements() == wanted[0] &&
         std::ranges::count(stored.extents(), 1) == stored.rank() - 1;
}

// A head that is stored beside the embedding it is tied to must be the same numbers: reading either
// would otherwise be a guess.
Status check_tied_head(const FamilySpec& family, const ModelSource& source,
                       const TensorIndex& index) {
  const std::string head_name = tensor_name(family, source.container, Role::lm_head, 0, "weight");
  const std::string name = tensor_name(family, source.container, Role::embed_tokens, 0, "weight");
  const TensorIndex::Found head = index.find(head_name);
  const StoredTensor* embedding = index.tensor(name);
  if (!head.tensor || !embedding || head.tensor->dtype != embedding->dtype) return {};
  if (std::ranges::equal(head.tensor->data, embedding->data)) return {};
  return fail(ErrorCode::bad_input,
              "{}: {} differs from {}, but {} says that they are the same (tied)", *head.file,
              formats::shown(head_name), formats::shown(name), source.facts_name);
}

}  // namespace

Result<TensorIndex> TensorIndex::make(const std::vector<WeightFile>& files) {
  TensorIndex index;
  auto add = [&](const std::string& name, Found found) -> Status {
    auto [entry, fresh] = index.found_.emplace(name, found);
    if (!fresh)
      return fail(ErrorCode::bad_input, "{}: {} is in {} too", *found.file, formats::shown(name),
                  *entry->second.file);
    index.names_.push_back(name);
    return {};
  };
  for (const WeightFile& file : files) {
    for (const StoredTensor& tensor : file.tensors)
      TRY(add(tensor.name, {&tensor, nullptr, &file.name}));
    for (const auto& [name, why] : file.unreadable) TRY(add(name, {nullptr, &why, &file.name}));
  }
  return index;
}

TensorIndex::Found TensorIndex::find(std::string_view name) const {
  auto found = found_.find(name);
  return found == found_.end() ? Found{} : found->second;
}

Result<Binding> bind_tensors(const FamilySpec& family, const Resolution& resolution,
                             const ModelSource& source, const TensorIndex& index) {
  Binding binding;
  binding.slots = tensor_slots(family, resolution, source.container);
  std::set<std::string, std::less<>> claimed(resolution.rope_tensors.begin(),
                                             resolution.rope_tensors.end());
  std::vector<std::string> missing;
  for (const TensorSlot& slot : binding.slots) {
    const TensorIndex::Found found = index.find(slot.name);
    if (!found.file) {
      missing.push_back(slot.name);
      continue;
    }
    if (!found.tensor) return fail(ErrorCode::bad_input, "{}", *found.why);
    if (!same_shape(found.tensor->shape, slot.shape))
      return fail(ErrorCode::bad_input, "{}: {} is {}; {} expects {} = {}", *found.file, slot.name,
                  to_string(found.tensor->shape), family.name, slot.shape_text,
                  to_string(slot.shape));
    if (found.tensor->dtype == DType::i32)
      return fail(ErrorCode::bad_input, "{}: {} holds integers, which no role takes", *found.file,
                  slot.name);
    if (!claimed.insert(slot.name).second)
      return fail(ErrorCode::bad_input, "{}: two roles of family {} name {}", family.file,
                  family.name, slot.name);
    binding.tensors.push_back(found.tensor);
  }
  if (!missing.empty())
    return fail(ErrorCode::bad_input, "{}: {} tensor{} that family {} needs {} missing: {}",
                source.name, missing.size(), missing.size() == 1 ? "" : "s", family.name,
                missing.size() == 1 ? "is" : "are", some_of(missing));
  if (resolution.tied_embeddings) TRY(check_tied_head(family, source, index));
  std::vector<std::string> unclaimed;
  for (const std::string& name : index.names()) {
    if (claimed.contains(name)) continue;
    if (is_ignored(family, resolution, source.container, name))
      binding.ignored.push_back(name);
    else
      unclaimed.push_back(name);
  }
  if (!unclaimed.empty())
    return fail(ErrorCode::bad_input,
                "{}: {} tensor{} that family {} neither reads nor ignores: {}",
                *index.find(unclaimed.front()).file, unclaimed.size(),
                unclaimed.size() == 1 ? "" : "s", family.name, some_of(unclaimed));
  return binding;
}

}  // namespace swivel
