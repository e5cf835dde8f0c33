#include "formats/yaml.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <charconv>
#include <cmath>
#include <sstream>
#include <unordered_set>

#include "base/check.h"
#include "formats/shown.h"
#include "formats/utf8.h"

namespace swivel::yaml {
namespace {

constexpr size_t kMaxBytes = size_t{1} << 20;
constexpr size_t kMaxDepth = 32;

// A plain scalar by YAML 1.2's core schema. Infinities and NaN, which JSON lacks, stay text.
json::Value plain_scalar(const std::string& text) {
  if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") return {};
  if (text == "true" || text == "True" || text == "TRUE") return true;
  if (text == "false" || text == "False" || text == "FALSE") return false;
  const char* begin = text.data() + (text[0] == '+' ? 1 : 0);
  const char* end = text.data() + text.size();
  int64_t integer = 0;
  const auto whole = std::from_chars(begin, end, integer);
  if (whole.ec == std::errc() && whole.ptr == end) return integer;
  double number = 0;
  const auto real = std::from_chars(begin, end, number);
  if (real.ec == std::errc() && real.ptr == end && std::isfinite(number)) return number;
  return text;
}

// Builds the JSON value while yaml-cpp reads. What it must not accept it throws as an Error, which
// does not leave parse().
class Builder : public YAML::EventHandler {
 public:
  explicit Builder(std::string_view name) : name_(name) {}

  json::Value take() { return std::move(root_); }

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}

  void OnNull(const YAML::Mark& mark, YAML::anchor_t anchor) override {
    refuse_anchor(mark, anchor);
    add(mark, {});
  }

  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override { refuse(mark, "an alias"); }

  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    refuse_anchor(mark, anchor);
    if (!tag.empty() && tag != "?" && tag != "!") refuse(mark, "a tag");
    if (expects_key())
      open_.back().key = unique_key(mark, value);
    else
      add(mark, tag == "!" ? json::Value(value) : plain_scalar(value));
  }

  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, json::Array());
  }
  void OnSequenceEnd() override { close(); }

  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    open(mark, tag, anchor, json::Object());
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    json::Value value;
    YAML::Mark mark;
    std::optional<std::string> key = {};        // of a map: whose value comes next
    std::unordered_set<std::string> keys = {};  // of a map: all so far
  };

  [[noreturn]] void refuse(const YAML::Mark& mark, std::string_view what) const {
    throw Error{ErrorCode::bad_input,
                fmt::format("{}: line {}: {} is not read here", name_, mark.line + 1, what)};
  }

  void refuse_anchor(const YAML::Mark& mark, YAML::anchor_t anchor) const {
    if (anchor != 0) refuse(mark, "an anchor");
  }

  bool expects_key() const {
    return !open_.empty() && open_.back().value.is_object() && !open_.back().key;
  }

  std::string unique_key(const YAML::Mark& mark, const std::string& key) {
    if (!open_.back().keys.insert(key).second)
      throw Error{ErrorCode::bad_input, fmt::format("{}: line {}: the key {} occurs twice", name_,
                                                    mark.line + 1, formats::shown(key))};
    return key;
  }

  void open(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
            json::Value value) {
    refuse_anchor(mark, anchor);
    if (!tag.empty() && tag != "?" && tag != "!") refuse(mark, "a tag");
    if (expects_key()) refuse(mark, "a key that is no text");
    if (open_.size() >= kMaxDepth) refuse(mark, fmt::format("nesting above {} levels", kMaxDepth));
    open_.push_back({std::move(value), mark});
  }

  void close() {
    Open closed = std::move(open_.back());
    open_.pop_back();
    add(closed.mark, std::move(closed.value));
  }

  void add(const YAML::Mark& mark, json::Value value) {
    if (open_.empty()) {
      root_ = std::move(value);
    } else if (open_.back().value.is_array()) {
      open_.back().value.as_array().push_back(std::move(value));
    } else {
      if (!open_.back().key) refuse(mark, "a key that is no text");
      open_.back().value.as_object().emplace_back(std::move(*open_.back().key), std::move(value));
      open_.back().key.reset();
    }
  }

  std::string_view name_;
  json::Value root_;
  std::vector<Open> open_;
};

// The line that begins at `at`, without its end; moves `at` behind it.
std::string_view next_line(std::string_view text, size_t& at) {
  const size_t end = std::min(text.find('\n', at), text.size());
  std::string_view line = text.substr(at, end - at);
  at = std::min(end + 1, text.size());
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

bool is_marker(std::string_view line) {
  if (!line.starts_with("---")) return false;
  return line.find_first_not_of(" \t", 3) == std::string_view::npos;
}

}  // namespace

std::optional<std::string_view> front_matter_text(std::string_view readme) {
  if (readme.starts_with("\xef\xbb\xbf")) readme.remove_prefix(3);
  size_t at = 0;
  if (!is_marker(next_line(readme, at))) return std::nullopt;
  const size_t begin = at;
  while (at < readme.size()) {
    const size_t line_begin = at;
    if (is_marker(next_line(readme, at))) return readme.substr(begin, line_begin - begin);
  }
  return std::nullopt;
}

Result<json::Value> parse(std::string_view text, std::string_view name) {
  if (text.size() > kMaxBytes)
    return fail(ErrorCode::bad_input, "{}: {} bytes of YAML; at most {} are read", name,
                text.size(), kMaxBytes);
  if (formats::find_ill_formed_utf8(text) != std::string_view::npos)
    return fail(ErrorCode::bad_input, "{}: the text is not UTF-8", name);
  try {
    std::istringstream stream{std::string(text)};
    YAML::Parser parser(stream);
    Builder builder(name);
    parser.HandleNextDocument(builder);
    json::Value value = builder.take();
    Builder rest(name);
    if (parser.HandleNextDocument(rest))
      return fail(ErrorCode::bad_input, "{}: more than one YAML document", name);
    return value;
  } catch (const YAML::Exception& exception) {
    return fail(ErrorCode::bad_input, "{}: line {}: {}", name, exception.mark.line + 1,
                exception.msg);
  } catch (Error& error) {
    return std::unexpected(std::move(error));
  }
}

Result<json::Value> front_matter(std::string_view readme, std::string_view name) {
  const auto text = front_matter_text(readme);
  if (!text) return json::Value(json::Object());
  json::Value value = TRY(parse(*text, name));
  if (value.is_null()) return json::Value(json::Object());
  if (!value.is_object())
    return fail(ErrorCode::bad_input, "{}: the front matter is no map of keys, but {}", name,
                json::kind_name(value));
  return value;
}

}  // namespace swivel::yaml
