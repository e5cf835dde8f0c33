#include <algorithm>

#include <fmt/ranges.h>

#include "base/check.h"
#include "model/bind.h"
#include "model/describe.h"
#include "model/families.h"
#include "model/model.h"

namespace swivel {
namespace {

// What stands between a source and its weights.
struct Prepared {
  TensorIndex index;
  FamilySpec family;
  Resolution resolution;
  Binding binding;
};

// `family`: null to find the one that matches.
Result<Prepared> prepare(const FamilySpec* family, const ModelSource& source,
                         const LoadOptions& options) {
  Prepared prepared;
  prepared.index = TRY(TensorIndex::make(source.files));
  Facts facts(source.container, source.facts, source.facts_name,
              [&](std::string_view name) { return prepared.index.tensor(name); });
  if (family)
    prepared.family = *family;
  else
    prepared.family =
        TRY(find_family({options.family, options.family_folder, source.folder}, facts));
  prepared.resolution = TRY(resolve(prepared.family, facts));
  const auto& unread = prepared.resolution.unread;
  if (!unread.empty() && options.unread_keys == Strictness::strict)
    return fail(ErrorCode::bad_input, "{}: {}", source.facts_name,
                unread_warning(prepared.family.name, unread));
  prepared.binding =
      TRY(bind_tensors(prepared.family, prepared.resolution, source, prepared.index));
  return prepared;
}

Status check_memory(const Prepared& prepared, const ModelSource& source,
                    const LoadOptions& options) {
  const int64_t wanted =
      packed_weight_bytes(prepared.binding, *options.kernels, prepared.resolution.tied_embeddings);
  const int64_t stored = stored_bytes(prepared.binding);
  if (!options.memory_limit || std::max(wanted, stored) <= *options.memory_limit) return {};
  return fail(ErrorCode::out_of_memory, "{}: its weights take {} bytes; {} are available",
              source.name, std::max(wanted, stored), *options.memory_limit);
}

Result<Model> load(const FamilySpec* family, ModelSource source, const LoadOptions& options) {
  CHECK(options.kernels != nullptr && options.threads != nullptr);
  Prepared prepared = TRY(prepare(family, source, options));
  TRY(check_memory(prepared, source, options));
  Model model;
  model.weights =
      TRY(load_weights(prepared.resolution, prepared.binding, *options.kernels, *options.threads));
  model.description =
      describe(prepared.family, prepared.resolution, prepared.binding, source.container);
  model.config = std::move(prepared.resolution.config);
  for (WeightFile& file : source.files) model.files.push_back(std::move(file.owner));
  return model;
}

}  // namespace

Result<ModelDescription> describe_model(const ModelSource& source, const LoadOptions& options,
                                        ModelConfig& config) {
  Prepared prepared = TRY(prepare(nullptr, source, options));
  config = prepared.resolution.config;
  return describe(prepared.family, prepared.resolution, prepared.binding, source.container);
}

Result<Model> load_model(ModelSource source, const LoadOptions& options) {
  return load(nullptr, std::move(source), options);
}

Result<Model> load_model_as(const FamilySpec& family, ModelSource source,
                            const LoadOptions& options) {
  return load(&family, std::move(source), options);
}

}  // namespace swivel
