// FamilySpec: one parsed and checked family file. It selects and fills in; it computes nothing.
// docs/families.md says what each key means. Immutable; shared by threads.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/expression.h"
#include "model/layer_plan.h"
#include "model/roles.h"
#include "model/vocabulary.h"
#include "model/words.h"

namespace swivel {

struct FamilyMatch {
  std::vector<std::string> architectures;
  std::vector<std::string> gguf;
  std::vector<std::pair<std::string, json::Value>> equals;
  std::vector<std::string> present, absent;
};

// Where a field comes from: the first of `keys` that is present and not null; otherwise, if one is
// null, `null`; otherwise `otherwise`. Keys may be paths ("rope_parameters.rope_theta").
struct FieldSource {
  std::string field;
  std::vector<std::string> keys;
  std::optional<Expression> otherwise;  // else = ...; absent: the key must be there
  std::optional<Expression> null;       // null = ...; absent: null is refused
};

struct LayerKind {
  std::string name;
  Mixer mixer;
  FeedForward feed_forward;
  Position position;
  Expression window;
};

struct QkNormSpec {
  QkNormWidth over;
  QkNormPlace at;
};

struct RopeSpec {
  ops::RopePairing pairing;
  Expression fraction, theta, scaling, original_positions;
  std::vector<RopeScaling> accepts;
};

struct GgufSpec {
  std::optional<ops::RopePairing> pairing;
  std::optional<NormKind> norm;
  std::vector<std::string> stored;
  std::vector<std::pair<Role, std::string>> names;
  std::vector<std::string> ignore;
};

struct FamilyStatus {
  std::string golden, second_source;
  std::vector<std::string> published_config, published_weights;
};

struct FamilySpec {
  std::string name;
  std::string file;  // the path it was read from, or "families/NAME.toml (built in)"
  std::string text;  // the whole file
  FamilyMatch match;
  std::vector<std::pair<std::string, json::Value>> expect;
  std::vector<FieldSource> config;

  Residual residual;
  Expression residual_scale;
  NormKind norm;
  Expression norm_eps;
  std::vector<PlanStep> plan;
  std::vector<LayerKind> kinds;
  Expression attention_scale;
  std::optional<QkNormSpec> qk_norm;
  std::vector<std::pair<Role, Expression>> biases;
  RopeSpec rope;
  ops::Activation activation;
  Expression embedding_scale, logits_scale, logits_softcap;

  std::vector<std::pair<Role, std::string>> names;  // role → module, without the layers' prefix
  std::string layer_prefix;
  std::vector<std::string> ignore;
  GgufSpec gguf;
  std::string tool_calls, reasoning;
  FamilyStatus status;

  bool has(Role role) const;
  const LayerKind& kind(std::string_view name) const;  // REQUIRES: it exists
};

// The tree of a family file, and where its keys stand.
struct FamilyText {
  json::Value root;
  std::string file;
  std::string text;
  std::function<int(std::span<const std::string> keys)> line_of;  // 0: unknown; may be empty
};

// Reads TOML text. `file` is what messages call it. ERRORS: bad_input, "FILE:LINE: ...".
Result<FamilyText> read_family_text(std::string text, std::string file);

// Checks the tree against the vocabulary and fills a FamilySpec. ERRORS: bad_input, "FILE:LINE:
// ...".
Result<FamilySpec> make_family(const FamilyText& text);
// The same against another vocabulary and schema number, for tests of both.
Status check_family(const FamilyText& text, std::span<const VocabularyRow> rows, int schema,
                    json::Value& completed);

// A path of keys as messages write it.
std::string shown_path(std::span<const std::string> keys);

Result<FamilySpec> parse_family(std::string text, std::string file);

}  // namespace swivel
