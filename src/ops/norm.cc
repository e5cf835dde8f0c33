#include "ops/norm.h"

#include "base/check.h"
#include "ops/parallel.h"

namespace swivel::ops {

void norm(const Run& run, Tensor out, const Tensor& x, std::span<const float> weight,
          const Norm& norm) {
  const auto group = static_cast<int64_t>(weight.size());
  CHECK(out.shape == x.shape);
  CHECK(group > 0 && x.cols() % group == 0);
  CHECK(norm.kind == Norm::Kind::rms);
  for_rows(run, x.elements() / group, group, [&](int64_t begin, int64_t end) {
    for (int64_t i = begin; i < end; ++i) {
      run.kernels.rms_norm(x.data + i * group, weight.data(), group, norm.eps,
                           out.data + i * group);
    }
  });
}

}  // namespace swivel::ops
