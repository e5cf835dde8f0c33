// Who holds which page of the KvStore: ids and reference counts, no memory. A page that several
// sequences share (a common prefix) is held once by each. free + held = all after any history.
//
// A full page may be given a name: what stands in it, by its tokens and the name of the page before
// it. A free page keeps its name until somebody takes it, so that a later sequence with the same
// beginning finds it again; pages without a name are taken first, then those longest free.
//
// Thread safety: the engine's thread only.
#pragma once

#include <cstdint>
#include <list>
#include <map>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace swivel {

class PagePool {
 public:
  // What stands in a page and in all pages before it. Never used twice.
  using Name = int64_t;
  static constexpr Name kNothingBefore = 0;

  explicit PagePool(int64_t pages);
  PagePool(const PagePool&) = delete;
  PagePool& operator=(const PagePool&) = delete;

  int64_t total() const { return static_cast<int64_t>(pages_.size()); }
  int64_t free() const { return static_cast<int64_t>(free_.size()); }
  int64_t held() const { return total() - free(); }
  int64_t references(int32_t page) const { return pages_[page].references; }

  // A page with one reference and no name, or nothing if none is free.
  std::optional<int32_t> take();
  // REQUIRES: the page is held.
  void retain(int32_t page);
  // Gives up one reference; the page is free with the last. REQUIRES: the page is held.
  void release(int32_t page);

  // Names a held page that is full of `tokens` and follows the page named `before`. If another page
  // has these contents already, that one keeps the name and this page has none. Returns the name.
  Name name(int32_t page, Name before, std::span<const int32_t> tokens);
  struct Known {
    int32_t page;
    Name name;
  };
  // The page of these contents, with one reference more; nothing if there is none.
  std::optional<Known> find(Name before, std::span<const int32_t> tokens);

 private:
  using Contents = std::pair<Name, std::vector<int32_t>>;
  struct Page {
    int32_t references = 0;
    std::list<int32_t>::iterator place;                       // in free_, while free
    std::optional<std::map<Contents, Known>::iterator> name;  // in named_, if it has one
  };

  void forget(Page& page);

  std::vector<Page> pages_;
  std::list<int32_t> free_;  // taken from the front
  std::map<Contents, Known> named_;
  Name last_name_ = kNothingBefore;
};

}  // namespace swivel
