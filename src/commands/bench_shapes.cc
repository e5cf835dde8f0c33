// The shapes of published models, and models of that shape with random weights.
#include "commands/bench_shapes.h"

#include <cstring>

#include <fmt/ranges.h>

#include "formats/toml.h"

namespace swivel {
namespace {

// The formats that a quantisation gives to the kinds of tensors. `more` is for sensitive matrices
// of the first and last eighth of the layers and of every third between.
struct Recipe {
  std::string_view name;
  DType matrix;
  DType more;
  DType head;
};

constexpr Recipe kRecipes[] = {
    {"q4_k_m", DType::q4_k, DType::q6_k, DType::q6_k},
    {"q4_0", DType::q4_0, DType::q4_0, DType::q4_0},
    {"q8_0", DType::q8_0, DType::q8_0, DType::q8_0},
    {"bf16", DType::bf16, DType::bf16, DType::bf16},
    {"f32", DType::f32, DType::f32, DType::f32},
};

bool more_bits(int64_t layer, int64_t layers) {
  return layer < layers / 8 || layer >= 7 * layers / 8 || (layer - layers / 8) % 3 == 2;
}

DType format_of(const Recipe& recipe, std::string_view kind, int64_t layer, int64_t layers) {
  if (kind == "vector") return DType::f32;
  if (kind == "head") return recipe.head;
  return kind == "sensitive" && more_bits(layer, layers) ? recipe.more : recipe.matrix;
}

json::Value to_json(const toml::Value& value) {
  if (value.is_bool()) return value.as_bool();
  if (value.is_integer()) return value.as_integer();
  if (value.is_number()) return value.as_number();
  if (value.is_string()) return value.as_string();
  if (value.is_array()) {
    json::Array array;
    for (const toml::Value& element : value.as_array()) array.push_back(to_json(element));
    return array;
  }
  json::Object object;
  for (const toml::Member& member : value.as_table())
    object.emplace_back(member.key, to_json(member.value));
  return object;
}

const toml::Value& shapes() {
  static const toml::Value parsed = [] {
    auto result = toml::parse(shapes_text(), "shapes");
    CHECK(result.has_value());
    return std::move(*result);
  }();
  return parsed.find("shape")->value;
}

const toml::Value& member(const toml::Value& table, std::string_view key) {
  const toml::Member* found = table.find(key);
  CHECK(found != nullptr);
  return found->value;
}

// Where the bytes of the tensors lie once there is memory for them.
struct Plan {
  std::vector<StoredTensor> tensors;
  std::vector<size_t> offsets;
  size_t bytes = 0;

