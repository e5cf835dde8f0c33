#include "engine/page_pool.h"

#include <map>
#include <random>
#include <set>

#include <gtest/gtest.h>

namespace swivel {
namespace {

TEST(PagePool, GivesEachPageOnceAndThenNone) {
  PagePool pool(3);
  std::set<int32_t> pages;
  for (int i = 0; i < 3; ++i) pages.insert(*pool.take());
  EXPECT_EQ(pages, (std::set<int32_t>{0, 1, 2}));
  EXPECT_EQ(pool.take(), std::nullopt);
}

TEST(PagePool, APageIsFreeWithItsLastReference) {
  PagePool pool(1);
  const int32_t page = *pool.take();
  pool.retain(page);
  pool.release(page);
  EXPECT_EQ(pool.free(), 0);
  pool.release(page);
  EXPECT_EQ(pool.free(), 1);
}

using Tokens = std::vector<int32_t>;

TEST(PagePool, AFreePageIsFoundAgainByWhatStandsInIt) {
  PagePool pool(3);
  const int32_t first = *pool.take(), second = *pool.take();
  const auto one = pool.name(first, PagePool::kNothingBefore, Tokens{1, 2});
  const auto two = pool.name(second, one, Tokens{3, 4});
  pool.release(first);
  pool.release(second);
  const auto again = pool.find(PagePool::kNothingBefore, Tokens{1, 2});
  ASSERT_TRUE(again);
  EXPECT_EQ(again->page, first);
  EXPECT_EQ(pool.find(again->name, Tokens{3, 4})->page, second);
  EXPECT_EQ(pool.held(), 2);
  EXPECT_FALSE(pool.find(two, Tokens{3, 4}));
  EXPECT_FALSE(pool.find(PagePool::kNothingBefore, Tokens{3, 4}));
}

TEST(PagePool, SharesAPageThatIsHeld) {
  PagePool pool(1);
  const int32_t page = *pool.take();
  pool.name(page, PagePool::kNothingBefore, Tokens{1});
  EXPECT_EQ(pool.find(PagePool::kNothingBefore, Tokens{1})->page, page);
  EXPECT_EQ(pool.references(page), 2);
}

TEST(PagePool, TakesPagesWithoutNameFirstThenThoseLongestFree) {
  PagePool pool(3);
  Tokens pages;
  for (int i = 0; i < 3; ++i) pages.push_back(*pool.take());
  pool.name(pages[0], PagePool::kNothingBefore, Tokens{1});
  pool.name(pages[1], PagePool::kNothingBefore, Tokens{2});
  for (const int32_t page : {pages[1], pages[0], pages[2]}) pool.release(page);
  EXPECT_EQ(pool.take(), pages[2]);
  EXPECT_EQ(pool.take(), pages[1]);
  EXPECT_FALSE(pool.find(PagePool::kNothingBefore, Tokens{2}));
  EXPECT_TRUE(pool.find(PagePool::kNothingBefore, Tokens{1}));
}

TEST(PagePool, TheSecondPageOfTheSameContentsHasNoName) {
  PagePool pool(2);
  const int32_t first = *pool.take(), second = *pool.take();
  const auto one = pool.name(first, PagePool::kNothingBefore, Tokens{1});
  EXPECT_EQ(pool.name(second, PagePool::kNothingBefore, Tokens{1}), one);
  EXPECT_EQ(pool.find(PagePool::kNothingBefore, Tokens{1})->page, first);
}

TEST(PagePool, FreeAndHeldAreAllAfterAnyHistory) {
  for (uint32_t seed = 0; seed < 20; ++seed) {
    std::mt19937 random(seed);
    PagePool pool(17);
    std::map<int32_t, int> model;  // page -> references
    std::set<int32_t> unnamed;
    for (int step = 0; step < 3000; ++step) {
      const auto any = [&] { return std::next(model.begin(), random() % model.size())->first; };
      const auto choice = random() % 5;
      const Tokens tokens = {static_cast<int32_t>(random() % 30)};
      if (choice == 0) {
        const auto page = pool.take();
        ASSERT_EQ(page.has_value(), model.size() < 17);
        if (!page) continue;
        ASSERT_TRUE(model.emplace(*page, 1).second) << "a held page was given again";
        unnamed.insert(*page);
      } else if (choice == 1) {
        if (const auto known = pool.find(PagePool::kNothingBefore, tokens)) ++model[known->page];
      } else if (model.empty()) {
        continue;
      } else if (choice == 2) {
        const int32_t page = any();
        if (unnamed.erase(page) > 0) pool.name(page, PagePool::kNothingBefore, tokens);
      } else if (choice == 3) {
        const int32_t page = any();
        pool.retain(page);
        ++model[page];
      } else {
        const int32_t page = any();
        pool.release(page);
        if (--model[page] == 0) model.erase(page);
      }
      ASSERT_EQ(pool.held(), static_cast<int64_t>(model.size()));
      ASSERT_EQ(pool.free() + pool.held(), pool.total());
      for (const auto& [page, references] : model) ASSERT_EQ(pool.references(page), references);
    }
  }
}

TEST(PagePoolDeathTest, ReleasingAFreePageIsABug) {
  PagePool pool(2);
  const int32_t page = *pool.take();
  pool.release(page);
  EXPECT_DEATH(pool.release(page), "CHECK failed");
}

}  // namespace
}  // namespace swivel
