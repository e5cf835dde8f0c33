// Models of a published shape with random weights, for `swivel bench --shape`.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/check.h"
#include "base/thread_pool.h"
#include "model/model.h"
#include "tensor/buffer.h"

namespace swivel {

// The shapes as TOML (bench_shape_data.cc).
std::string_view shapes_text();

std::vector<std::string> shape_names();
std::vector<std::string> quant_names();

// The same bytes in every process. ERRORS: bad_input for a name that there is not; out_of_memory.
Result<ModelSource> random_model(std::string_view shape, std::string_view quant,
                                 ThreadPool& threads);

}  // namespace swivel
