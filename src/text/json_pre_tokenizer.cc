#include <fmt/format.h>

#include "text/json_parts.h"

namespace swivel::text {
namespace {

constexpr int kMaxNesting = 8;

class Reader {
 public:
  explicit Reader(Draft& draft) : draft_(draft) {}

  Status read(const json::Value& value, const std::string& where, int depth) {
    const Fields fields = TRY(Fields::of(value, where));
    const std::string type = TRY(fields.string("type"));
    if (type == "Sequence") return sequence(fields, depth);
    // What follows ByteLevel sees its alphabet.
    if (byte_level_ && !in_alphabet_) {
      draft_.pipeline.pre_tokenizer.add(PreTokenizer::ToByteAlphabet{});
      in_alphabet_ = true;
    }
    if (type == "Split") return split(fields);
    if (type == "ByteLevel") return byte_level(fields);
    if (type == "Metaspace") return metaspace(fields);
    if (type == "Digits") return digits(fields);
    if (type == "Punctuation") return punctuation(fields);
    if (type == "Whitespace" || type == "WhitespaceSplit") return whitespace(fields, type);
    return fields.unknown("pre-tokenizer", type);
  }

  bool byte_level() const { return byte_level_; }

 private:
  using Behavior = PreTokenizer::Behavior;
  using Invert = PreTokenizer::Invert;

  void add(Pattern pattern, Behavior behavior, Invert invert, std::string_view words) {
    draft_.pipeline.pre_tokenizer.add(PreTokenizer::Split{std::move(pattern), behavior, invert});
    std::string& all = draft_.pipeline.splitting;
    if (!all.empty()) all += "  then  ";
    all += words;
  }

  Status sequence(const Fields& fields, int depth) {
    TRY(fields.only({"type", "pretokenizers"}));
    if (depth == kMaxNesting)
      return fail(ErrorCode::bad_input, "{}: sequences are nested too deeply", fields.where());
    const json::Array& steps = *TRY(fields.array("pretokenizers"));
    for (size_t i = 0; i < steps.size(); ++i)
      TRY(read(steps[i], fmt::format("{}[{}]", fields.place("pretokenizers"), i), depth + 1));
    return {};
  }

  Result<Behavior> behavior(const Fields& fields) {
    const std::string name = TRY(fields.string("behavior"));
    if (name == "Removed") return Behavior::removed;
    if (name == "Isolated") return Behavior::isolated;
    if (name == "MergedWithPrevious") return Behavior::merged_with_previous;
    if (name == "MergedWithNext") return Behavior::merged_with_next;
    if (name == "Contiguous") return Behavior::contiguous;
    return fields.wrong("behavior",
                        "Removed, Isolated, MergedWithPrevious, MergedWithNext or Contiguous");
  }

  Status split(const Fields& fields) {
    TRY(fields.only({"type", "pattern", "behavior", "invert"}));
    Pattern pattern = TRY(read_pattern(fields, "pattern"));
    const Behavior how = TRY(behavior(fields));
    const Invert invert = TRY(fields.boolean("invert", false)) ? Invert::yes : Invert::no;
    const Fields written = TRY(Fields::of(*fields.find("pattern"), ""));
    const bool literal = written.find("String") != nullptr;
    add(std::move(pattern), how, invert,
        literal ? fmt::format("\"{}\"", TRY(written.string("String")))
                : TRY(written.string("Regex")));
    return {};
  }

  Status byte_level(const Fields& fields) {
    TRY(fields.only({"type", "add_prefix_space", "trim_offsets", "use_regex"}));
    if (byte_level_)
      return fail(ErrorCode::bad_input, "{}: ByteLevel cannot come twice", fields.where());
    if (TRY(fields.boolean("add_prefix_space", true)))
      draft_.pipeline.pre_tokenizer.add(PreTokenizer::PrefixSpace{});
    if (TRY(fields.boolean("use_regex", true)))
      add(TRY(Pattern::expression(kByteLevelExpression)), Behavior::isolated, Invert::no,
          kByteLevelExpression);
    byte_level_ = true;
    return {};
  }

  Status metaspace(const Fields& fields) {
    TRY(fields.only(
        {"type", "replacement", "add_prefix_space", "prepend_scheme", "split", "str_rep"}));
    std::string replacement = TRY(fields.string("replacement"));
    if (replacement.empty()) return fields.wrong("replacement", "one character");
    PreTokenizer::Scheme scheme = PreTokenizer::Scheme::always;
    const bool prefix = TRY(fields.boolean("add_prefix_space", true));
    if (fields.find("prepend_scheme")) {
      const std::string name = TRY(fields.string("prepend_scheme"));
      if (name == "never")
        scheme = PreTokenizer::Scheme::never;
      else if (name == "first")
        scheme = PreTokenizer::Scheme::first;
      else if (name != "always")
        return fields.wrong("prepend_scheme", "always, first or never");
      if (!prefix && name != "never")
        return fields.wrong("prepend_scheme", "\"never\" next to add_prefix_space false");
    } else if (!prefix) {
      scheme = PreTokenizer::Scheme::never;
    }
    draft_.pipeline.pre_tokenizer.add(PreTokenizer::Metaspace{replacement, scheme});
    if (TRY(fields.boolean("split", true)))
      add(Pattern::literal(replacement), Behavior::merged_with_next, Invert::no,
          fmt::format("\"{}\"", replacement));
    return {};
  }

  Status digits(const Fields& fields) {
    TRY(fields.only({"type", "individual_digits"}));
    const bool individual = TRY(fields.boolean("individual_digits", false));
    add(Pattern::character(kNumber), individual ? Behavior::isolated : Behavior::contiguous,
        Invert::no, individual ? "each digit" : "digits");
    return {};
  }

  Status punctuation(const Fields& fields) {
    TRY(fields.only({"type", "behavior"}));
    const Behavior how = fields.find("behavior") ? TRY(behavior(fields)) : Behavior::isolated;
    add(Pattern::character(kOldPunctuation), how, Invert::no, "punctuation");
    return {};
  }

  Status whitespace(const Fields& fields, const std::string& type) {
    TRY(fields.only({"type"}));
    if (type == "Whitespace")
      add(Pattern::scanner(scan_words_and_symbols), Behavior::removed, Invert::yes,
          R"(\w+|[^\w\s]+)");
    else
      add(Pattern::character(kSpace), Behavior::removed, Invert::no, "white space");
    return {};
  }

  Draft& draft_;
  bool byte_level_ = false;
  bool in_alphabet_ = false;
};

}  // namespace

Status read_pre_tokenizer(const json::Value& value, const std::string& where, Draft& draft) {
  Reader reader(draft);
  if (!value.is_null()) TRY(reader.read(value, where, 0));
  draft.bpe.unit = reader.byte_level() ? Bpe::Unit::bytes : Bpe::Unit::characters;
  return {};
}

}  // namespace swivel::text
