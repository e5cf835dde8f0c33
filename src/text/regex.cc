#include "text/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <algorithm>

#include "text/utf8.h"

namespace swivel::text {
namespace {

// Enough for any sensible pre-tokenizer; a pattern that backtracks without end stops here.
constexpr uint32_t kMatchLimit = 1'000'000;
constexpr uint32_t kDepthLimit = 20'000;
constexpr uint32_t kHeapLimitKiB = 16 * 1024;
constexpr size_t kMaxPattern = 64 * 1024;

struct FreeCode {
  void operator()(pcre2_code* code) const { pcre2_code_free(code); }
};
struct FreeData {
  void operator()(pcre2_match_data* data) const { pcre2_match_data_free(data); }
};
struct FreeContext {
  void operator()(pcre2_match_context* context) const { pcre2_match_context_free(context); }
};

}  // namespace

struct Regex::Code {
  std::unique_ptr<pcre2_code, FreeCode> code;
  std::unique_ptr<pcre2_match_context, FreeContext> context;
};

Result<Regex> Regex::compile(std::string_view pattern) {
  if (pattern.size() > kMaxPattern)
    return fail(ErrorCode::bad_input, "a regular expression of {} bytes is longer than {} bytes",
                pattern.size(), kMaxPattern);
  const std::string translated = TRY(translate_regex(pattern));
  int error = 0;
  PCRE2_SIZE offset = 0;
  auto code = std::make_shared<Code>();
  constexpr uint32_t kOptions = PCRE2_UTF | PCRE2_UCP | PCRE2_MULTILINE | PCRE2_NEVER_BACKSLASH_C;
  code->code.reset(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(translated.data()), translated.size(),
                                 kOptions, &error, &offset, nullptr));
  if (!code->code) {
    char message[256] = {};
    pcre2_get_error_message(error, reinterpret_cast<PCRE2_UCHAR*>(message), sizeof(message));
    return fail(ErrorCode::bad_input, "regular expression \"{}\" does not compile: {}", pattern,
                message);
  }
  // Where the JIT is missing, pcre2_match interprets.
  pcre2_jit_compile(code->code.get(), PCRE2_JIT_COMPLETE);
  code->context.reset(pcre2_match_context_create(nullptr));
  if (!code->context) return fail(ErrorCode::out_of_memory, "no memory for a regular expression");
  pcre2_set_match_limit(code->context.get(), kMatchLimit);
  pcre2_set_depth_limit(code->context.get(), kDepthLimit);
  pcre2_set_heap_limit(code->context.get(), kHeapLimitKiB);
  return Regex(std::move(code));
}

void Regex::find(std::string_view utf8, std::vector<Span>& matches) const {
  const std::unique_ptr<pcre2_match_data, FreeData> data(
      pcre2_match_data_create_from_pattern(code_->code.get(), nullptr));
  if (!data) return;
  const auto* subject = reinterpret_cast<PCRE2_SPTR>(utf8.data());
  size_t at = 0;
  uint32_t options = PCRE2_NO_UTF_CHECK;
  while (at <= utf8.size()) {
    int found = pcre2_match(code_->code.get(), subject, utf8.size(), at, options, data.get(),
                            code_->context.get());
    if (found == PCRE2_ERROR_JIT_STACKLIMIT)
      found = pcre2_match(code_->code.get(), subject, utf8.size(), at, options | PCRE2_NO_JIT,
                          data.get(), code_->context.get());
    if (found < 0) return;
    const PCRE2_SIZE* bounds = pcre2_get_ovector_pointer(data.get());
    // \K may place the start after the end or before `at`; no pattern here has a use for it.
    if (bounds[0] > bounds[1] || bounds[0] < at) return;
    matches.push_back({bounds[0], bounds[1]});
    at = bounds[1];
    if (bounds[0] != bounds[1]) continue;
    // After an empty match the search goes on one character further.
    if (at >= utf8.size()) return;
    at += static_cast<size_t>(decode_utf8(utf8.data() + at).length);
  }
}

}  // namespace swivel::text
