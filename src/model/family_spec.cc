#include "model/family_spec.h"

#include <algorithm>

#include "base/check.h"
#include "formats/shown.h"
#include "model/family_key.h"
#include "model/fields.h"

namespace swivel {
namespace {

// Reads values of a tree that check_family has passed: types are known to be right.
class Tree {
 public:
  explicit Tree(const json::Value& root) : root_(root) {}

  const json::Value* find(std::string_view path) const {
    const json::Value* value = &root_;
    while (value && !path.empty()) {
      const size_t dot = path.find('.');
      value = value->find(path.substr(0, dot));
      path = dot == path.npos ? std::string_view{} : path.substr(dot + 1);
    }
    return value;
  }
  const json::Value& at(std::string_view path) const {
    const json::Value* value = find(path);
    CHECK(value != nullptr);
    return *value;
  }
  const std::string& text(std::string_view path) const { return at(path).as_string(); }
  std::vector<std::string> texts(std::string_view path) const {
    std::vector<std::string> list;
    if (const json::Value* value = find(path); value && value->is_array())
      for (const json::Value& item : value->as_array()) list.push_back(item.as_string());
    return list;
  }
  Expression expression(std::string_view path) const {
    auto expression = parse_expression(at(path));
    CHECK(expression.has_value());
    return *expression;
  }
  template <class E>
  E word(std::string_view path) const {
    auto word = from_word<E>(text(path));
    CHECK(word.has_value());
    return *word;
  }
  template <class E>
  std::optional<E> word_if(std::string_view path) const {
    return find(path) ? std::optional(word<E>(path)) : std::nullopt;
  }
  // The members of a table; none if it is absent.
  const json::Object& table(std::string_view path) const {
    static const json::Object kNone;
    const json::Value* value = find(path);
    return value && value->is_object() ? value->as_object() : kNone;
  }

 private:
  const json::Value& root_;
};

void read_binding(const Tree& tree, FamilySpec& spec) {
  for (int i = 0; i < kRoles; ++i) {
    const Role role = static_cast<Role>(i);
    const RoleInfo& role_info = info(role);
    const std::string section = role_info.scope == RoleScope::model ? "tensors." : "tensors.layer.";
    if (const json::Value* module = tree.find(section + std::string(role_info.name)))
      spec.names.emplace_back(role, module->as_string());
    for (std::string_view part : {"attention.bias.", "mlp.bias."})
      if (tree.find(std::string(part) + std::string(role_info.name)))
        spec.biases.emplace_back(role,
                                 tree.expression(std::string(part) + std::string(role_info.name)));
  }
  spec.layer_prefix = tree.text("tensors.layer.prefix");
  spec.ignore = tree.texts("ignore");
  spec.gguf.pairing = tree.word_if<ops::RopePairing>("gguf.rope.pairing");
  spec.gguf.norm = tree.word_if<NormKind>("gguf.block.norm");
  spec.gguf.stored = tree.texts("gguf.stored");
  spec.gguf.ignore = tree.texts("gguf.ignore");
}

void read_facts(const Tree& tree, FamilySpec& spec) {
  spec.residual = tree.word<Residual>("block.residual");
  spec.residual_scale = tree.expression("block.residual_scale");
  spec.norm = tree.word<NormKind>("block.norm");
  spec.norm_eps = tree.expression("block.norm_eps");
  for (const json::Value& step : tree.at("layers.plan").as_array())
    spec.plan.push_back(std::move(*parse_step(step)));
  for (const auto& [name, kind] : tree.table("layers.kinds")) {
    const Tree facts(kind);
    spec.kinds.push_back({name, facts.word<Mixer>("mixer"), facts.word<FeedForward>("feed_forward"),
                          facts.word<Position>("position"), facts.expression("window")});
  }
  spec.attention_scale = tree.expression("attention.scale");
  if (tree.find("attention.qk_norm.over") && tree.find("attention.qk_norm.at"))
    spec.qk_norm = {tree.word<QkNormWidth>("attention.qk_norm.over"),
                    tree.word<QkNormPlace>("attention.qk_norm.at")};
  spec.rope = {tree.word<ops::RopePairing>("rope.pairing"),
               tree.expression("rope.fraction"),
               tree.expression("rope.theta"),
               tree.expression("rope.scaling"),
               tree.expression("rope.original_positions"),
               {}};
  for (const std::string& word : tree.texts("rope.accepts"))
    spec.rope.accepts.push_back(*from_word<RopeScaling>(word));
  spec.activation = tree.word<ops::Activation>("mlp.activation");
  spec.embedding_scale = tree.expression("embedding.scale");
  spec.logits_scale = tree.expression("logits.scale");
  spec.logits_softcap = tree.expression("logits.softcap");
}

void read_rest(const Tree& tree, FamilySpec& spec) {
  spec.name = tree.text("name");
  spec.match.architectures = tree.texts("match.architectures");
  spec.match.gguf = tree.texts("match.gguf");
  spec.match.equals = tree.table("match.equals");
  spec.match.present = tree.texts("match.present");
  spec.match.absent = tree.texts("match.absent");
  spec.expect = tree.table("expect");
  for (const auto& [field, source] : tree.table("config"))
    spec.config.push_back(std::move(*parse_key(field, source)));
  spec.tool_calls = tree.text("chat.tool_calls");
  spec.reasoning = tree.text("chat.reasoning");
  spec.status = {tree.text("status.golden"), tree.text("status.second_source"),
                 tree.texts("status.published_config"), tree.texts("status.published_weights")};
}

bool contains(const std::vector<std::string>& list, const std::string& item) {
  return std::ranges::find(list, item) != list.end();
}

// What the table of the vocabulary cannot say: that the parts of the file fit together.
class Consistency {
 public:
  Consistency(const FamilySpec& spec, const Tree& tree, const FamilyText& text)
      : spec_(spec), tree_(tree), text_(text) {}

