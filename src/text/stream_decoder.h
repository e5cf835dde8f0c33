// StreamDecoder: ids in, text out, as they come. Whatever push() and finish() return, put together,
// equals Tokenizer::decode of all the ids, and each piece is whole UTF-8 characters.
//
// A piece is held back while later ids can still change it: an unfinished character, and for
// vocabularies with byte tokens (<0xE4>) the whole run of them, because one bad byte spoils the
// run.
//
// One decoder serves one sequence and one thread. It keeps the tokenizer's tables alive.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "text/tokenizer.h"

namespace swivel {

class StreamDecoder {
 public:
  explicit StreamDecoder(const Tokenizer& tokenizer,
                         Tokenizer::SkipSpecials skip = Tokenizer::SkipSpecials::yes);
  ~StreamDecoder();
  StreamDecoder(StreamDecoder&&) noexcept;
  StreamDecoder& operator=(StreamDecoder&&) noexcept;

  // The text that this id completes; often empty.
  std::string push(int32_t id);
  // The rest, with U+FFFD for a character that never became whole. Afterwards the decoder is as
  // new.
  std::string finish();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace swivel
