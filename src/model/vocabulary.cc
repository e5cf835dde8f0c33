#include "model/vocabulary.h"

#include <algorithm>
#include <iterator>

#include "base/edit_distance.h"
#include "model/fields.h"
#include "model/roles.h"
#include "model/words.h"

namespace swivel {
namespace {

using enum ValueType;
constexpr auto kArithmetic = Effect::arithmetic;
constexpr auto kBinding = Effect::binding;
constexpr auto kOther = Effect::other;

template <class E>
std::vector<std::string_view> words_of() {
  return {std::begin(Words<E>::names), std::end(Words<E>::names)};
}

// What a rope_scaling may say; a family file cannot ask for the form only GGUF has.
std::vector<std::string_view> scaling_words() {
  auto words = words_of<RopeScaling>();
  std::erase(words, "factors");
  return words;
}

// A key that every file writes.
VocabularyRow written(std::string path, ValueType type, std::vector<std::string_view> words,
                      Effect effect, std::string doc) {
  return {std::move(path), type, std::move(words), {}, effect, std::move(doc), 1, false};
}

// A key that may be left out and then means `neutral`.
VocabularyRow optional(std::string path, ValueType type, std::vector<std::string_view> words,
                       Effect effect, std::string_view neutral, std::string doc) {
  return {std::move(path), type, std::move(words), neutral, effect, std::move(doc), 1, true};
}

void add_head(std::vector<VocabularyRow>& rows) {
  rows.push_back(written("schema", integer, {}, kOther, "schema the file is written in"));
  rows.push_back(written("name", text, {}, kOther, "name of the family, unique among families"));
  rows.push_back(written("match.architectures", texts, {}, kOther,
                         "values of config.json's architectures that this file means"));
  rows.push_back(optional("match.gguf", texts, {}, kOther, "[]",
                          "values of GGUF's general.architecture that this file means"));
  rows.push_back(optional("match.equals.*", literal, {}, kOther, "null",
                          "only where this key of the checkpoint has this value"));
  rows.push_back(optional("match.present", texts, {}, kOther, "[]",
                          "only where the checkpoint has these keys"));
  rows.push_back(optional("match.absent", texts, {}, kOther, "[]",
                          "only where the checkpoint has none of these keys"));
  rows.push_back(optional("expect.*", literal, {}, kOther, "null",
                          "a setting this file relies on: where the key is present it has this "
                          "value (or one of a list), or the checkpoint is refused"));
}

void add_fields(std::vector<VocabularyRow>& rows) {
  for (const FieldInfo& field : all_fields()) {
    const std::string path = "config." + std::string(field.name);
    const std::string doc = fmt::format("{}: {}", kind_text(field.kind), field.doc);
    rows.push_back(field.required ? written(path, key, {}, kArithmetic, doc)
                                  : optional(path, key, {}, kArithmetic, "null", doc));
  }
}

void add_facts(std::vector<VocabularyRow>& rows) {
  rows.push_back(written("block.residual", word, words_of<Residual>(), kArithmetic,
                         "how mixer and feed-forward are added"));
  rows.push_back(written("block.residual_scale", expression, {}, kArithmetic,
                         "multiplies what mixer and feed-forward add"));
  rows.push_back(
      written("block.norm", word, words_of<NormKind>(), kArithmetic, "kind of all norms"));
  rows.push_back(written("block.norm_eps", expression, {}, kArithmetic, "their epsilon"));
  rows.push_back(written("layers.plan", steps, {}, kArithmetic,
                         "which kind each layer is; the first step that applies counts"));
  rows.push_back(written("layers.kinds.*.mixer", word, words_of<Mixer>(), kArithmetic,
                         "what mixes positions"));
  rows.push_back(written("layers.kinds.*.feed_forward", word, words_of<FeedForward>(), kArithmetic,
                         "what follows the mixer"));
  rows.push_back(written("layers.kinds.*.position", word, words_of<Position>(), kArithmetic,
                         "how the mixer knows positions"));
  rows.push_back(written("layers.kinds.*.window", expression, {}, kArithmetic,
                         "tokens that a token sees, itself included; \"none\": all before it"));
  rows.push_back(written("attention.scale", expression, {}, kArithmetic, "multiplies q k"));
  rows.push_back(written("attention.qk_norm", word, {"none"}, kArithmetic,
                         "\"none\", or a table of the two keys below"));
  rows.push_back(optional("attention.qk_norm.over", word, words_of<QkNormWidth>(), kArithmetic,
                          "null", "norm of each head of q and k, or of all heads jointly"));
  rows.push_back(optional("attention.qk_norm.at", word, words_of<QkNormPlace>(), kArithmetic,
                          "null", "before or after the rotation"));
  for (std::string_view role : {"q_proj", "k_proj", "v_proj", "o_proj"})
    rows.push_back(written(fmt::format("attention.bias.{}", role), expression, {}, kArithmetic,
                           "whether the projection has a bias"));
  rows.push_back(written("rope.pairing", word, words_of<ops::RopePairing>(), kArithmetic,
                         "which elements of q and k turn together, as stored"));
  rows.push_back(written("rope.fraction", expression, {}, kArithmetic,
                         "share of a head that turns, from its start"));
  rows.push_back(written("rope.theta", expression, {}, kArithmetic, "base of the frequencies"));
  rows.push_back(written("rope.scaling", expression, {}, kArithmetic, "settings of the scaling"));
  rows.push_back(written("rope.accepts", words, scaling_words(), kArithmetic,
                         "scalings that may be asked for; another is refused"));
  rows.push_back(written("rope.original_positions", expression, {}, kArithmetic,
                         "positions that scalings start from"));
  rows.push_back(written("mlp.activation", word, words_of<ops::Activation>(), kArithmetic,
                         "what the gate goes through"));
  for (std::string_view role : {"gate_proj", "up_proj", "down_proj"})
    rows.push_back(written(fmt::format("mlp.bias.{}", role), expression, {}, kArithmetic,
                           "whether the projection has a bias"));
  rows.push_back(
      written("embedding.scale", expression, {}, kArithmetic, "multiplies the embedding"));
  rows.push_back(written("logits.scale", expression, {}, kArithmetic, "multiplies the logits"));
  rows.push_back(written("logits.softcap", expression, {}, kArithmetic,
                         "then cap * tanh(logits / cap); \"none\": no cap"));
}

void add_binding(std::vector<VocabularyRow>& rows) {
  for (int i = 0; i < kRoles; ++i) {
    const RoleInfo& role = info(static_cast<Role>(i));
    if (role.scope == RoleScope::model)
      rows.push_back(
          written(fmt::format("tensors.{}", role.name), name, {}, kBinding, std::string(role.doc)));
  }
  rows.push_back(written("tensors.layer.prefix", name, {}, kBinding,
                         "in front of the names of a layer; {i} is the layer's number"));
  for (int i = 0; i < kRoles; ++i) {
    const RoleInfo& role = info(static_cast<Role>(i));
    if (role.scope == RoleScope::layer)
      rows.push_back(optional(fmt::format("tensors.layer.{}", role.name), name, {}, kBinding,
                              "null", std::string(role.doc)));
  }
  rows.push_back(optional("ignore", texts, {}, kBinding, "[]",
                          "tensors that are not read; * stands for anything"));
  rows.push_back(optional("gguf.rope.pairing", word, words_of<ops::RopePairing>(), kArithmetic,
                          "null",
                          "pairing of the rows of q and k in a GGUF file, where it differs"));
  rows.push_back(optional("gguf.block.norm", word, words_of<NormKind>(), kArithmetic, "null",
                          "kind of the norms in a GGUF file, where it differs"));
  rows.push_back(optional(
      "gguf.stored", words, {"attention_bias", "mlp_bias", "tied_embeddings", "rope_factors"},
      kArithmetic, "[]", "facts without a key in GGUF: whether the tensors are there decides"));
  rows.push_back(optional("gguf.tensors.*", name, {}, kBinding, "null",
                          "a role's name in a GGUF file, where it differs from GGUF's own"));
  rows.push_back(optional("gguf.ignore", texts, {}, kBinding, "[]",
                          "tensors of a GGUF file that are not read"));
}

void add_rest(std::vector<VocabularyRow>& rows) {
  rows.push_back(written("chat.tool_calls", word,
                         {"none", "hermes", "llama3_json", "mistral", "harmony", "qwen_xml"},
                         kOther, "dialect of tool calls"));
  rows.push_back(
      written("chat.reasoning", word, {"none", "think_tags"}, kOther, "how reasoning is marked"));
  rows.push_back(written("status.golden", text, {}, kOther,
                         "the reference whose numbers it equals on random weights, or \"none\""));
  rows.push_back(written("status.second_source", text, {}, kOther,
                         "an independent engine that agrees, or \"none\""));
  rows.push_back(written("status.published_config", texts, {}, kOther,
                         "published checkpoints whose configuration and tensor list bind"));
  rows.push_back(written("status.published_weights", texts, {}, kOther,
                         "published checkpoints on which `swivel verify` was run"));
}

std::vector<VocabularyRow> make_vocabulary() {
  std::vector<VocabularyRow> rows;
  add_head(rows);
  add_fields(rows);
  add_facts(rows);
  add_binding(rows);
  add_rest(rows);
  return rows;
}

}  // namespace

const std::vector<VocabularyRow>& vocabulary() {
  static const std::vector<VocabularyRow> rows = make_vocabulary();
  return rows;
}

std::string_view type_text(ValueType type) {
  switch (type) {
    case integer:
      return "a whole number";
    case text:
      return "a text";
    case texts:
      return "a list of texts";
    case word:
      return "a word";
    case words:
      return "a list of words";
    case literal:
      return "a literal";
    case expression:
      return "a value";
    case key:
      return "a key of the checkpoint";
    case name:
      return "a name";
    case steps:
      return "a plan";
  }
  return "";
}

const VocabularyRow* find_row(std::span<const VocabularyRow> rows,
                              std::span<const std::string> keys) {
  for (const VocabularyRow& row : rows) {
    std::string_view rest = row.path;
    size_t matched = 0;
    while (matched < keys.size()) {
      const std::string_view segment = rest.substr(0, rest.find('.'));
      if (segment != "*" && segment != keys[matched]) break;
      ++matched;
      if (segment.size() == rest.size()) {
        rest = {};
        break;
      }
      rest.remove_prefix(segment.size() + 1);
    }
    if (matched == keys.size() && rest.empty()) return &row;
  }
  return nullptr;
}

std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates) {
  if (word.size() > 200) return {};
  std::string_view best;
  int best_distance = static_cast<int>(word.size()) / 3 + 2;
  for (std::string_view candidate : candidates) {
    const int distance = edit_distance(word, candidate);
    if (distance < best_distance) {
      best = candidate;
      best_distance = distance;
    }
  }
  return best;
}

}  // namespace swivel
