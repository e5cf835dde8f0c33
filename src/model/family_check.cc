// The validator: a family file's tree against the vocabulary table.

#include <fmt/ranges.h>

#include "formats/shown.h"
#include "model/family_key.h"
#include "model/family_spec.h"

namespace swivel {
namespace {

using Keys = std::vector<std::string>;

std::vector<std::string> segments_of(std::string_view path) {
  std::vector<std::string> segments;
  while (true) {
    const size_t dot = path.find('.');
    segments.emplace_back(path.substr(0, dot));
    if (dot == path.npos) return segments;
    path.remove_prefix(dot + 1);
  }
}

bool starts_with(const Keys& segments, std::span<const std::string> keys) {
  if (segments.size() <= keys.size()) return false;
  for (size_t i = 0; i < keys.size(); ++i)
    if (segments[i] != "*" && segments[i] != keys[i]) return false;
  return true;
}

class Checker {
 public:
  Checker(const FamilyText& text, std::span<const VocabularyRow> rows) : text_(text), rows_(rows) {
    for (const VocabularyRow& row : rows) segments_.push_back(segments_of(row.path));
  }

  // Every key that is written is known and has a value of its type.
  Status check_written(const json::Value& table, Keys& keys) {
    for (const auto& [key, value] : table.as_object()) {
      keys.push_back(key);
      const VocabularyRow* row = find_row(rows_, keys);
      if (value.is_object() && has_children(keys)) {
        TRY(check_written(value, keys));
      } else if (row) {
        if (Status status = check_value(*row, value); !status)
          return at(keys, status.error().message);
      } else {
        return unknown(keys);
      }
      keys.pop_back();
    }
    return {};
  }

  // Every key that must be written is; those younger than the file take their neutral value.
  Status complete(json::Value& root, int64_t file_schema) {
    for (size_t i = 0; i < rows_.size(); ++i) {
      Keys keys;
      TRY(complete_row(rows_[i], segments_[i], root, keys, file_schema));
    }
    return {};
  }

  std::unexpected<Error> at(std::span<const std::string> keys, std::string_view what) const {
    const int line = text_.line_of ? text_.line_of(keys) : 0;
    const std::string place = line > 0 ? fmt::format("{}:{}", text_.file, line) : text_.file;
    return fail(ErrorCode::bad_input, "{}: {}: {}", place, shown_path(keys), what);
  }

 private:
  bool has_children(const Keys& keys) const {
    for (const Keys& segments : segments_)
      if (starts_with(segments, keys)) return true;
    return false;
  }

  std::unexpected<Error> unknown(const Keys& keys) const {
    std::vector<std::string_view> siblings;
    const auto parent = std::span(keys).first(keys.size() - 1);
    for (const Keys& segments : segments_)
      if (starts_with(segments, parent)) siblings.push_back(segments[parent.size()]);
    const std::string_view meant = nearest(keys.back(), siblings);
    if (meant.empty()) return at(keys, "no such key");
    return at(keys, fmt::format("no such key; did you mean {}?", meant));
  }

  static Status check_word(const VocabularyRow& row, const json::Value& value) {
    if (!value.is_string())
      return fail(ErrorCode::bad_input, "expected a word in quotes, found {}",
                  json::kind_name(value));
    for (std::string_view word : row.words)
      if (word == value.as_string()) return {};
    const std::string_view meant = nearest(value.as_string(), row.words);
    const std::string hint = meant.empty() ? "" : fmt::format("; did you mean \"{}\"?", meant);
    return fail(ErrorCode::bad_input, "no such word: {}{} (words: {})",
                formats::shown(value.as_string()), hint, fmt::join(row.words, ", "));
  }

  template <class Check>
  static Status check_each(const json::Value& value, Check check) {
    if (!value.is_array())
      return fail(ErrorCode::bad_input, "expected a list, found {}", json::kind_name(value));
    for (const json::Value& item : value.as_array()) TRY(check(item));
    return {};
  }

  static Status check_text(const json::Value& value) {
    if (value.is_string() && !value.as_string().empty()) return {};
    return fail(ErrorCode::bad_input, "expected a text in quotes, found {}",
                json::kind_name(value));
  }

