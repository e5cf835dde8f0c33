#include "ops/attention.h"

#include "base/check.h"
#include "ops/parallel.h"

namespace swivel::ops {
namespace {

kernels::KvGeometry geometry_of(const KvPages& kv) {
  return kernels::kv_geometry(kv.type, kv.num_kv_heads, kv.head_dim, kv.value_dim);
}

void check(const KvPages& kv, const kernels::KvGeometry& geometry, const KvSpan& span,
           int64_t rows) {
  CHECK(span.first_row >= 0 && span.rows >= 0 && span.first_row + span.rows <= rows);
  CHECK(span.start >= 0);
  CHECK(static_cast<int64_t>(span.pages.size()) * kKvPageTokens >= span.start + span.rows);
  const int64_t pages = static_cast<int64_t>(kv.memory.size()) / geometry.page_bytes;
  for (int64_t p = 0; p * kKvPageTokens < span.start + span.rows; ++p) {
    const int32_t page = span.pages[static_cast<size_t>(p)];
    CHECK(page >= 0 && page < pages);
  }
}

// Some consecutive rows of one span that one kv head serves, and some of that head's query heads.
struct Task {
  const KvSpan* span;
  int64_t row_begin;  // within the span
  int64_t row_end;
  int32_t kv_head;
  int32_t head_begin;
  int32_t head_end;
};

// How the (row, query head) pairs of one kv head are cut into calls of the kernel.
struct Tiling {
  int64_t rows;   // of a task
  int32_t heads;  // of a task
};

Tiling tiling(int32_t group) {
  if (group >= kernels::kMaxAttentionQueries) return {1, kernels::kMaxAttentionQueries};
  return {kernels::kMaxAttentionQueries / group, group};
}

int64_t count_tasks(const KvPages& kv, std::span<const KvSpan> spans, int32_t group) {
  const Tiling tile = tiling(group);
  int64_t count = 0;
  for (const KvSpan& span : spans)
    count += ceil_div(span.rows, tile.rows) * ceil_div(group, tile.heads) * kv.num_kv_heads;
  return count;
}

void fill_tasks(const KvPages& kv, std::span<const KvSpan> spans, int32_t group, Task* tasks) {
  const Tiling tile = tiling(group);
  for (const KvSpan& span : spans) {
    for (int64_t row = 0; row < span.rows; row += tile.rows) {
      for (int32_t kv_head = 0; kv_head < kv.num_kv_heads; ++kv_head) {
        for (int32_t head = 0; head < group; head += tile.heads) {
          *tasks++ = {.span = &span,
                      .row_begin = row,
                      .row_end = std::min(row + tile.rows, span.rows),
                      .kv_head = kv_head,
                      .head_begin = kv_head * group + head,
                      .head_end = kv_head * group + std::min(head + tile.heads, group)};
        }
      }
    }
  }
}

struct Call {
  const Tensor& out;
  const Tensor& q;
  const KvPages& kv;
  const kernels::KvGeometry& geometry;
  const Attention& attention;
};

void attend(const Run& run, const Call& call, const Task& task, float* scratch) {
  kernels::AttentionQuery queries[kernels::kMaxAttentionQueries];
  int32_t count = 0;
  for (int64_t r = task.row_begin; r < task.row_end; ++r) {
    const int64_t row = task.span->first_row + r;
    const int64_t end = task.span->start + r + 1;
    const int64_t window = call.attention.window;
    for (int32_t head = task.head_begin; head < task.head_end; ++head) {
      queries[count++] = {.q = call.q.row(row) + int64_t{head} * call.kv.head_dim,
                          .out = call.out.row(row) + int64_t{head} * call.kv.value_dim,
                          .begin = window == 0 ? 0 : std::max<int64_t>(0, end - window),
                          .end = end};
    }
  }
  run.kernels.attention({.geometry = call.geometry,
                         .memory = call.kv.memory.data() + task.kv_head * call.geometry.head_bytes,
                         .pages = task.span->pages.data(),
                         .scale = call.attention.scale,
                         .queries = queries,
                         .count = count,
                         .scratch = scratch});
}

}  // namespace

int64_t kv_page_bytes(const KvPages& kv) { return geometry_of(kv).page_bytes; }

void write_kv(const Run& run, const KvPages& kv, std::span<const KvSpan> spans, const Tensor& k,
              const Tensor& v) {
  const kernels::KvGeometry geometry = geometry_of(kv);
  CHECK(k.cols() == int64_t{kv.num_kv_heads} * kv.head_dim);
  CHECK(v.cols() == int64_t{kv.num_kv_heads} * kv.value_dim && v.rows() == k.rows());
  for (const KvSpan& span : spans) {
    check(kv, geometry, span, k.rows());
    for_rows(run, span.rows, k.cols() + v.cols(), [&](int64_t begin, int64_t end) {
      for (int64_t r = begin; r < end; ++r) {
        const int64_t token = span.start + r;
        const int32_t page = span.pages[static_cast<size_t>(token / kKvPageTokens)];
        for (int32_t head = 0; head < kv.num_kv_heads; ++head) {
          run.kernels.write_kv(
              geometry, kv.memory.data() + page * geometry.page_bytes + head * geometry.head_bytes,
              static_cast<int32_t>(token % kKvPageTokens),
              k.row(span.first_row + r) + int64_t{head} * kv.head_dim,
              v.row(span.first_row + r) + int64_t{head} * kv.value_dim);
        }
      }
    });
  }
}

void attention(const Run& run, Tensor out, const Tensor& q, const KvPages& kv,
               std::span<const KvSpan> spans, const Attention& attention) {
  const kernels::KvGeometry geometry = geometry_of(kv);
  CHECK(kv.num_kv_heads > 0 && attention.num_heads % kv.num_kv_heads == 0);
  CHECK(q.cols() == int64_t{attention.num_heads} * kv.head_dim);
  CHECK(out.cols() == int64_t{attention.num_heads} * kv.value_dim && out.rows() == q.rows());
  CHECK(attention.window >= 0);
  for (const KvSpan& span : spans) check(kv, geometry, span, q.rows());

  Scratch::Mark mark(run.scratch);
  const int32_t group = attention.num_heads / kv.num_kv_heads;
  const int64_t count = count_tasks(kv, spans, group);
  Task* tasks = run.scratch.take_array<Task>(static_cast<size_t>(count));
  fill_tasks(kv, spans, group, tasks);
  const int64_t floats = (kernels::attention_scratch_floats(geometry) + 15) / 16 * 16;
  float* scratch = run.scratch.take_array<float>(static_cast<size_t>(floats * run.threads.size()));
  const Call call = {out, q, kv, geometry, attention};
  auto work = [&](int64_t task, int thread) {
    attend(run, call, tasks[task], scratch + thread * floats);
  };
  run.threads.parallel_for(count, std::ref(work));
}

}  // namespace swivel::ops
