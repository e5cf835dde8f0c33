// CHECK(condition): our own code is wrong if this fails. Kept in release builds; prints the
// condition and the place, then aborts. Input from outside must never reach one.
// DCHECK: the same in inner loops, only where NDEBUG is not defined.
#pragma once

namespace swivel {

[[noreturn]] void check_failed(const char* condition, const char* file, int line);

}  // namespace swivel

#define CHECK(condition)                        \
  (__builtin_expect(!!(condition), 1) ? void(0) \
                                      : swivel::check_failed(#condition, __FILE__, __LINE__))

#ifdef NDEBUG
#define DCHECK(condition) ((void)sizeof(condition))
#else
#define DCHECK(condition) CHECK(condition)
#endif