  static Status check_literal(const json::Value& value) {
    if (value.is_array()) return check_each(value, check_literal);
    if (value.is_object() || value.is_null())
      return fail(ErrorCode::bad_input, "expected a number, a flag, a text or a list of them");
    return {};
  }

  static Status check_value(const VocabularyRow& row, const json::Value& value) {
    switch (row.type) {
      case ValueType::integer:
        if (value.is_integer()) return {};
        return fail(ErrorCode::bad_input, "expected a whole number, found {}",
                    json::kind_name(value));
      case ValueType::text:
      case ValueType::name:
        return check_text(value);
      case ValueType::texts:
        return check_each(value, check_text);
      case ValueType::word:
        return check_word(row, value);
      case ValueType::words:
        return check_each(value, [&](const json::Value& item) { return check_word(row, item); });
      case ValueType::literal:
        return check_literal(value);
      case ValueType::expression:
        TRY(parse_expression(value));
        return {};
      case ValueType::key:
        TRY(parse_key("", value));
        return {};
      case ValueType::steps:
        return check_each(value, [](const json::Value& item) -> Status {
          TRY(parse_step(item));
          return {};
        });
    }
    return {};
  }

  Status complete_row(const VocabularyRow& row, const Keys& segments, json::Value& table,
                      Keys& keys, int64_t file_schema) {
    const size_t depth = keys.size();
    const std::string& segment = segments[depth];
    if (segment == "*") {
      if (depth + 1 == segments.size()) return {};
      for (auto& [key, value] : table.as_object()) {
        keys.push_back(key);
        if (value.is_object()) TRY(complete_row(row, segments, value, keys, file_schema));
        keys.pop_back();
      }
      return {};
    }
    keys.push_back(segment);
    const json::Value* found = table.find(segment);
    const bool younger = row.since > file_schema;
    const bool last = depth + 1 == segments.size();
    if (found && last && younger)
      return at(keys, fmt::format("the key is of schema {}; the file says schema {}", row.since,
                                  file_schema));
    if (!found && younger) {
      add_neutral(row, segments, depth, table);
    } else if (!found && !row.optional) {
      return at(keys, last ? "missing" : fmt::format("missing: {}", row.path));
    } else if (found && !last && found->is_object()) {
      TRY(complete_row(row, segments, const_cast<json::Value&>(*found), keys, file_schema));
    } else if (found && !last && !row.optional) {
      return at(keys, fmt::format("expected a table with {}", row.path));
    }
    keys.pop_back();
    return {};
  }

  // The neutral value below `table`, with the tables between made on the way.
  static void add_neutral(const VocabularyRow& row, const Keys& segments, size_t depth,
                          json::Value& table) {
    auto neutral = json::parse(row.neutral, "neutral value");
    CHECK(neutral.has_value());
    json::Value value = std::move(*neutral);
    for (size_t i = segments.size(); i-- > depth + 1;) {
      if (segments[i] == "*") return;
      value = json::Object{{segments[i], std::move(value)}};
    }
    table.as_object().emplace_back(segments[depth], std::move(value));
  }

  const FamilyText& text_;
  std::span<const VocabularyRow> rows_;
  std::vector<Keys> segments_;
};

}  // namespace

Status check_family(const FamilyText& text, std::span<const VocabularyRow> rows, int schema,
                    json::Value& completed) {
  Checker checker(text, rows);
  if (!text.root.is_object())
    return fail(ErrorCode::bad_input, "{}: a family file is a table", text.file);
  const Keys schema_key = {"schema"};
  const json::Value* written = text.root.find("schema");
  if (!written || !written->is_integer()) return checker.at(schema_key, "missing");
  const int64_t file_schema = written->as_integer();
  if (file_schema < 1 || file_schema > schema)
    return checker.at(
        schema_key, fmt::format("this program reads schemas 1 to {}, not {}", schema, file_schema));
  Keys keys;
  TRY(checker.check_written(text.root, keys));
  completed = text.root;
  return checker.complete(completed, file_schema);
}

}  // namespace swivel
