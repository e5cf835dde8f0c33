#include <algorithm>
#include <charconv>
#include <functional>

#include <simdjson.h>

#include "base/mapped_file.h"
#include "formats/json.h"
#include "formats/text_position.h"
#include "formats/utf8.h"

namespace swivel::json {
namespace {

namespace ondemand = simdjson::ondemand;

// Below this many members every pair of keys is compared; above, keys are sorted by hash.
constexpr size_t kFewMembers = 12;

struct Key {
  size_t hash;
  size_t index;
};

// The index of the first member whose key an earlier member has. Bounded by n log n comparisons
// whatever the keys are.
std::optional<size_t> find_duplicate(const Object& object) {
  std::optional<size_t> first;
  const auto note = [&](size_t index) { first = std::min(first.value_or(index), index); };
  if (object.size() <= kFewMembers) {
    for (size_t i = 1; i < object.size(); ++i)
      for (size_t j = 0; j < i; ++j)
        if (object[i].first == object[j].first) note(i);
    return first;
  }
  std::vector<Key> keys(object.size());
  for (size_t i = 0; i < object.size(); ++i)
    keys[i] = {std::hash<std::string_view>{}(object[i].first), i};
  std::sort(keys.begin(), keys.end(), [&](const Key& a, const Key& b) {
    if (a.hash != b.hash) return a.hash < b.hash;
    const int order = object[a.index].first.compare(object[b.index].first);
    return order != 0 ? order < 0 : a.index < b.index;
  });
  for (size_t i = 1; i < keys.size(); ++i)
    if (keys[i].hash == keys[i - 1].hash &&
        object[keys[i].index].first == object[keys[i - 1].index].first)
      note(keys[i].index);
  return first;
}

std::string_view trimmed(std::string_view token) {
  const size_t end = token.find_last_not_of(" \t\r\n");
  return end == std::string_view::npos ? std::string_view() : token.substr(0, end + 1);
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

enum class NumberForm { none, integer, real };

// RFC 8259, section 6.
NumberForm number_form(std::string_view token) {
  size_t at = 0;
  const auto skip = [&](auto matches) {
    const size_t begin = at;
    while (at < token.size() && matches(token[at])) ++at;
    return at - begin;
  };
  if (token.starts_with('-')) ++at;
  const size_t integer_begin = at;
  const size_t integer_digits = skip(is_digit);
  if (integer_digits == 0 || (integer_digits > 1 && token[integer_begin] == '0'))
    return NumberForm::none;
  if (at == token.size()) return NumberForm::integer;
  if (token[at] == '.') {
    ++at;
    if (skip(is_digit) == 0) return NumberForm::none;
  }
  if (at < token.size() && (token[at] == 'e' || token[at] == 'E')) {
    ++at;
    if (at < token.size() && (token[at] == '+' || token[at] == '-')) ++at;
    if (skip(is_digit) == 0) return NumberForm::none;
  }
  return at == token.size() ? NumberForm::real : NumberForm::none;
}

// Walks a simdjson document and builds the tree. simdjson checks structure, strings and UTF-8;
// depth, duplicate keys, literals and numbers are checked here.
class Reader {
 public:
  Reader(std::string_view text, std::string_view name, ReadLimits limits)
      : text_(text), name_(name), limits_(limits) {}

  Result<Value> read() {
    if (text_.size() > limits_.max_bytes)
      return fail(ErrorCode::bad_input, "{}: {} bytes of JSON; at most {} are read", name_,
                  text_.size(), limits_.max_bytes);
    if (text_.find_first_not_of(" \t\r\n") == std::string_view::npos)
      return fail_at(0, "expected a JSON value, found nothing");
    const simdjson::padded_string padded(text_);
    begin_ = padded.data();
    ondemand::parser parser;
    ondemand::document document;
    if (const auto error = parser.iterate(padded).get(document)) return fail_whole(error);
    Value value = TRY(read_root(document));
    return value;
  }

 private:
  Result<Value> read_root(ondemand::document& document) {
    ondemand::json_type type;
    if (const auto error = document.type().get(type)) return fail_json(error, first_character());
    const bool is_container =
        type == ondemand::json_type::array || type == ondemand::json_type::object;
    if (!is_container && type != ondemand::json_type::string)
      return read_scalar(trimmed(text_.substr(first_character())), first_character());
    Value value = TRY(read_value(document, type, 1, first_character()));
    const char* rest = nullptr;
    if (document.current_location().get(rest) == simdjson::SUCCESS)
      return fail_at(static_cast<size_t>(rest - begin_), "text after the end of the JSON value");
    return value;
  }

  // `at` is the offset of the value in the text. Node: ondemand::document or ondemand::value.
  template <class Node>
  Result<Value> read_value(Node& node, ondemand::json_type type, int depth, size_t at) {
    switch (type) {
      case ondemand::json_type::array: {
        ondemand::array array;
        if (const auto error = node.get_array().get(array)) return fail_json(error, at);
        return read_array(array, depth, at);
      }
      case ondemand::json_type::object: {
        ondemand::object object;
        if (const auto error = node.get_object().get(object)) return fail_json(error, at);
        return read_object(object, depth, at);
      }
      case ondemand::json_type::string: {
        std::string_view string;
        if (const auto error = node.get_string().get(string)) return fail_json(error, at);
        return Value(string);
      }
      default: {
        std::string_view token;
        if constexpr (std::is_same_v<Node, ondemand::value>) token = node.raw_json_token();
        return read_scalar(trimmed(token), at);
      }
    }
  }

  Result<Value> read_child(ondemand::value& value, int depth) {
    const size_t at = offset_of(value);
    ondemand::json_type type;
    if (const auto error = value.type().get(type)) return fail_json(error, at);
    return read_value(value, type, depth, at);
  }

  Result<Value> read_array(ondemand::array& array, int depth, size_t at) {
    if (depth > limits_.max_depth) return fail_depth(at);
    Array elements;
    for (auto element : array) {
      ondemand::value value;
      if (const auto error = std::move(element).get(value)) return fail_json(error, at);
      elements.push_back(TRY(read_child(value, depth + 1)));
    }
    return Value(std::move(elements));
  }

  Result<Value> read_object(ondemand::object& object, int depth, size_t at) {
    if (depth > limits_.max_depth) return fail_depth(at);
    Object members;
    std::vector<size_t> places;
    for (auto member : object) {
      ondemand::field field;
      if (const auto error = std::move(member).get(field)) return fail_json(error, at);
      const size_t place = static_cast<size_t>(field.key().raw() - begin_) - 1;
      std::string_view key;
      if (const auto error = field.unescaped_key().get(key)) return fail_json(error, place);
      members.emplace_back(std::string(key), TRY(read_child(field.value(), depth + 1)));
      places.push_back(place);
    }
    if (const auto duplicate = find_duplicate(members))
      return fail_at(places[*duplicate],
                     fmt::format("the key {} occurs twice", quote(members[*duplicate].first)));
    return Value(std::move(members));
  }

  Result<Value> read_scalar(std::string_view token, size_t at) {
    if (token == "null") return Value();
    if (token == "true") return Value(true);
    if (token == "false") return Value(false);
    const NumberForm form = number_form(token);
    const char* end = token.data() + token.size();
    if (form == NumberForm::none)
      return fail_at(at,
                     fmt::format("expected a JSON value, found {}", quote(token.substr(0, 24))));
    int64_t integer = 0;
    if (form == NumberForm::integer &&
        std::from_chars(token.data(), end, integer).ec == std::errc())
      return Value(integer);
    double number = 0;
    if (std::from_chars(token.data(), end, number).ec != std::errc())
      return fail_at(
          at, fmt::format("the number {} is outside the range of a double", token.substr(0, 24)));
    return Value(number);
  }

  size_t first_character() const { return text_.find_first_not_of(" \t\r\n"); }

  size_t offset_of(ondemand::value& value) {
    return static_cast<size_t>(value.raw_json_token().data() - begin_);
  }

  // An error of the first pass, which sees the text as a whole and does not say where.
  std::unexpected<Error> fail_whole(simdjson::error_code error) {
    if (error == simdjson::UTF8_ERROR) {
      const size_t place = formats::find_ill_formed_utf8(text_);
      return fail_at(std::min(place, text_.size()), "the text is not UTF-8");
    }
    if (error == simdjson::UNESCAPED_CHARS)
      return fail_at(find_unescaped(), "a control character in a string");
    if (error == simdjson::UNCLOSED_STRING)
      return fail_at(text_.size(), "the text ends inside a string");
    if (error == simdjson::MEMALLOC || error == simdjson::CAPACITY)
      return fail(ErrorCode::out_of_memory, "{}: {} bytes of JSON do not fit in memory", name_,
                  text_.size());
    return fail_json(error, 0);
  }

  // The first control character between quotes.
  size_t find_unescaped() const {
    bool quoted = false;
    for (size_t at = 0; at < text_.size(); ++at) {
      const char c = text_[at];
      if (c == '"') quoted = !quoted;
      if (quoted && c == '\\') ++at;
      if (quoted && static_cast<unsigned char>(c) < 0x20) return at;
    }
    return text_.size();
  }

  std::unexpected<Error> fail_json(simdjson::error_code error, size_t at) {
    switch (error) {
      case simdjson::STRING_ERROR:
        return fail_at(at, "a string with an escape that is no character");
      case simdjson::INCOMPLETE_ARRAY_OR_OBJECT:
        return fail_at(at, "this value does not end where the text ends");
      case simdjson::TAPE_ERROR:
        return fail_at(at, "malformed JSON in the value that begins here");
      default:
        return fail_at(at, fmt::format("malformed JSON ({})", simdjson::error_message(error)));
    }
  }

  std::unexpected<Error> fail_depth(size_t at) {
    return fail_at(at, fmt::format("nested deeper than {} levels", limits_.max_depth));
  }

  std::unexpected<Error> fail_at(size_t offset, std::string_view what) {
    const auto [line, column] = formats::position_of(text_, offset);
    return fail(ErrorCode::bad_input, "{}: line {}, column {}: {}", name_, line, column, what);
  }

  std::string_view text_;
  std::string_view name_;
  ReadLimits limits_;
  const char* begin_ = nullptr;  // of simdjson's padded copy of text_
};

}  // namespace

Result<Value> parse(std::string_view text, std::string_view name, ReadLimits limits) {
  return Reader(text, name, limits).read();
}

Result<Value> parse_file(const std::string& path, ReadLimits limits) {
  const std::string text = TRY(read_file(path, limits.max_bytes));
  return parse(text, path, limits);
}

}  // namespace swivel::json
