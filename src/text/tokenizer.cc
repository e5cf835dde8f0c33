#include "text/tokenizer.h"

#include <fmt/format.h>

#include "text/pipeline.h"
#include "text/utf8.h"

namespace swivel {
namespace {

using text::Pipeline;

std::optional<int32_t> known(int32_t id) {
  if (id < 0) return std::nullopt;
  return id;
}

// One text on its way through the pipeline.
class Encoding {
 public:
  Encoding(const Pipeline& pipeline, Tokenizer::Specials specials)
      : pipeline_(pipeline),
        specials_(specials == Tokenizer::Specials::parse
                      ? text::AddedTokenMatcher::Specials::found
                      : text::AddedTokenMatcher::Specials::passed_over) {}

  void run(std::string_view text, std::vector<int32_t>& out) {
    for (const text::Section& section : pipeline_.raw_tokens.cut(text, specials_)) {
      if (section.id >= 0) {
        out.push_back(section.id);
        continue;
      }
      normalize(
          text.substr(section.begin, section.end - section.begin),
          section.begin == 0 ? text::PreTokenizer::At::text_start : text::PreTokenizer::At::later,
          out);
    }
  }

 private:
  void normalize(std::string_view section, text::PreTokenizer::At at, std::vector<int32_t>& out) {
    std::string storage;
    const std::string_view text = pipeline_.normalizer.apply(section, storage);
    for (const text::Section& part : pipeline_.normalized_tokens.cut(text, specials_)) {
      if (part.id >= 0)
        out.push_back(part.id);
      else
        words(text.substr(part.begin, part.end - part.begin),
              part.begin == 0 ? at : text::PreTokenizer::At::later, out);
    }
  }

  void words(std::string_view part, text::PreTokenizer::At at, std::vector<int32_t>& out) {
    std::string text(part);
    for (const text::Span word : pipeline_.pre_tokenizer.cut(text, at))
      pipeline_.model->encode(word.of(text), *scratch_, out);
  }

  const Pipeline& pipeline_;
  text::AddedTokenMatcher::Specials specials_;
  decltype(text::Bpe::make_scratch()) scratch_ = text::Bpe::make_scratch();
};

}  // namespace

std::vector<int32_t> Tokenizer::encode(std::string_view utf8, Specials specials,
                                       Affixes affixes) const {
  std::string repaired;
  if (!text::is_utf8(utf8)) {
    text::append_replacing_invalid(repaired, utf8);
    utf8 = repaired;
  }
  std::vector<int32_t> ids;
  ids.reserve(utf8.size() / 4 + 8);
  if (affixes == Affixes::as_model) ids = pipeline_->prefix;
  Encoding(*pipeline_, specials).run(utf8, ids);
  if (affixes == Affixes::as_model)
    ids.insert(ids.end(), pipeline_->suffix.begin(), pipeline_->suffix.end());
  return ids;
}

std::string Tokenizer::decode(std::span<const int32_t> ids, SkipSpecials skip) const {
  text::Decoder::Run run(pipeline_->decoder);
  std::string out;
  for (const int32_t id : ids) {
    if (!pipeline_->tokens.has(id)) continue;
    if (skip == SkipSpecials::yes && pipeline_->special[id]) continue;
    run.push(pipeline_->tokens.at(id), out);
  }
  run.finish(out);
  return out;
}

int32_t Tokenizer::vocab_size() const { return pipeline_->tokens.size(); }

std::string_view Tokenizer::token_text(int32_t id) const { return pipeline_->tokens.at(id); }

std::string Tokenizer::token_bytes(int32_t id) const {
  return pipeline_->decoder.bytes_of(pipeline_->tokens.at(id));
}

std::optional<int32_t> Tokenizer::id_of(std::string_view token) const {
  return known(pipeline_->tokens.find(token));
}

bool Tokenizer::is_special(int32_t id) const { return has_id(id) && pipeline_->special[id]; }

std::optional<int32_t> Tokenizer::bos() const { return known(pipeline_->named.bos); }
std::optional<int32_t> Tokenizer::eos() const { return known(pipeline_->named.eos); }
std::optional<int32_t> Tokenizer::pad() const { return known(pipeline_->named.pad); }
std::optional<int32_t> Tokenizer::unk() const { return known(pipeline_->named.unk); }

const std::vector<int32_t>& Tokenizer::end_ids() const { return pipeline_->end_ids; }

bool Tokenizer::adds_bos() const {
  return pipeline_->named.bos >= 0 && !pipeline_->prefix.empty() &&
         pipeline_->prefix.front() == pipeline_->named.bos;
}

std::vector<std::pair<std::string, std::string>> Tokenizer::describe() const {
  const Pipeline& p = *pipeline_;
  std::vector<std::pair<std::string, std::string>> facts;
  facts.emplace_back("tokenizer", fmt::format("{} from {}", p.model_name, p.source));
  facts.emplace_back("tokens", fmt::format("{} ids, {} merges, {} added tokens", p.tokens.size(),
                                           p.merge_count, p.added_count));
  if (!p.normalizer_name.empty()) facts.emplace_back("normalizer", p.normalizer_name);
  if (!p.splitting.empty()) facts.emplace_back("words", p.splitting);
  const auto name = [&](std::string_view what, int32_t id) {
    if (id >= 0) facts.emplace_back(std::string(what), fmt::format("{} {}", id, p.tokens.at(id)));
  };
  name("bos", p.named.bos);
  name("eos", p.named.eos);
  name("pad", p.named.pad);
  name("unk", p.named.unk);
  std::string around = p.prefix.empty() && p.suffix.empty() ? "nothing" : "";
  for (const int32_t id : p.prefix) around += fmt::format("{} ", p.tokens.at(id));
  if (around != "nothing") around += "text";
  for (const int32_t id : p.suffix) around += fmt::format(" {}", p.tokens.at(id));
  facts.emplace_back("added around a text", around);
  return facts;
}

}  // namespace swivel