  Status check() const {
    TRY(check_fields());
    TRY(check_kinds());
    TRY(check_roles());
    return check_gguf();
  }

 private:
  std::unexpected<Error> at(std::vector<std::string> keys, std::string_view what) const {
    const int line = text_.line_of ? text_.line_of(keys) : 0;
    const std::string place = line > 0 ? fmt::format("{}:{}", text_.file, line) : text_.file;
    return fail(ErrorCode::bad_input, "{}: {}: {}", place, shown_path(keys), what);
  }

  // Fields are bound before they are used, and every bound field is used.
  Status check_fields() const {
    std::vector<std::string> bound, used;
    for (const FieldSource& source : spec_.config) {
      for (const auto* expression : {&source.otherwise, &source.null})
        if (expression->has_value())
          for (const std::string& name : fields_of(**expression)) {
            if (!contains(bound, name))
              return at({"config", source.field}, fmt::format("${} is not bound above", name));
            used.push_back(name);
          }
      bound.push_back(source.field);
    }
    for (const std::string& name : fields_in_facts()) {
      if (!contains(bound, name))
        return at({"config"}, fmt::format("${} is used but not bound", name));
      used.push_back(name);
    }
    for (const std::string& name : bound)
      if (!field_named(name)->required && !contains(used, name))
        return at({"config", name}, "nothing in the file uses it");
    return {};
  }

  std::vector<std::string> fields_in_facts() const {
    std::vector<std::string> names;
    auto add = [&](const Expression& expression) {
      for (std::string& name : fields_of(expression)) names.push_back(std::move(name));
    };
    for (const auto* expression :
         {&spec_.residual_scale, &spec_.norm_eps, &spec_.attention_scale, &spec_.rope.fraction,
          &spec_.rope.theta, &spec_.rope.scaling, &spec_.rope.original_positions,
          &spec_.embedding_scale, &spec_.logits_scale, &spec_.logits_softcap})
      add(*expression);
    for (const LayerKind& kind : spec_.kinds) add(kind.window);
    for (const auto& [role, bias] : spec_.biases) add(bias);
    for (const PlanStep& step : spec_.plan)
      for (std::string& name : fields_of(step)) names.push_back(std::move(name));
    return names;
  }

