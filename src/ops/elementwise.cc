#include "ops/elementwise.h"

#include <cstring>

#include "base/check.h"
#include "ops/parallel.h"

namespace swivel::ops {

void embed(const Run& run, Tensor out, const Weight& table, std::span<const int32_t> ids) {
  CHECK(table.layout == WeightLayout::row_major);
  CHECK(out.rows() == static_cast<int64_t>(ids.size()) && out.cols() == table.cols);
  const auto dequantise = run.kernels.formats[static_cast<int>(format_of(table.dtype))].dequantise;
  const int64_t row_bytes =
      table.rows == 0 ? 0 : static_cast<int64_t>(table.data.size()) / table.rows;
  for_rows(run, out.rows(), out.cols(), [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      const int64_t id = ids[static_cast<size_t>(i)];
      CHECK(id >= 0 && id < table.rows);
      dequantise(table.data.data() + id * row_bytes, table.cols, out.row(i));
    }
  });
}

void gather_rows(const Run&, Tensor out, const Tensor& x, std::span<const int32_t> rows) {
  CHECK(out.rows() == static_cast<int64_t>(rows.size()) && out.cols() == x.cols());
  for (int64_t i = 0; i < out.rows(); ++i) {
    const int64_t row = rows[static_cast<size_t>(i)];
    CHECK(row >= 0 && row < x.rows());
    std::memcpy(out.row(i), x.row(row), static_cast<size_t>(x.cols()) * sizeof(float));
  }
}

void gated(const Run& run, Tensor out, const Tensor& gate, const Tensor& up,
           Activation activation) {
  CHECK(out.shape == gate.shape && gate.shape == up.shape);
  CHECK(activation == Activation::silu);
  // An exponential costs some four times what an element of other ops costs.
  for_rows(run, out.rows(), 4 * out.cols(), [&](int64_t begin, int64_t end) {
    run.kernels.silu_mul(gate.data + begin * gate.cols(), up.data + begin * up.cols(),
                         (end - begin) * out.cols(), out.data + begin * out.cols());
  });
}

void add(const Run& run, Tensor x, const Tensor& y) {
  CHECK(x.shape == y.shape);
  for_rows(run, x.rows(), x.cols(), [&](int64_t begin, int64_t end) {
    run.kernels.add(x.data + begin * x.cols(), y.data + begin * y.cols(), (end - begin) * x.cols());
  });
}

void scale(const Run& run, Tensor x, float factor) {
  for_rows(run, x.rows(), x.cols(), [&](int64_t begin, int64_t end) {
    run.kernels.scale(x.data + begin * x.cols(), factor, (end - begin) * x.cols());
  });
}

void scale_and_cap(const Run& run, Tensor logits, const LogitScaling& scaling) {
  if (scaling.scale != 1) scale(run, logits, scaling.scale);
  if (scaling.cap == 0) return;
  for_rows(run, logits.rows(), logits.cols(), [&](int64_t begin, int64_t end) {
    run.kernels.softcap(logits.data + begin * logits.cols(), scaling.cap,
                        (end - begin) * logits.cols());
  });
}

void softmax(const Run& run, Tensor x) {
  for_rows(run, x.rows(), x.cols(), [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) run.kernels.softmax(x.row(i), x.cols());
  });
}

int64_t argmax(const Run& run, std::span<const float> row) {
  CHECK(!row.empty());
  return run.kernels.argmax(row.data(), static_cast<int64_t>(row.size()));
}

}  // namespace swivel::ops
