#include "engine/scheduler.h"

#include <map>
#include <memory>
#include <random>
#include <set>

#include <gtest/gtest.h>

namespace swivel {
namespace {

// A prompt of its own that shares no page with another's.
std::unique_ptr<Sequence> sequence(SequenceId id, size_t prompt) {
  Request request;
  request.prompt.assign(prompt, static_cast<int32_t>(id));
  return std::make_unique<Sequence>(id, std::move(request));
}

// What the engine does with a batch: everything is computed, ends get one token more.
void run(Scheduler& scheduler, const std::vector<Chunk>& chunks) {
  for (const Chunk& chunk : chunks) {
    const bool end = chunk.reaches_end();
    scheduler.advance(chunk);
    if (end) chunk.sequence->tokens.push_back(2);
  }
}

std::vector<std::pair<SequenceId, int64_t>> ids_and_counts(const std::vector<Chunk>& chunks) {
  std::vector<std::pair<SequenceId, int64_t>> out;
  for (const Chunk& chunk : chunks) out.emplace_back(chunk.sequence->id, chunk.count);
  return out;
}

using Expected = std::vector<std::pair<SequenceId, int64_t>>;

TEST(Scheduler, CutsAPromptIntoChunks) {
  PagePool pool(10);
  Scheduler scheduler(pool, {.page_tokens = 4, .max_batch_tokens = 8, .max_sequences = 4});
  const auto one = sequence(1, 19);
  scheduler.add(one.get());
  for (const int64_t count : {8, 8, 3, 1, 1}) {
    const auto chunks = scheduler.next();
    EXPECT_EQ(ids_and_counts(chunks), (Expected{{1, count}}));
    run(scheduler, chunks);
  }
  EXPECT_EQ(one->answer_size(), 3);
}

TEST(Scheduler, DecodingComesFirstAndPromptsFillTheRest) {
  PagePool pool(20);
  Scheduler scheduler(pool, {.page_tokens = 4, .max_batch_tokens = 8, .max_sequences = 4});
  const auto one = sequence(1, 5), two = sequence(2, 12);
  scheduler.add(one.get());
  run(scheduler, scheduler.next());
  scheduler.add(two.get());
  auto chunks = scheduler.next();
  EXPECT_EQ(ids_and_counts(chunks), (Expected{{1, 1}, {2, 7}}));
  run(scheduler, chunks);
  chunks = scheduler.next();
  EXPECT_EQ(ids_and_counts(chunks), (Expected{{1, 1}, {2, 5}}));
}

TEST(Scheduler, AdmitsInTheOrderOfArrival) {
  PagePool pool(4);
  Scheduler scheduler(pool, {.page_tokens = 4, .max_batch_tokens = 64, .max_sequences = 4});
  const auto large = sequence(1, 9), larger = sequence(2, 12), small = sequence(3, 1);
  for (const auto* one : {&large, &larger, &small}) scheduler.add(one->get());
  // The small one would fit, but it came after one that does not.
  EXPECT_EQ(ids_and_counts(scheduler.next()), (Expected{{1, 9}}));
  EXPECT_EQ(scheduler.waiting(), 2);
}

TEST(Scheduler, TheYoungestGivesUpItsPages) {
  PagePool pool(5);
  Scheduler scheduler(
      pool,
      {.page_tokens = 4, .max_batch_tokens = 64, .max_sequences = 4, .reuse = PrefixReuse::off});
  const auto old = sequence(1, 4), young = sequence(2, 7);
  scheduler.add(old.get());
  scheduler.add(young.get());
  // old takes 1 page and young 2; later old takes the two that are left, then young's.
  while (young->preemptions == 0) run(scheduler, scheduler.next());
  EXPECT_TRUE(young->pages.empty());
  EXPECT_EQ(young->computed, 0);
  EXPECT_EQ(old->preemptions, 0);
  EXPECT_EQ(scheduler.waiting(), 1);
  scheduler.remove(old.get());
  EXPECT_EQ(ids_and_counts(scheduler.next()), (Expected{{2, young->size()}}));
}

TEST(Scheduler, RemovingGivesAllPagesBack) {
  PagePool pool(8);
  Scheduler scheduler(pool, {.page_tokens = 4, .max_batch_tokens = 6, .max_sequences = 4});
  const auto one = sequence(1, 20);
  scheduler.add(one.get());
  run(scheduler, scheduler.next());
  EXPECT_EQ(pool.held(), 5);
  scheduler.remove(one.get());
  EXPECT_EQ(pool.held(), 0);
  EXPECT_TRUE(scheduler.next().empty());
}

TEST(Scheduler, ASequenceBeginsWithThePagesOfItsKnownPrefix) {
  PagePool pool(10);
  Scheduler scheduler(pool, {.page_tokens = 4, .max_batch_tokens = 64, .max_sequences = 4});
  const auto one = sequence(7, 11), two = sequence(7, 12), three = sequence(7, 8);
  scheduler.add(one.get());
  run(scheduler, scheduler.next());
  scheduler.add(two.get());
  // Two whole pages are held by the first; the second computes what follows them.
  EXPECT_EQ(ids_and_counts(scheduler.next()), (Expected{{7, 1}, {7, 4}}));
  EXPECT_EQ(two->reused, 8);
  EXPECT_EQ(one->pages[1], two->pages[1]);
  EXPECT_NE(one->pages[2], two->pages[2]);
  scheduler.remove(one.get());
  scheduler.remove(two.get());
  EXPECT_EQ(pool.held(), 0);
  // The pages are free and still known; the last token is computed in any case.
  scheduler.add(three.get());
  EXPECT_EQ(ids_and_counts(scheduler.next()), (Expected{{7, 4}}));
}

TEST(Scheduler, WithoutReuseEveryPromptIsComputedWhole) {
  PagePool pool(10);
  Scheduler scheduler(
      pool,
      {.page_tokens = 4, .max_batch_tokens = 64, .max_sequences = 4, .reuse = PrefixReuse::off});
  const auto one = sequence(7, 11), two = sequence(7, 11);
  scheduler.add(one.get());
  run(scheduler, scheduler.next());
  scheduler.add(two.get());
  EXPECT_EQ(ids_and_counts(scheduler.next()), (Expected{{7, 1}, {7, 11}}));
}

// Random arrivals, cancellations and ends: nobody starves, no page is in two hands or lost.
TEST(Scheduler, AnyHistoryEndsAndLosesNoPage) {
  for (uint32_t seed = 0; seed < 30; ++seed) {
    std::mt19937 random(seed);
    PagePool pool(6);
    Scheduler scheduler(pool, {.page_tokens = 4, .max_batch_tokens = 7, .max_sequences = 5});
    std::map<SequenceId, std::unique_ptr<Sequence>> alive;
    SequenceId arrived = 0;
    int idle = 0;
    for (int step = 0; arrived < 60 || !alive.empty(); ++step) {
      ASSERT_LT(step, 20000) << "the loop stands still";
      if (arrived < 60 && random() % 3 == 0) {
        ++arrived;
        // At most 24 tokens with its answer: the pool.
        alive.emplace(arrived, sequence(arrived % 3, 1 + random() % 16));
        scheduler.add(alive.at(arrived).get());
      }
      const auto chunks = scheduler.next();
      idle = chunks.empty() && !alive.empty() ? idle + 1 : 0;
      ASSERT_LT(idle, 2);
      int64_t tokens = 0;
      std::set<const Sequence*> seen;
      for (const Chunk& chunk : chunks) {
        tokens += chunk.count;
        ASSERT_GT(chunk.count, 0);
        ASSERT_TRUE(seen.insert(chunk.sequence).second) << "one sequence twice in a batch";
        ASSERT_EQ(chunk.start, chunk.sequence->computed);
        ASSERT_GE(static_cast<int64_t>(chunk.sequence->pages.size()) * 4,
                  chunk.start + chunk.count);
      }
      ASSERT_LE(tokens, 7);
      std::map<int32_t, int64_t> holders;
      for (const auto& [id, one] : alive)
        for (const int32_t page : one->pages) ++holders[page];
      for (const auto& [page, count] : holders) ASSERT_EQ(pool.references(page), count);
      ASSERT_EQ(pool.held(), static_cast<int64_t>(holders.size()));
      // Nobody writes to a page that somebody else holds.
      for (const Chunk& chunk : chunks)
        for (int64_t i = chunk.start / 4; i <= (chunk.start + chunk.count - 1) / 4; ++i)
          ASSERT_EQ(holders[chunk.sequence->pages[i]], 1);
      run(scheduler, chunks);
      for (auto it = alive.begin(); it != alive.end();) {
        const bool ends = it->second->answer_size() >= 8 || random() % 200 == 0;
        if (ends) scheduler.remove(it->second.get());
        it = ends ? alive.erase(it) : std::next(it);
      }
    }
    EXPECT_EQ(pool.free(), pool.total());
  }
}

}  // namespace
}  // namespace swivel
