// The vocabulary of family files: every key, its type, its words, its neutral value. The validator,
// docs/families.md and the error messages are made from this one table.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace swivel {

// The schema that this program writes and reads; files of older schemas are read too.
inline constexpr int kSchema = 1;

enum class ValueType {
  integer,
  text,
  texts,       // a list of texts
  word,        // one of the row's words
  words,       // a list of them
  literal,     // any number, flag, text or list of them
  expression,  // a literal, "none", "$field" or a formula (model/expression.h)
  key,         // a key of config.json, or { key = ..., else = ..., null = ... }
  name,        // a module's name in the checkpoint
  steps,       // a list of steps of a layer plan (model/layer_plan.h)
};

enum class Effect { arithmetic, binding, other };  // what a wrong value would do

struct VocabularyRow {
  std::string path;  // "attention.scale"; "*" stands for any one key
  ValueType type;
  std::vector<std::string_view> words;
  // What the key means where it is absent, as JSON: in a file of a schema older than `since`, and
  // where the key is optional.
  std::string_view neutral;
  Effect effect;
  std::string doc;
  int since = 1;  // the first schema that has the key
  bool optional = false;
};

const std::vector<VocabularyRow>& vocabulary();

std::string_view type_text(ValueType type);  // for messages and docs: "a word", "a list of texts"

// The row whose path matches these keys, or null.
const VocabularyRow* find_row(std::span<const VocabularyRow> rows,
                              std::span<const std::string> keys);

// The candidate nearest to `word` by edit distance, if it is near enough to be meant; else empty.
std::string_view nearest(std::string_view word, std::span<const std::string_view> candidates);

// docs/families.md.
std::string vocabulary_page();

}  // namespace swivel
