#include "base/result.h"

namespace swivel {

std::unexpected<Error> in(std::string_view place, Error error) {
  error.message = fmt::format("{}: {}", place, error.message);
  return std::unexpected(std::move(error));
}

}  // namespace swivel
