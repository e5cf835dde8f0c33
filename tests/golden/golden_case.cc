#include "golden_case.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <numeric>

#include <gtest/gtest.h>

#include "base/check.h"
#include "base/mapped_file.h"
#include "kernels/choose.h"

namespace swivel::golden {
namespace {

namespace fs = std::filesystem;

constexpr int kSequences = 4;
constexpr int kPagesEach = 4;

fs::path folder_of(const std::string& family) {
  return fs::path(SWIVEL_SOURCE_DIR) / "tests" / "golden" / family;
}

template <class T>
T value_of(Result<T> result) {
  if (!result) ADD_FAILURE() << result.error().message;
  CHECK(result.has_value());
  return std::move(*result);
}

std::vector<int32_t> integers(const json::Value& list) {
  std::vector<int32_t> numbers;
  for (const json::Value& item : list.as_array())
    numbers.push_back(static_cast<int32_t>(item.as_integer()));
  return numbers;
}

}  // namespace

const Case& Goldens::named(std::string_view name) const {
  for (const Case& test_case : cases)
    if (test_case.name == name) return test_case;
  CHECK(false);
  return cases.front();
}

std::span<const float> Goldens::row(const std::string& tensor, int64_t index) const {
  const safetensors::Entry* entry = expected->find(tensor);
  CHECK(entry != nullptr && entry->dtype == "F32");
  const int64_t cols = entry->shape.back();
  return {reinterpret_cast<const float*>(entry->data.data()) + index * cols,
          static_cast<size_t>(cols)};
}

std::vector<std::string> golden_families() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder_of("")))
    if (fs::exists(entry.path() / "cases.json")) names.push_back(entry.path().filename());
  std::ranges::sort(names);
  return names;
}

Goldens read_goldens(const std::string& family) {
  Goldens goldens;
  goldens.family = family;
  const json::Value document = value_of(json::parse_file(folder_of(family) / "cases.json"));
  goldens.tokens = integers(*document.find("tokens"));
  for (const json::Value& item : document.find("cases")->as_array()) {
    Case test_case{item.find("name")->as_string(),
                   item.find("weights")->as_string(),
                   *item.find("config"),
                   {}};
    for (const json::Value& run : item.find("runs")->as_array())
      test_case.runs.push_back(
          {static_cast<int32_t>(run.find("length")->as_integer()), integers(*run.find("rows"))});
    goldens.cases.push_back(std::move(test_case));
  }
  goldens.expected = std::make_shared<const safetensors::File>(
      value_of(safetensors::File::open(folder_of(family) / "expected.safetensors")));
  return goldens;
}

ModelSource source_of(const Goldens& goldens, const Case& test_case) {
  auto file = std::make_shared<const safetensors::File>(
      value_of(safetensors::File::open(folder_of(goldens.family) / test_case.weights)));
  ModelSource source;
  source.name = goldens.family + "/" + test_case.name;
  source.facts_name = "config.json";
  source.facts = test_case.config;
  source.files.push_back({test_case.weights, value_of(file->tensors()), {}, file});
  return source;
}

// A family's own file beside its cases, or the program's.
FamilySpec family_of(const Goldens& goldens) {
  fs::path path = folder_of(goldens.family) / "family.toml";
  if (!fs::exists(path))
    path = fs::path(SWIVEL_SOURCE_DIR) / "families" / (goldens.family + ".toml");
  return value_of(read_family_file(path));
}

Runner::Runner(Model model, const kernels::Table& kernels, int threads, ops::KvType type)
    : model_(std::move(model)),
      threads_(threads),
      workspace_(kernels, threads_),
      kv_(value_of(KvStore::create(model_.config, type, kSequences * kPagesEach))) {}

std::vector<int32_t> Runner::pages_for(int64_t sequence) const {
  std::vector<int32_t> pages;
  for (int i = 0; i < kPagesEach; ++i)
    pages.push_back(
        static_cast<int32_t>(kSequences * kPagesEach - 1 - (i * kSequences + sequence)));
  return pages;
}

void Runner::step(const Batch& batch, float* logits) {
  const Status status = validate(batch, model_.config, kv_);
  if (!status) ADD_FAILURE() << status.error().message;
  forward(model_, batch, kv_, workspace_,
          Tensor{logits, {static_cast<int64_t>(batch.logit_rows.size()), vocab_size()}});
}

std::vector<float> Runner::logits(std::span<const int32_t> tokens, int32_t chunk) {
  const auto total = static_cast<int32_t>(tokens.size());
  std::vector<float> out(total * vocab_size());
  const std::vector<int32_t> pages = pages_for(0);
  for (int32_t start = 0; start < total; start += std::min(chunk, total - start)) {
    Batch batch;
    append(batch, tokens.subspan(start, std::min(chunk, total - start)), start, total, pages,
           LogitRows::all);
    step(batch, out.data() + start * vocab_size());
  }
  return out;
}

std::vector<float> Runner::decode(std::span<const int32_t> tokens) {
  std::vector<float> out(tokens.size() * vocab_size());
  const std::vector<int32_t> pages = pages_for(1);
  for (int32_t i = 0; i < static_cast<int32_t>(tokens.size()); ++i) {
    Batch batch;
    append(batch, tokens.subspan(i, 1), i, i + 1, pages, LogitRows::last);
    step(batch, out.data() + i * vocab_size());
  }
  return out;
}

std::vector<float> Runner::together(std::span<const std::vector<int32_t>> prompts) {
  CHECK(prompts.size() <= kSequences);
  std::vector<std::vector<int32_t>> pages;
  for (size_t i = 0; i < prompts.size(); ++i) pages.push_back(pages_for(static_cast<int64_t>(i)));
  Batch batch;
  for (size_t i = 0; i < prompts.size(); ++i)
    append(batch, prompts[i], 0, static_cast<int32_t>(prompts[i].size()), pages[i], LogitRows::all);
  std::vector<float> out(batch.rows() * vocab_size());
  step(batch, out.data());
  return out;
}

std::vector<Arithmetic> arithmetics() {
  std::vector<Arithmetic> list = {{&kernels::reference_table(), 1e-4}};
  for (const char* name : {"avx2", "avx512"})
    if (const kernels::Table* table = kernels::table_named(name)) list.push_back({table, 2e-3});
  return list;
}

double largest_difference(const Goldens& goldens, const Case& test_case, Runner& runner) {
  double largest = 0;
  for (const Run& run : test_case.runs) {
    const auto prompt = std::span(goldens.tokens).first(run.length);
    const std::vector<float> logits = runner.logits(prompt);
    const std::string tensor = fmt::format("{}/{}/logits", test_case.name, run.length);
    for (size_t i = 0; i < run.rows.size(); ++i) {
      const auto expected = goldens.row(tensor, static_cast<int64_t>(i));
      for (int64_t j = 0; j < runner.vocab_size(); ++j) {
        const double difference =
            std::abs(double{logits[run.rows[i] * runner.vocab_size() + j]} - double{expected[j]});
        if (!std::isfinite(difference)) return std::numeric_limits<double>::infinity();
        largest = std::max(largest, difference);
      }
    }
  }
  return largest;
}

}  // namespace swivel::golden
