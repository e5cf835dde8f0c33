#include "model/fields.h"

#include <cmath>
#include <cstdint>

namespace swivel {
namespace {

using enum FieldKind;

constexpr FieldInfo kFields[] = {
    {"hidden_size", count, true, "width of the residual stream"},
    {"num_layers", count, true, "layers"},
    {"num_heads", count, true, "query heads of a layer"},
    {"num_kv_heads", count, true, "key and value heads of a layer; divides num_heads"},
    {"head_dim", count, true, "elements of one head; even"},
    {"intermediate_size", count, true, "width of the feed-forward"},
    {"vocab_size", count, true, "rows of the embedding and of the head"},
    {"max_positions", count, true, "positions the model was made for"},
    {"tied_embeddings", flag, true, "the head is the embedding"},
    {"norm_eps", number, false, "added to the mean square in norms"},
    {"rope_theta", number, false, "base of the rotary frequencies"},
    {"rope_scaling", object, false, "settings of the rotary scaling"},
    {"original_positions", count, false, "positions before the rotary scaling"},
    {"attention_bias", flag, false, "projections of the attention have biases"},
    {"mlp_bias", flag, false, "projections of the feed-forward have biases"},
    {"sliding_window", count, false, "tokens that a window layer sees"},
    {"use_sliding_window", flag, false, "whether there are window layers"},
    {"max_window_layers", count, false, "first window layer"},
    {"layer_types", list, false, "the kind of each layer, in the checkpoint's words"},
    {"layer_period", count, false, "one layer in so many is of another kind"},
    {"attention_multiplier", number, false, "multiplies q k"},
    {"embedding_multiplier", number, false, "multiplies the embedding"},
    {"residual_multiplier", number, false, "multiplies what a layer adds"},
    {"logits_scaling", number, false, "divides the logits"},
    {"final_softcap", number, false, "cap * tanh(logits / cap)"},
};

Status wrong(const FieldInfo& field, const json::Value& value) {
  std::string found = json::write(value);
  if (found.size() > 60) found = std::string(json::kind_name(value));
  return fail(ErrorCode::bad_input, "{} must be {}; it is {}", field.name, kind_text(field.kind),
              found);
}

}  // namespace

std::span<const FieldInfo> all_fields() { return kFields; }

const FieldInfo* field_named(std::string_view name) {
  for (const FieldInfo& field : kFields)
    if (field.name == name) return &field;
  return nullptr;
}

std::string_view kind_text(FieldKind kind) {
  switch (kind) {
    case count:
      return "a whole number above 0";
    case number:
      return "a number";
    case flag:
      return "true or false";
    case list:
      return "a list or a text";
    case object:
      return "a group of settings";
  }
  return "";
}

Status check_field(const FieldInfo& field, const json::Value& value) {
  if (value.is_null()) return {};
  switch (field.kind) {
    case count:
      if (value.is_integer() && value.as_integer() >= 1 && value.as_integer() <= INT32_MAX)
        return {};
      break;
    case number:
      if (value.is_number() && std::isfinite(value.as_number())) return {};
      break;
    case flag:
      if (value.is_bool()) return {};
      break;
    case list:
      if (value.is_array() || value.is_string()) return {};
      break;
    case object:
      if (value.is_object()) return {};
      break;
  }
  return wrong(field, value);
}

}  // namespace swivel
