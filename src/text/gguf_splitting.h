// How a GGUF's tokenizer.ggml.pre cuts text: the name stands for expressions and a few settings,
// which the file itself does not hold. The table is data, gguf_splitting.inc.
#pragma once

#include <array>
#include <span>
#include <string_view>

namespace swivel::text {

struct GgufSplitting {
  enum class WholeWords { merged, taken };
  enum class Bos { no, yes };  // where tokenizer.ggml.add_bos_token is missing
  enum class Form { as_is, nfc };

  std::string_view name;
  std::array<std::string_view, 6>
      expressions;  // applied one after the other; empty from the last on
  WholeWords whole_words = WholeWords::merged;
  Bos bos = Bos::no;
  Form form = Form::as_is;
};

// nullptr if the name is not known.
const GgufSplitting* find_gguf_splitting(std::string_view name);

std::span<const GgufSplitting> gguf_splittings();

}  // namespace swivel::text
