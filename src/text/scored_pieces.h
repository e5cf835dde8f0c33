// Merges of a SentencePiece BPE vocabulary, which has scores and no list of merges: two parts merge
// if together they are a piece; the higher score goes first, the leftmost of equals.
// Internal to text/.
#pragma once

#include <span>

#include "base/result.h"
#include "text/draft.h"

namespace swivel::text {

// Fills in draft.merges and draft.pieces from the words of the draft (all its tokens, less those
// excluded). scores[id]. REQUIRES: close_model was called. bad_input for a score that is no number,
// fewer scores than tokens, or a word too long to be one.
Status add_scored_merges(std::span<const float> scores, Draft& draft);

}  // namespace swivel::text
