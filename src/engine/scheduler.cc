#include "engine/scheduler.h"

#include <algorithm>

#include "base/check.h"

namespace swivel {

Scheduler::Scheduler(PagePool& pool, Limits limits) : pool_(pool), limits_(limits) {
  CHECK(limits.max_sequences >= 1 && limits.max_sequences <= limits.max_batch_tokens);
}

void Scheduler::add(Sequence* sequence) { waiting_.push_back(sequence); }

void Scheduler::remove(Sequence* sequence) {
  give_up_pages(*sequence);
  std::erase(running_, sequence);
  std::erase(waiting_, sequence);
}

std::vector<Chunk> Scheduler::next() {
  std::vector<Chunk> chunks;
  int64_t budget = limits_.max_batch_tokens;
  const int64_t before = running();
  decode(chunks, budget);
  // Who has just given up its pages would only take them back.
  if (running() == before) admit();
  prefill(chunks, budget);
  return chunks;
}

int64_t Scheduler::pages_for(int64_t tokens) const {
  return (tokens + limits_.page_tokens - 1) / limits_.page_tokens;
}

bool Scheduler::take_pages(Sequence& sequence, int64_t tokens) {
  const int64_t missing = pages_for(tokens) - static_cast<int64_t>(sequence.pages.size());
  if (missing > pool_.free()) return false;
  for (int64_t i = 0; i < missing; ++i) sequence.pages.push_back(*pool_.take());
  return true;
}

void Scheduler::give_up_pages(Sequence& sequence) {
  for (const int32_t page : sequence.pages) pool_.release(page);
  sequence.pages.clear();
  sequence.computed = 0;
  sequence.named_pages = 0;
  sequence.last_name = PagePool::kNothingBefore;
}

std::span<const int32_t> Scheduler::page_of(const Sequence& sequence, int64_t index) const {
  return std::span(sequence.tokens).subspan(index * limits_.page_tokens, limits_.page_tokens);
}

void Scheduler::find_prefix(Sequence& sequence) {
  if (limits_.reuse == PrefixReuse::off) return;
  // The last token is always computed: its logits are wanted.
  const int64_t whole = (sequence.size() - 1) / limits_.page_tokens;
  for (int64_t i = 0; i < whole; ++i) {
    const auto known = pool_.find(sequence.last_name, page_of(sequence, i));
    if (!known) break;
    sequence.pages.push_back(known->page);
    sequence.last_name = known->name;
    ++sequence.named_pages;
  }
  sequence.computed = sequence.named_pages * limits_.page_tokens;
}

void Scheduler::advance(const Chunk& chunk) {
  Sequence& sequence = *chunk.sequence;
  sequence.computed += chunk.count;
  if (limits_.reuse == PrefixReuse::off) return;
  const int64_t whole = sequence.computed / limits_.page_tokens;
  for (int64_t& i = sequence.named_pages; i < whole; ++i)
    sequence.last_name = pool_.name(sequence.pages[i], sequence.last_name, page_of(sequence, i));
}

void Scheduler::preempt_youngest() {
  Sequence* youngest = running_.back();
  running_.pop_back();
  give_up_pages(*youngest);
  ++youngest->preemptions;
  waiting_.push_front(youngest);
}

void Scheduler::decode(std::vector<Chunk>& chunks, int64_t& budget) {
  for (size_t i = 0; i < running_.size(); ++i) {
    Sequence* sequence = running_[i];
    if (sequence->uncomputed() != 1) continue;
    // The victims are younger than the sequence, or the sequence itself: none has a chunk yet.
    while (i < running_.size() && !take_pages(*sequence, sequence->size())) preempt_youngest();
    if (i == running_.size()) break;
    chunks.push_back({sequence, sequence->computed, 1});
    --budget;
  }
}

void Scheduler::prefill(std::vector<Chunk>& chunks, int64_t& budget) {
  for (Sequence* sequence : running_) {
    if (budget == 0) break;
    const bool decoding = std::any_of(chunks.begin(), chunks.end(),
                                      [&](const Chunk& c) { return c.sequence == sequence; });
    if (decoding) continue;
    const int64_t count = std::min(sequence->uncomputed(), budget);
    if (count == 0) continue;
    chunks.push_back({sequence, sequence->computed, count});
    budget -= count;
  }
}

void Scheduler::admit() {
  while (!waiting_.empty() && running() < limits_.max_sequences) {
    Sequence* sequence = waiting_.front();
    // One page for each that runs already, so that an admission is not undone in the next step.
    const int64_t headroom = running();
    find_prefix(*sequence);
    const int64_t found = static_cast<int64_t>(sequence->pages.size());
    if (pages_for(sequence->size()) - found + headroom > pool_.free())
      return give_up_pages(*sequence);
    CHECK(take_pages(*sequence, sequence->size()));
    if (sequence->preemptions == 0) sequence->reused = sequence->computed;
    waiting_.pop_front();
    running_.push_back(sequence);
  }
}

}  // namespace swivel
