// A request in progress.
#pragma once

#include <chrono>
#include <cstdint>
#include <utility>
#include <vector>

#include "engine/page_pool.h"
#include "engine/request.h"
#include "sampling/sampler.h"

namespace swivel {

struct Sequence {
  using Clock = std::chrono::steady_clock;

  Sequence(SequenceId id, Request asked)
      : id(id), request(std::move(asked)), sampler(request.sampling), tokens(request.prompt) {
    sampler.add_prompt(request.prompt);
  }

  SequenceId id;
  Request request;
  Sampler sampler;
  std::vector<int32_t> tokens;  // prompt, then answer
  std::vector<int32_t> pages;   // cover at least `computed` positions
  int64_t computed = 0;         // keys and values of tokens [0, computed) are in the pages
  int64_t named_pages = 0;      // the first so many pages have been named or found
  PagePool::Name last_name = PagePool::kNothingBefore;  // of the last of these
  int64_t reused = 0;  // tokens of the prompt whose pages were found at the first admission
  int64_t preemptions = 0;
  Clock::time_point submitted = Clock::now();
  Clock::time_point started;      // first step that ran a part of it
  Clock::time_point first_token;  // first sampled token

  int64_t size() const { return static_cast<int64_t>(tokens.size()); }
  int64_t prompt_size() const { return static_cast<int64_t>(request.prompt.size()); }
  int64_t answer_size() const { return size() - prompt_size(); }
  int64_t uncomputed() const { return size() - computed; }
};

}  // namespace swivel
