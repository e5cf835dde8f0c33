// Result<T>: a value, or an Error that says what in the outside world is not as it should be.
// Bugs in our own code are not Errors: they are CHECKs (base/check.h).
#pragma once

#include <expected>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace swivel {

// What kind of failure this is; decides the exit code of a command and the status of a reply.
enum class ErrorCode {
  bad_input,      // a file, an argument or a request is malformed or contradicts itself
  not_found,      // a file, a model, a host that should be there is missing or unreachable
  out_of_memory,  // memory, disk or a quota does not suffice
  refused,        // a negative verdict: forbidden, unsafe, differs
  interrupted,    // the user or a deadline ended it
};

// `message` names the thing, the place, what was expected and what was found, in one sentence
// without a final full stop and without a line break.
struct Error {
  ErrorCode code = ErrorCode::bad_input;
  std::string message;
};

template <class T>
using Result = std::expected<T, Error>;
using Status = Result<void>;

// return fail(ErrorCode::bad_input, "{}: expected {} bytes, found {}", path, want, have);
template <class... Args>
[[nodiscard]] std::unexpected<Error> fail(ErrorCode code, fmt::format_string<Args...> format,
                                          Args&&... args) {
  return std::unexpected<Error>(Error{code, fmt::format(format, std::forward<Args>(args)...)});
}

// The same error with "PLACE: " before its message.
[[nodiscard]] std::unexpected<Error> in(std::string_view place, Error error);

}  // namespace swivel

// auto x = TRY(expression): the value of a Result, or return its error from this function.
// A GNU statement expression, which Clang and GCC both have.
#define TRY(...)                                                    \
  __extension__({                                                   \
    auto swivel_try_result = (__VA_ARGS__);                         \
    if (!swivel_try_result.has_value())                             \
      return std::unexpected(std::move(swivel_try_result).error()); \
    swivel::take_value(std::move(swivel_try_result));               \
  })

namespace swivel {

template <class T>
T take_value(std::expected<T, Error>&& result) {
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

}  // namespace swivel