  void add(std::string name, const toml::Array& facts, const Recipe& recipe, int64_t layer,
           int64_t layers) {
    std::vector<int64_t> extents;
    for (size_t i = 1; i < facts.size(); ++i) extents.push_back(facts[i].as_integer());
    const DType dtype = format_of(recipe, facts[0].as_string(), layer, layers);
    const Shape shape = *Shape::from(extents);
    offsets.push_back(bytes);
    const int64_t size = shape.elements() / info(dtype).block_elements * info(dtype).block_bytes;
    bytes += (static_cast<size_t>(size) + 63) / 64 * 64;
    tensors.push_back({std::move(name), dtype, shape, {}});
  }
};

// A small, fast generator (Vigna's splitmix64): a gigabyte of it takes a second.
struct Random {
  uint64_t state;
  uint64_t next() {
    uint64_t z = state += 0x9E3779B97F4A7C15U;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9U;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBU;
    return z ^ (z >> 31);
  }
};

// Half floats that give random integers of a format a spread of about 0.02 around zero: d, then
// dmin (7.5 d, the middle of 0 to 15; 15.5 d for five bits).
struct BlockScales {
  int d_at;
  uint16_t d;
  int dmin_at;
  uint16_t dmin;
};

BlockScales scales_of(DType dtype) {
  switch (dtype) {
    case DType::q4_0:
      return {0, 0x1D00, -1, 0};  // 0.0049
    case DType::q8_0:
      return {0, 0x0C6E, -1, 0};  // 0.00027
    case DType::q4_k:
      return {0, 0x068E, 2, 0x124C};  // 0.0001, 0.00077
    case DType::q5_k:
      return {0, 0x0347, 2, 0x12C0};  // 0.00005, 0.00082
    default:
      return {208, 0x0100, -1, 0};  // 0.000015
  }
}

void fill_quantised(const StoredTensor& tensor, std::byte* data, Random random) {
  const size_t size = tensor.data.size();
  for (size_t at = 0; at + 8 <= size; at += 8) {
    const uint64_t eight = random.next();
    std::memcpy(data + at, &eight, 8);
  }
  const BlockScales scales = scales_of(tensor.dtype);
  const auto block = static_cast<size_t>(info(tensor.dtype).block_bytes);
  for (size_t at = 0; at < size; at += block) {
    std::memcpy(data + at + scales.d_at, &scales.d, 2);
    if (scales.dmin_at >= 0) std::memcpy(data + at + scales.dmin_at, &scales.dmin, 2);
  }
}

// Vectors (norm weights and biases alike) near 1, matrices uniform within 0.035.
void fill_plain(const StoredTensor& tensor, std::byte* data, Random random) {
  const bool vector = tensor.shape.rank() == 1;
  const int64_t count = tensor.shape.elements();
  for (int64_t i = 0; i < count; ++i) {
    const float unit = static_cast<float>(random.next() >> 40) * 0x1p-23F - 1;
    const float value = vector ? 1 + 0.1F * unit : 0.035F * unit;
    if (tensor.dtype == DType::f32) {
      std::memcpy(data + 4 * i, &value, 4);
    } else {
      std::memcpy(data + 2 * i, reinterpret_cast<const char*>(&value) + 2, 2);
    }
  }
}

Result<const Recipe*> find_recipe(std::string_view name) {
  std::vector<std::string_view> names;
  for (const Recipe& recipe : kRecipes) {
    if (recipe.name == name) return &recipe;
    names.push_back(recipe.name);
  }
  return fail(ErrorCode::bad_input, "--quant {}: expected one of {}", name, fmt::join(names, ", "));
}

Result<const toml::Value*> find_shape(std::string_view name) {
  std::vector<std::string_view> names;
  for (const toml::Value& shape : shapes().as_array()) {
    names.push_back(member(shape, "name").as_string());
    if (names.back() == name) return &shape;
  }
  return fail(ErrorCode::bad_input, "--shape {}: expected one of {}", name, fmt::join(names, ", "));
}

Plan plan_of(const toml::Value& shape, const Recipe& recipe) {
  const int64_t layers = member(member(shape, "config"), "num_hidden_layers").as_integer();
  Plan plan;
  for (const toml::Member& tensor : member(shape, "tensors").as_table())
    plan.add(tensor.key, tensor.value.as_array(), recipe, 0, layers);
  for (int64_t layer = 0; layer < layers; ++layer) {
    for (const toml::Member& tensor : member(shape, "layer_tensors").as_table()) {
      plan.add(fmt::format(fmt::runtime(tensor.key), fmt::arg("i", layer)), tensor.value.as_array(),
               recipe, layer, layers);
    }
  }
  return plan;
}

}  // namespace

std::vector<std::string> shape_names() {
  std::vector<std::string> names;
  for (const toml::Value& shape : shapes().as_array())
    names.push_back(member(shape, "name").as_string());
  return names;
}

std::vector<std::string> quant_names() {
  std::vector<std::string> names;
  for (const Recipe& recipe : kRecipes) names.emplace_back(recipe.name);
  return names;
}

Result<ModelSource> random_model(std::string_view shape_name, std::string_view quant,
                                 ThreadPool& threads) {
  const toml::Value* shape = TRY(find_shape(shape_name));
  const Recipe* recipe = TRY(find_recipe(quant));
  Plan plan = plan_of(*shape, *recipe);
  std::optional<Buffer> buffer = Buffer::allocate(plan.bytes);
  if (!buffer.has_value()) {
    return fail(ErrorCode::out_of_memory, "{} in {} takes {} bytes, which the system does not have",
                shape_name, quant, plan.bytes);
  }
  const auto memory = std::make_shared<const Buffer>(std::move(*buffer));
  auto work = [&](int64_t i, int) {
    StoredTensor& tensor = plan.tensors[i];
    const DTypeInfo& format = info(tensor.dtype);
    const int64_t size = tensor.shape.elements() / format.block_elements * format.block_bytes;
    std::byte* data = memory->data() + plan.offsets[i];
    tensor.data = {data, static_cast<size_t>(size)};
    const Random random = {static_cast<uint64_t>(i) << 32};
    if (is_quantised(tensor.dtype)) {
      fill_quantised(tensor, data, random);
    } else {
      fill_plain(tensor, data, random);
    }
  };
  threads.parallel_for(static_cast<int64_t>(plan.tensors.size()), work);
  ModelSource source;
  source.name = fmt::format("{} ({}, random)", shape_name, quant);
  source.facts_name = fmt::format("shape {}", shape_name);
  source.facts = to_json(member(*shape, "config"));
  source.files.push_back({source.name, std::move(plan.tensors), {}, memory});
  return source;
}

}  // namespace swivel
