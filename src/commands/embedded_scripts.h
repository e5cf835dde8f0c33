// Scripts that the program carries inside; cmake/embed.cmake makes their definitions from files.
#pragma once

#include <string_view>

namespace swivel {

extern const std::string_view kVerifyReferenceScript;  // scripts/verify/reference.py

}  // namespace swivel
