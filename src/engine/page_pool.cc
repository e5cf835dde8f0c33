#include "engine/page_pool.h"

#include "base/check.h"

namespace swivel {

PagePool::PagePool(int64_t pages) : pages_(pages) {
  for (int64_t i = 0; i < pages; ++i)
    pages_[i].place = free_.insert(free_.end(), static_cast<int32_t>(i));
}

std::optional<int32_t> PagePool::take() {
  if (free_.empty()) return {};
  const int32_t id = free_.front();
  free_.pop_front();
  forget(pages_[id]);
  pages_[id].references = 1;
  return id;
}

void PagePool::retain(int32_t page) {
  CHECK(page >= 0 && page < total() && pages_[page].references > 0);
  ++pages_[page].references;
}

void PagePool::release(int32_t page) {
  CHECK(page >= 0 && page < total() && pages_[page].references > 0);
  Page& released = pages_[page];
  if (--released.references > 0) return;
  released.place = free_.insert(released.name ? free_.end() : free_.begin(), page);
}

PagePool::Name PagePool::name(int32_t page, Name before, std::span<const int32_t> tokens) {
  CHECK(page >= 0 && page < total() && pages_[page].references > 0 && !pages_[page].name);
  const auto [place, is_first] = named_.try_emplace(
      Contents{before, {tokens.begin(), tokens.end()}}, Known{page, last_name_ + 1});
  if (is_first) {
    ++last_name_;
    pages_[page].name = place;
  }
  return place->second.name;
}

std::optional<PagePool::Known> PagePool::find(Name before, std::span<const int32_t> tokens) {
  const auto place = named_.find(Contents{before, {tokens.begin(), tokens.end()}});
  if (place == named_.end()) return {};
  const Known known = place->second;
  Page& page = pages_[known.page];
  if (page.references++ == 0) free_.erase(page.place);
  return known;
}

void PagePool::forget(Page& page) {
  if (page.name) named_.erase(*page.name);
  page.name.reset();
}

}  // namespace swivel
