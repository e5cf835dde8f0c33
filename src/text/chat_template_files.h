// Where a model keeps its chat templates and the special tokens that they read.
//
// A folder: chat_template.jinja and additional_chat_templates/NAME.jinja; where there is none of
// these, tokenizer_config.json's chat_template (a string, or a list of {name, template}); where
// that has none either, chat_template.json. A GGUF: tokenizer.chat_template and
// tokenizer.chat_template.NAME. A .jinja file: itself, as "default".
#pragma once

#include <filesystem>

#include "base/result.h"
#include "formats/json.h"
#include "text/chat_template.h"

namespace swivel {

namespace gguf {
class File;
}

struct ChatTemplateFiles {
  ChatTemplates templates;      // empty where the model has none: a base model
  json::Object special_tokens;  // "bos_token": "<s>", …; for ChatTemplate::Inputs
};

// not_found where the folder is missing; bad_input where a file in it is malformed.
Result<ChatTemplateFiles> chat_template_files(const std::filesystem::path& folder);
Result<ChatTemplateFiles> chat_template_files(const gguf::File& file);
// One .jinja file; no special tokens.
Result<ChatTemplateFiles> chat_template_file(const std::filesystem::path& jinja);

}  // namespace swivel
