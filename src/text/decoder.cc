#include "text/decoder.h"

#include <algorithm>
#include <utility>

#include "text/byte_alphabet.h"
#include "text/utf8.h"

namespace swivel::text {
namespace {

// The value of "<0xE4>".
std::optional<char> byte_token(std::string_view token) {
  if (token.size() != 6 || !token.starts_with("<0x") || token[5] != '>') return std::nullopt;
  int value = 0;
  for (const char c : token.substr(3, 2)) {
    value *= 16;
    if (c >= '0' && c <= '9')
      value += c - '0';
    else if (c >= 'A' && c <= 'F')
      value += c - 'A' + 10;
    else if (c >= 'a' && c <= 'f')
      value += c - 'a' + 10;
    else
      return std::nullopt;
  }
  return static_cast<char>(value);
}

std::string_view strip_start(std::string_view piece, std::string_view character, int most,
                             int& counted) {
  while (counted < most && piece.starts_with(character)) {
    piece.remove_prefix(character.size());
    ++counted;
  }
  return piece;
}

std::string_view strip_piece(std::string_view piece, const Decoder::Strip& strip) {
  int counted = 0;
  piece = strip_start(piece, strip.character, strip.start, counted);
  for (int i = 0; i < strip.stop && piece.ends_with(strip.character); ++i)
    piece.remove_suffix(strip.character.size());
  return piece;
}

std::string replace_all(std::string_view text, std::string_view what, std::string_view by) {
  return Pattern::literal(std::string(what)).replace(text, by);
}

std::string alphabet_bytes(std::string_view token) {
  return from_byte_alphabet(token).value_or(std::string(token));
}

bool fuses(const Decoder::Step& step) {
  return std::holds_alternative<Decoder::Fuse>(step) ||
         std::holds_alternative<Decoder::ByteLevel>(step) ||
         std::holds_alternative<Decoder::JoinWithSpaces>(step);
}

}  // namespace

size_t Decoder::first_fusing() const {
  return static_cast<size_t>(std::ranges::find_if(steps_, fuses) - steps_.begin());
}

Status Decoder::check() const {
  for (size_t i = first_fusing() + 1; i < steps_.size(); ++i) {
    const auto* strip = std::get_if<Strip>(&steps_[i]);
    if (std::holds_alternative<Fuse>(steps_[i]) || (strip && strip->stop == 0)) continue;
    return fail(ErrorCode::bad_input,
                "decoder {} of {} works on the whole text; only Fuse and Strip at its start are "
                "supported there",
                i + 1, steps_.size());
  }
  return {};
}

std::string Decoder::bytes_of(std::string_view token) const {
  std::string bytes(token);
  for (const Step& step : steps_) {
    if (const auto* replace = std::get_if<Replace>(&step))
      bytes = replace->pattern.replace(bytes, replace->by);
    else if (const auto* metaspace = std::get_if<Metaspace>(&step))
      bytes = replace_all(bytes, metaspace->marker, " ");
    else if (std::holds_alternative<ByteLevel>(step))
      return alphabet_bytes(bytes);
    else if (const auto byte = byte_token(bytes);
             byte && std::holds_alternative<ByteFallback>(step))
      return std::string(1, *byte);
    else if (const auto* strip = std::get_if<Strip>(&step))
      bytes = std::string(strip_piece(bytes, *strip));
    else if (fuses(step))
      return bytes;
  }
  return bytes;
}

Decoder::Run::Run(const Decoder& decoder)
    : decoder_(decoder), states_(decoder.steps_.size()), fused_from_(decoder.first_fusing() + 1) {}

struct Decoder::Run::Visit {
  Run& run;
  size_t step;
  std::string_view piece;
  std::string& out;

  State& state() const { return run.states_[step]; }
  void pass(std::string_view text) const { run.emit(step + 1, text, out); }

  void operator()(const Replace& replace) const {
    pass(replace.pattern.replace(piece, replace.by));
  }

  void operator()(const Strip& strip) const {
    if (step < run.fused_from_) return pass(strip_piece(piece, strip));
    if (!state().stripping) return pass(piece);
    const std::string_view rest = strip_start(piece, strip.character, strip.start, state().counted);
    state().stripping = rest.empty() && state().counted < strip.start;
    pass(rest);
  }

  void operator()(const Metaspace& metaspace) const {
    const bool first = !state().begun;
    state().begun = true;
    const bool drop = first && metaspace.first == FirstPiece::drops_marker;
    pass(replace_all(piece, metaspace.marker, drop ? "" : " "));
  }

  void operator()(const ByteFallback&) const {
    if (const auto byte = byte_token(piece)) {
      state().held += *byte;
      return;
    }
    run.flush_bytes(step, out);
    pass(piece);
  }

  void operator()(const ByteLevel&) const {
    std::string& held = state().held;
    held += alphabet_bytes(piece);
    const size_t settled = settled_bytes(held);
    std::string text;
    append_replacing_invalid(text, std::string_view(held).substr(0, settled));
    held.erase(0, settled);
    if (!text.empty()) pass(text);
  }

  void operator()(const Fuse&) const { pass(piece); }

  void operator()(const JoinWithSpaces&) const {
    if (state().begun) pass(" ");
    state().begun = true;
    pass(piece);
  }
};

void Decoder::Run::emit(size_t step, std::string_view piece, std::string& out) {
  if (step == decoder_.steps_.size())
    out += piece;
  else
    std::visit(Visit{*this, step, piece, out}, decoder_.steps_[step]);
}

void Decoder::Run::push(std::string_view token, std::string& out) { emit(0, token, out); }

// Passes on the bytes that a run of byte tokens has gathered.
void Decoder::Run::flush_bytes(size_t step, std::string& out) {
  const std::string held = std::exchange(states_[step].held, std::string());
  if (held.empty()) return;
  if (is_utf8(held)) return emit(step + 1, held, out);
  for (size_t i = 0; i < held.size(); ++i) emit(step + 1, kReplacementCharacter, out);
}

void Decoder::Run::finish(std::string& out) {
  for (size_t step = 0; step < states_.size(); ++step) {
    if (std::holds_alternative<ByteFallback>(decoder_.steps_[step])) {
      flush_bytes(step, out);
    } else if (std::holds_alternative<ByteLevel>(decoder_.steps_[step])) {
      std::string text;
      append_replacing_invalid(text, std::exchange(states_[step].held, std::string()));
      if (!text.empty()) emit(step + 1, text, out);
    }
  }
  states_.assign(decoder_.steps_.size(), State());
}

}  // namespace swivel::text
