#include "text/stream_decoder.h"

#include "text/decoder.h"
#include "text/pipeline.h"

namespace swivel {

struct StreamDecoder::State {
  State(const Tokenizer& from, Tokenizer::SkipSpecials skip_specials)
      : tokenizer(from), skip(skip_specials), run(tokenizer.pipeline().decoder) {}

  Tokenizer tokenizer;
  Tokenizer::SkipSpecials skip;
  text::Decoder::Run run;
};

StreamDecoder::StreamDecoder(const Tokenizer& tokenizer, Tokenizer::SkipSpecials skip)
    : state_(std::make_unique<State>(tokenizer, skip)) {}
StreamDecoder::~StreamDecoder() = default;
StreamDecoder::StreamDecoder(StreamDecoder&&) noexcept = default;
StreamDecoder& StreamDecoder::operator=(StreamDecoder&&) noexcept = default;

std::string StreamDecoder::push(int32_t id) {
  std::string out;
  const text::Pipeline& pipeline = state_->tokenizer.pipeline();
  if (!pipeline.tokens.has(id)) return out;
  if (state_->skip == Tokenizer::SkipSpecials::yes && pipeline.special[id]) return out;
  state_->run.push(pipeline.tokens.at(id), out);
  return out;
}

std::string StreamDecoder::finish() {
  std::string out;
  state_->run.finish(out);
  return out;
}

}  // namespace swivel
