#include "chat/stop_strings.h"

#include <algorithm>
#include <utility>

namespace swivel {

size_t overlap(std::string_view text, std::string_view word) {
  if (word.empty()) return 0;
  for (size_t length = std::min(text.size(), word.size() - 1); length > 0; --length)
    if (text.ends_with(word.substr(0, length))) return length;
  return 0;
}

StopStrings::StopStrings(std::vector<std::string> stops) : stops_(std::move(stops)) {
  std::erase(stops_, "");
}

StopStrings::Step StopStrings::push(std::string_view piece) {
  held_ += piece;
  size_t end = std::string::npos;
  for (const std::string& stop : stops_) {
    const size_t place = held_.find(stop);
    if (place == std::string::npos) continue;
    const size_t its_end = place + stop.size();
    if (its_end > end || (its_end == end && stop.size() <= found_.size())) continue;
    end = its_end;
    found_ = stop;
  }
  if (end != std::string::npos) {
    held_.resize(end - found_.size());
    return {std::exchange(held_, ""), true};
  }
  size_t keep = 0;
  for (const std::string& stop : stops_) keep = std::max(keep, overlap(held_, stop));
  std::string text = held_.substr(0, held_.size() - keep);
  held_.erase(0, text.size());
  return {std::move(text), false};
}

std::string StopStrings::finish() { return std::exchange(held_, ""); }

}  // namespace swivel
