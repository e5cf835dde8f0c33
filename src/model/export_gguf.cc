#include "model/export_gguf.h"

#include <cmath>
#include <cstring>

#include "formats/gguf_words.h"

#include "model/bind.h"
#include "model/fields.h"
#include "model/read_fields.h"
#include "model/rope_settings.h"
#include "model/transforms.h"

namespace swivel {
namespace {

class Exporter {
 public:
  Exporter(const FamilySpec& family, const ModelSource& source)
      : family_(family), source_(source) {}

  Result<GgufExport> run() {
    if (source_.container != ModelSource::Container::huggingface || family_.match.gguf.empty())
      return fail(ErrorCode::bad_input, "{}: family {} has no GGUF form", source_.name,
                  family_.name);
    const TensorIndex index = TRY(TensorIndex::make(source_.files));
    Facts facts(source_.container, source_.facts, source_.facts_name,
                [&](std::string_view name) { return index.tensor(name); });
    resolution_ = TRY(resolve(family_, facts));
    const Binding binding = TRY(bind_tensors(family_, resolution_, source_, index));
    const RopeSettings rope =
        TRY(read_rope(family_, facts, resolution_.fields,
                      static_cast<int>(resolution_.dimensions.head_dim), resolution_.rope_tensors));
    TRY(check_expressible(rope));
    add_metadata();
    add_rope(rope);
    for (size_t i = 0; i < binding.slots.size(); ++i)
      add_tensor(binding.slots[i], *binding.tensors[i]);
    return std::move(out_);
  }

 private:
  gguf::Writer& writer() { return out_.writer; }
  std::string key(std::string_view word) const {
    if (!word.starts_with("%")) return std::string(word);
    return family_.match.gguf.front() + std::string(word.substr(1));
  }

  Status check_expressible(const RopeSettings& rope) const {
    if (rope.scaling == RopeScaling::dynamic || !rope.truncate)
      return fail(ErrorCode::bad_input, "{}: GGUF has no word for its rope scaling", source_.name);
    for (const LayerConfig& layer : resolution_.config.layers)
      if (std::get<AttentionConfig>(layer.mixer).window != 0)
        return fail(ErrorCode::bad_input, "{}: GGUF has no word for its windows", source_.name);
    return {};
  }

  void add_metadata() {
    writer().add_string(gguf_words::kArchitecture, family_.match.gguf.front());
    for (const auto& entry : gguf_words::kFields) {
      const auto field = resolution_.fields.find(entry.field);
      if (field == resolution_.fields.end() || field->second.is_null()) continue;
      if (entry.field == "original_positions" || entry.field == "sliding_window") continue;
      if (field->second.is_integer() && field_named(entry.field)->kind == FieldKind::count)
        writer().add_u32(key(entry.keys[0]), static_cast<uint32_t>(field->second.as_integer()));
      else
        writer().add_f32(key(entry.keys[0]), static_cast<float>(field->second.as_number()));
    }
    writer().add_u32(key(gguf_words::kValueLength),
                     static_cast<uint32_t>(resolution_.dimensions.head_dim));
  }

  void add_rope(const RopeSettings& rope) {
    writer().add_u32(key(gguf_words::kRopeDimensions), static_cast<uint32_t>(rope.rotary_dim));
    const auto& config = *std::get<AttentionConfig>(resolution_.config.layers[0].mixer).rope;
    if (rope.scaling == RopeScaling::llama3) {
      std::vector<float> divisors;
      for (size_t i = 0; i < config.base.inv_freq.size(); ++i)
        divisors.push_back(static_cast<float>(
            std::pow(rope.theta, -2.0 * static_cast<double>(i) / rope.rotary_dim) /
            config.base.inv_freq[i]));
      add_floats(std::string(gguf_words::kRopeFactors), divisors);
    }
    if (rope.scaling == RopeScaling::none || rope.scaling == RopeScaling::llama3) return;
    const double ratio = static_cast<double>(rope.max_positions) / rope.original_positions;
    const double factor = rope.factor.value_or(ratio);
    writer().add_string(key(gguf_words::kRopeScalingType), to_word(rope.scaling));
    writer().add_f32(key("%.rope.scaling.factor"), static_cast<float>(factor));
    if (rope.scaling == RopeScaling::linear) return;
    writer().add_u32(key("%.rope.scaling.original_context_length"),
                     static_cast<uint32_t>(rope.original_positions));
    double attention_factor = config.base.attention_factor;
    if (rope.scaling == RopeScaling::yarn) {
      if (factor > 1) attention_factor /= 0.1 * std::log(factor) + 1;
      writer().add_f32(key("%.rope.scaling.yarn_beta_fast"), static_cast<float>(rope.beta_fast));
      writer().add_f32(key("%.rope.scaling.yarn_beta_slow"), static_cast<float>(rope.beta_slow));
    } else {
      add_floats(std::string(gguf_words::kRopeFactorsShort),
                 {rope.short_factor.begin(), rope.short_factor.end()});
      add_floats(std::string(gguf_words::kRopeFactorsLong),
                 {rope.long_factor.begin(), rope.long_factor.end()});
    }
    writer().add_f32(key(gguf_words::kRopeAttentionFactor), static_cast<float>(attention_factor));
  }

  void add_floats(std::string name, const std::vector<float>& values) {
    std::vector<std::byte>& bytes = out_.owned.emplace_back(values.size() * sizeof(float));
    std::memcpy(bytes.data(), values.data(), bytes.size());
    writer().add_tensor(
        {std::move(name), DType::f32, Shape{static_cast<int64_t>(values.size())}, bytes});
  }

  void add_tensor(const TensorSlot& slot, const StoredTensor& tensor) {
    std::string name = tensor_name(family_, ModelSource::Container::gguf, slot.role, slot.layer,
                                   slot.bias ? "bias" : "weight");
    const bool vector = slot.bias || info(slot.role).form == RoleForm::vector;
    StoredTensor stored = tensor;
    const bool turned = slot.role == Role::q_proj || slot.role == Role::k_proj;
    if (turned && family_.gguf.pairing && *family_.gguf.pairing != family_.rope.pairing) {
      stored.data = out_.owned.emplace_back(
          *family_.gguf.pairing == ops::RopePairing::adjacent
              ? to_adjacent_rows(tensor, resolution_.dimensions.head_dim)
              : to_half_split_rows(tensor, resolution_.dimensions.head_dim));
    }
    if (vector) {
      std::vector<float> values = ops::to_floats(stored);
      if (!slot.bias && family_.gguf.norm && *family_.gguf.norm != family_.norm)
        values = add_one(std::move(values));
      add_floats(std::move(name), values);
      return;
    }
    stored.name = std::move(name);
    writer().add_tensor(stored);
  }

  const FamilySpec& family_;
  const ModelSource& source_;
  Resolution resolution_;
  GgufExport out_;
};

}  // namespace

Result<GgufExport> export_gguf(const FamilySpec& family, const ModelSource& source) {
  return Exporter(family, source).run();
}

}  // namespace swivel
