// Chooses what the next step runs. Knows pages and tokens, no tensors.
//
// Sequences that decode come first, oldest first; what is left of the step's tokens goes to
// prompts, in chunks. Waiting sequences are admitted in the order they came and take the pages of
// their whole prompt at once. When a decoding sequence needs a page and none is free, the youngest
// running one gives up its pages, waits first in line, and is computed anew. The oldest is never
// disturbed, so the loop cannot stand still as long as each sequence alone fits the pool.
//
// Full pages are named by what stands in them (PagePool), and a sequence that is admitted begins
// with the pages of its longest known prefix.
//
// Thread safety: the engine's thread only.
#pragma once

#include <cstdint>
#include <deque>
#include <span>
#include <vector>

#include "engine/page_pool.h"
#include "engine/sequence.h"

namespace swivel {

// Whether sequences share the pages of common prefixes.
enum class PrefixReuse { on, off };

// Tokens [start, start + count) of a sequence; its pages cover them.
struct Chunk {
  Sequence* sequence = nullptr;
  int64_t start = 0;
  int64_t count = 0;

  bool reaches_end() const { return start + count == sequence->size(); }
};

class Scheduler {
 public:
  struct Limits {
    int64_t page_tokens = 32;
    int64_t max_batch_tokens = 512;
    int64_t max_sequences = 32;  // at most max_batch_tokens
    PrefixReuse reuse = PrefixReuse::on;
  };

  // `pool` outlives the scheduler.
  Scheduler(PagePool& pool, Limits limits);

  // The sequence waits. Borrowed until remove(). REQUIRES: it alone fits the pool at every length
  // it may reach.
  void add(Sequence* sequence);
  // Gives its pages back and forgets it.
  void remove(Sequence* sequence);

  // To be called after a chunk has run: counts it, and names the pages that it filled.
  void advance(const Chunk& chunk);

  // What runs next. Not empty as long as a sequence is there that has something to compute.
  std::vector<Chunk> next();

  int64_t running() const { return static_cast<int64_t>(running_.size()); }
  int64_t waiting() const { return static_cast<int64_t>(waiting_.size()); }

 private:
  int64_t pages_for(int64_t tokens) const;
  bool take_pages(Sequence& sequence, int64_t tokens);
  void give_up_pages(Sequence& sequence);
  void find_prefix(Sequence& sequence);
  std::span<const int32_t> page_of(const Sequence& sequence, int64_t index) const;
  void preempt_youngest();
  void decode(std::vector<Chunk>& chunks, int64_t& budget);
  void prefill(std::vector<Chunk>& chunks, int64_t& budget);
  void admit();

  PagePool& pool_;
  Limits limits_;
  std::deque<Sequence*> waiting_;
  std::vector<Sequence*> running_;  // in the order of admission
};

}  // namespace swivel
