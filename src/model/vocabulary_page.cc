// docs/families.md, made of the vocabulary, the tables of roles and fields, and the built-in
// families.

#include <fmt/ranges.h>

#include "model/families.h"
#include "model/roles.h"
#include "model/vocabulary.h"
#include "model/words.h"

namespace swivel {
namespace {

constexpr std::string_view kIntroduction = R"page(# Family files

A family file says which checkpoints it means and how to compute with them. It selects and fills in;
it never computes. A file in `families/` is built into the program; one in
`$XDG_CONFIG_HOME/swivel/families` (`~/.config/swivel/families`) works without rebuilding and takes
the place of a built-in family of the same name; `--family FILE` uses that file alone; a
`family.toml` beside a model counts where nothing else matches.

    swivel families                                  # what is known, and how well it is checked
    swivel families check FILE --config config.json  # is the file valid, does it fit this checkpoint
    diff families/llama.toml families/qwen3.toml     # how two families differ

This page is made by `swivel families doc`; a test checks that it is current.

## Values

| written | means |
|---|---|
| `12`, `0.5`, `true` | itself |
| `"none"` | no value |
| `"$field"` | the value of a field of `[config]` |
| `"1/$field"`, `"sqrt($field)"`, `"1/sqrt($field)"` | the formula |
| `"$a / $b"` | the quotient; of whole numbers it must be whole |

A field of `[config]` is `"KEY"` or `{ key = "KEY", else = VALUE, null = VALUE }`. `key` may be a list:
the first that is present and not null counts. `else` is the value where the key is missing, `null`
where it is null (`null = "else"`: the same as missing); without them a missing or null key is
refused. Keys of groups are joined by dots: `"rope_parameters.rope_theta"`. In a GGUF file a field
comes from GGUF's own key (last table), or from `else`.

## Layer plans

`layers.plan` is a list of steps; the first that applies gives every layer its kind.

| step | gives |
|---|---|
| `{ all = "full" }` | every layer the kind `full` |
| `{ list = "$layer_types", kinds = { full_attention = "full" } }` | each layer the kind of its word in the list; applies if the field is not "none" |
| `{ period = 4, last = "full", others = "window" }` | layers 3, 7, 11, … one kind, the rest the other |
| `{ threshold = "$n", below = "full", from = "window" }` | layers below n one kind, the rest the other |
| `{ pattern = "$text", kinds = { M = "mixer" } }` | each layer the kind of its letter; applies if the field is not "none" |

Each may have `when = "$flag"` and then applies only where the flag is true.
)page";

constexpr std::string_view kLadder = R"page(
## Families and their status

Each step is claimed by the family's own `[status]` and shown by `swivel families`:
**golden** (equals the reference on random weights, every fact load-bearing) → **second source** (an
independent engine agrees on the converted model) → **published config** (real configurations and
tensor lists bind, byte counts exact) → **published weights** (someone ran `swivel verify` on the real
checkpoint).

| family | architectures | GGUF | golden | second source | published config | published weights |
|---|---|---|---|---|---|---|
)page";

struct Section {
  std::string_view prefix, title;
};
constexpr Section kSections[] = {
    {"", "At the top"},
    {"match", "`[match]`: which checkpoints"},
    {"expect", "`[expect]`: settings that are relied on"},
    {"config", "`[config]`: fields and the keys that hold them"},
    {"block", "`[block]`"},
    {"layers", "`[layers]`"},
    {"attention", "`[attention]`"},
    {"rope", "`[rope]`"},
    {"mlp", "`[mlp]`"},
    {"embedding", "`[embedding]`"},
    {"logits", "`[logits]`"},
    {"tensors", "`[tensors]`: roles and their names"},
    {"gguf", "`[gguf]`: what differs in a GGUF file"},
    {"chat", "`[chat]`"},
    {"status", "`[status]`"},
};

std::string_view section_of(const VocabularyRow& row) {
  const size_t dot = row.path.find('.');
  return dot == std::string::npos ? std::string_view{} : std::string_view(row.path).substr(0, dot);
}

std::string values_of(const VocabularyRow& row) {
  if (row.words.empty()) return std::string(type_text(row.type));
  return fmt::format("{}: `{}`", type_text(row.type), fmt::join(row.words, "`, `"));
}

std::string list_or_dash(const std::vector<std::string>& items) {
  return items.empty() ? "–" : fmt::format("{}", fmt::join(items, ", "));
}

std::string or_dash(const std::string& text) { return text == "none" ? "–" : text; }

std::string family_rows() {
  std::string rows;
  for (const EmbeddedFile& file : embedded_families()) {
    const auto family = parse_family(std::string(file.text), std::string(file.name));
    if (!family) continue;
    rows += fmt::format("| {} | {} | {} | {} | {} | {} | {} |\n", family->name,
                        list_or_dash(family->match.architectures), list_or_dash(family->match.gguf),
                        or_dash(family->status.golden), or_dash(family->status.second_source),
                        list_or_dash(family->status.published_config),
                        list_or_dash(family->status.published_weights));
  }
  return rows;
}

std::string role_rows() {
  std::string rows;
  for (int i = 0; i < kRoles; ++i) {
    const RoleInfo& role = info(static_cast<Role>(i));
    const std::string shape =
        role.form == RoleForm::vector
            ? fmt::format("[{}]", extent_text(role.rows))
            : fmt::format("[{}, {}]", extent_text(role.rows), extent_text(role.cols));
    rows += fmt::format("| `{}` | {} | `{}{}` | {} |\n", role.name, shape,
                        role.scope == RoleScope::layer ? "blk.{i}." : "", role.gguf_name, role.doc);
  }
  return rows;
}

}  // namespace

std::string vocabulary_page() {
  std::string page(kIntroduction);
  page += fmt::format(
      "\n## Keys\n\nSchema {}. A key is written in every file unless a neutral value is "
      "given; a file of an older schema takes the neutral value too.\n",
      kSchema);
  for (const Section& section : kSections) {
    page += fmt::format(
        "\n### {}\n\n| key | values | neutral | since | meaning |\n|---|---|---|---|---|\n",
        section.title);
    for (const VocabularyRow& row : vocabulary()) {
      if (section_of(row) != section.prefix) continue;
      const std::string neutral = row.optional ? fmt::format("`{}`", row.neutral) : "";
      page += fmt::format("| `{}` | {} | {} | {} | {} |\n", row.path, values_of(row), neutral,
                          row.since, row.doc);
    }
  }
  page += kLadder;
  page += family_rows();
  page += "\n## Roles\n\n| role | shape | in a GGUF file | what |\n|---|---|---|---|\n";
  page += role_rows();
  return page;
}

}  // namespace swivel