  Status check_kinds() const {
    if (spec_.plan.empty()) return at({"layers", "plan"}, "a plan has at least one step");
    std::vector<std::string> named;
    for (const PlanStep& step : spec_.plan)
      for (std::string& kind : kinds_of(step)) named.push_back(std::move(kind));
    for (const std::string& name : named)
      if (!tree_.find("layers.kinds." + name))
        return at({"layers", "plan"},
                  fmt::format("names the kind {}, which is not there", formats::shown(name)));
    for (const LayerKind& kind : spec_.kinds)
      if (!contains(named, kind.name))
        return at({"layers", "kinds", kind.name}, "no step of the plan names this kind");
    return {};
  }

  Status check_roles() const {
    if (spec_.layer_prefix.find("{i}") == std::string::npos)
      return at({"tensors", "layer", "prefix"}, "must hold {i}, the layer's number");
    using enum Role;
    for (Role role : {q_proj, k_proj, v_proj, o_proj, gate_proj, up_proj, down_proj})
      if (!spec_.has(role))
        return at({"tensors", "layer"}, fmt::format("{} is missing", info(role).name));
    const json::Value& qk_norm = tree_.at("attention.qk_norm");
    if (qk_norm.is_object() && !spec_.qk_norm)
      return at({"attention", "qk_norm"}, "needs over and at");
    for (Role role : {q_norm, k_norm})
      if (spec_.has(role) != spec_.qk_norm.has_value())
        return at({"tensors", "layer"},
                  fmt::format("{} is there exactly if attention.qk_norm is", info(role).name));
    return {};
  }

  Status check_gguf() const {
    for (const std::string& name : spec_.gguf.stored)
      if (name != "rope_factors" && !tree_.find("config." + name))
        return at({"gguf", "stored"}, fmt::format("{} is not bound in [config]", name));
    if (spec_.gguf.norm && spec_.gguf.norm != spec_.norm &&
        !(spec_.norm == NormKind::rms_plus_one && spec_.gguf.norm == NormKind::rms))
      return at({"gguf", "block", "norm"}, "only rms_plus_one may become rms");
    for (const auto& [key, value] : tree_.table("gguf.tensors"))
      if (!role_named(key)) return at({"gguf", "tensors", key}, "no such role");
    if (spec_.match.architectures.empty() && spec_.match.gguf.empty())
      return at({"match"}, "names no checkpoint at all");
    return {};
  }

  const FamilySpec& spec_;
  const Tree& tree_;
  const FamilyText& text_;
};

}  // namespace

std::string shown_path(std::span<const std::string> keys) {
  std::string path;
  for (const std::string& key : keys) path += (path.empty() ? "" : ".") + formats::shown(key);
  return path;
}

bool FamilySpec::has(Role role) const {
  return std::ranges::any_of(names, [&](const auto& entry) { return entry.first == role; });
}

const LayerKind& FamilySpec::kind(std::string_view name) const {
  for (const LayerKind& kind : kinds)
    if (kind.name == name) return kind;
  CHECK(false);
  return kinds.front();
}

Result<FamilySpec> make_family(const FamilyText& text) {
  json::Value completed;
  TRY(check_family(text, vocabulary(), kSchema, completed));
  const Tree tree(completed);
  FamilySpec spec;
  spec.file = text.file;
  spec.text = text.text;
  read_rest(tree, spec);
  read_facts(tree, spec);
  read_binding(tree, spec);
  TRY(Consistency(spec, tree, text).check());
  for (const auto& [key, value] : tree.table("gguf.tensors"))
    spec.gguf.names.emplace_back(*role_named(key), value.as_string());
  return spec;
}

Result<FamilySpec> parse_family(std::string text, std::string file) {
  const FamilyText family = TRY(read_family_text(std::move(text), std::move(file)));
  return make_family(family);
}

}  // namespace swivel
