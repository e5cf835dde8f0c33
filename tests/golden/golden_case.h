// The goldens of a family (scripts/goldens/make_family_goldens.py): cases, and running them.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/thread_pool.h"
#include "formats/safetensors.h"
#include "model/families.h"
#include "model/forward.h"

namespace swivel::golden {

struct Run {
  int32_t length = 0;         // of the prompt
  std::vector<int32_t> rows;  // whose logits are expected
};

struct Case {
  std::string name;
  std::string weights;  // a file of the family's folder
  json::Value config;
  std::vector<Run> runs;
};

struct Goldens {
  std::string family;
  std::vector<int32_t> tokens;
  std::vector<Case> cases;
  std::shared_ptr<const safetensors::File> expected;

  const Case& named(std::string_view name) const;
  // Row `index` of "CASE/LENGTH/logits", or of any other expected tensor.
  std::span<const float> row(const std::string& tensor, int64_t index) const;
  bool has(const std::string& tensor) const { return expected->find(tensor) != nullptr; }
};

// The families that have goldens: the folders of tests/golden with a cases.json.
std::vector<std::string> golden_families();
Goldens read_goldens(const std::string& family);

// A case as a checkpoint of Hugging Face's form.
ModelSource source_of(const Goldens& goldens, const Case& test_case);
FamilySpec family_of(const Goldens& goldens);

// A model with all it needs to run. Pages are handed out in an order that is not the natural one.
class Runner {
 public:
  Runner(Model model, const kernels::Table& kernels, int threads = 2,
         ops::KvType type = ops::KvType::f32);

  // Logits [tokens.size(), vocab_size] of the whole prompt in chunks of at most `chunk` tokens.
  std::vector<float> logits(std::span<const int32_t> tokens, int32_t chunk = INT32_MAX);
  // Each token as a step of its own, as a decoding engine does it.
  std::vector<float> decode(std::span<const int32_t> tokens);
  // Several prompts in one batch: the logits of each one's rows, one after another.
  std::vector<float> together(std::span<const std::vector<int32_t>> prompts);

  int64_t vocab_size() const { return model_.config.vocab_size; }
  Workspace& workspace() { return workspace_; }
  const Model& model() const { return model_; }

 private:
  std::vector<int32_t> pages_for(int64_t sequence) const;
  void step(const Batch& batch, float* logits);

  Model model_;
  ThreadPool threads_;
  Workspace workspace_;
  KvStore kv_;
};

// The kernel tables that this CPU can run, and the largest logit difference each may show.
struct Arithmetic {
  const kernels::Table* kernels;
  double bound;
};
std::vector<Arithmetic> arithmetics();

// The largest difference to the expected logits over all runs of the case. Infinite if a value is
// not finite.
double largest_difference(const Goldens& goldens, const Case& test_case, Runner& runner);

}  // namespace swivel::golden
