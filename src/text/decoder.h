// Decoder: from the strings of tokens to text, step by step, as tokenizer.json's decoders say.
// A step takes pieces and gives pieces; the first gets one piece for each token. Decoding at once
// and decoding as tokens come are the same code (Run).
// A Decoder is immutable; a Run belongs to one thread and outlives neither its Decoder nor moves.
#pragma once

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "text/pattern.h"

namespace swivel::text {

class Decoder {
 public:
  struct Replace {
    Pattern pattern;
    std::string by;
  };
  struct Strip {  // up to so many of `character` at either end of a piece
    std::string character;
    int start = 0;
    int stop = 0;
  };
  enum class FirstPiece { like_others, drops_marker };
  struct Metaspace {  // the marker becomes a space, or nothing in the first piece
    std::string marker;
    FirstPiece first = FirstPiece::drops_marker;
  };
  // Runs of "<0xE4>" become their bytes; a run that is not UTF-8 becomes one U+FFFD a byte.
  struct ByteFallback {};
  // Every piece becomes its bytes (itself, if it has a character outside the byte alphabet), all of
  // them one piece; what is not UTF-8 becomes U+FFFD.
  struct ByteLevel {};
  struct Fuse {};            // all pieces become one
  struct JoinWithSpaces {};  // what happens without any decoder
  using Step =
      std::variant<Replace, Strip, Metaspace, ByteFallback, ByteLevel, Fuse, JoinWithSpaces>;

  void add(Step step) { steps_.push_back(std::move(step)); }
  size_t size() const { return steps_.size(); }
  // An error names a step that cannot come where it stands: after pieces have become one, only
  // Fuse and Strip at the start can.
  Status check() const;

  // What a token adds in the middle of a text.
  std::string bytes_of(std::string_view token) const;

  class Run {
   public:
    explicit Run(const Decoder& decoder);
    // Appends what is certain after this token; whole characters only.
    void push(std::string_view token, std::string& out);
    void finish(std::string& out);

   private:
    struct State {
      std::string held;  // bytes that wait
      int counted = 0;   // characters stripped so far
      bool begun = false;
      bool stripping = true;
    };
    struct Visit;
    void emit(size_t step, std::string_view piece, std::string& out);
    void flush_bytes(size_t step, std::string& out);

    const Decoder& decoder_;
    std::vector<State> states_;
    size_t fused_from_;  // steps from here on see parts of one piece
  };

 private:
  size_t first_fusing() const;
  std::vector<Step> steps_;
};

}  // namespace swivel::text
