// Workspace: what forward needs besides the model: the kernels, the threads, and the memory of the
// activations, which is kept from step to step. One for each loop that runs forward.
#pragma once

#include <functional>

#include "ops/run.h"
#include "tensor/scratch.h"
#include "tensor/tensor.h"

namespace swivel {

class Workspace {
 private:
  Scratch scratch_;

 public:
  // Both outlive the workspace.
  Workspace(const kernels::Table& kernels, ThreadPool& threads) : run{kernels, threads, scratch_} {}
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;

  const ops::Run run;

  // Called with the hidden state [rows, hidden_size] after the embedding (layer -1) and after each
  // layer. Does nothing unless a test sets it.
  std::function<void(int layer, const Tensor& x)> trace = [](int, const Tensor&) {};
};

}  // namespace swivel
