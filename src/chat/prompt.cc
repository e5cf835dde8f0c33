#include "chat/prompt.h"

#include "text/chat_template.h"

namespace swivel {

Result<Prompt> make_prompt(const library::LoadedModel& model, const PromptInputs& inputs) {
  TRY(check_messages(inputs.messages));
  if (model.chat.templates.empty())
    return fail(ErrorCode::bad_input,
                "{} has no chat template: it continues texts (--raw) and does not answer",
                model.located.name);
  const auto tools =
      inputs.tools.is_null() ? ChatTemplates::Tools::none : ChatTemplates::Tools::given;
  const ChatTemplate chosen = TRY(model.chat.templates.choose(inputs.template_name, tools));
  ChatTemplate::Inputs variables;
  variables.messages = inputs.messages;
  variables.tools = inputs.tools;
  variables.special_tokens = model.chat.special_tokens;
  variables.arguments = inputs.template_arguments;
  variables.now = inputs.now;
  variables.utc_offset = inputs.utc_offset;
  Prompt prompt;
  prompt.text = TRY(chosen.render(variables));
  prompt.ids =
      model.tokenizer.encode(prompt.text, Tokenizer::Specials::parse, Tokenizer::Affixes::none);
  prompt.reasoning = reasoning_markers(model.model.description.reasoning, chosen.source());
  if (prompt.reasoning && opens_reasoning(prompt.text, *prompt.reasoning))
    prompt.starts_in = AnswerPart::reasoning;
  return prompt;
}

Prompt make_raw_prompt(const library::LoadedModel& model, std::string text) {
  Prompt prompt;
  prompt.ids =
      model.tokenizer.encode(text, Tokenizer::Specials::parse, Tokenizer::Affixes::as_model);
  prompt.text = std::move(text);
  return prompt;
}

}  // namespace swivel
