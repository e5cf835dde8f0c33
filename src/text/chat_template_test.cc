#include "text/chat_template.h"

#include <filesystem>
#include <fstream>

#include <gtest/gtest.h>

#include "text/chat_template_files.h"

namespace swivel {
namespace {

namespace fs = std::filesystem;

class ChatTemplateFolder : public testing::Test {
 protected:
  void SetUp() override {
    folder_ =
        fs::temp_directory_path() / (std::string("chat_template_") +
                                     testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(folder_);
    fs::create_directories(folder_ / "additional_chat_templates");
  }
  void TearDown() override { fs::remove_all(folder_); }

  void write(const std::string& name, std::string_view text) {
    std::ofstream(folder_ / name, std::ios::binary) << text;
  }

  std::string prompt(std::optional<std::string_view> name, ChatTemplates::Tools tools) {
    auto files = chat_template_files(folder_);
    if (!files.has_value()) return files.error().message;
    auto chosen = files->templates.choose(name, tools);
    if (!chosen.has_value()) return chosen.error().message;
    ChatTemplate::Inputs inputs;
    inputs.messages = json::Array{json::Object{{"role", "user"}, {"content", "x"}}};
    inputs.special_tokens = files->special_tokens;
    return chosen->render(inputs).value_or("error");
  }

  fs::path folder_;
};

using Tools = ChatTemplates::Tools;

TEST_F(ChatTemplateFolder, AListOfTemplatesIsChosenFromByToolsOrName) {
  write("tokenizer_config.json", R"({"chat_template": [
      {"name": "default", "template": "plain {{ bos_token }}{{ eos_token }}"},
      {"name": "tool_use", "template": "tools"}, {"name": "rag", "template": "{{ broken"}],
      "bos_token": {"content": "<s>"}, "add_bos_token": true})");
  write("special_tokens_map.json", R"({"bos_token": "other", "eos_token": "</s>"})");
  EXPECT_EQ(prompt(std::nullopt, Tools::none), "plain <s></s>");
  EXPECT_EQ(prompt(std::nullopt, Tools::given), "tools");
  EXPECT_EQ(prompt("default", Tools::given), "plain <s></s>");
  EXPECT_EQ(prompt("rag", Tools::none),
            (folder_ / "tokenizer_config.json").string() +
                " rag: line 1: expected '}}', got the end of the template");
  EXPECT_EQ(prompt("x", Tools::none),
            "the model has no chat template 'x'; it has default, tool_use, rag");
}

TEST_F(ChatTemplateFolder, TemplateFilesComeBeforeTheConfig) {
  write("tokenizer_config.json", R"({"chat_template": "config"})");
  EXPECT_EQ(prompt(std::nullopt, Tools::given), "config");
  write("chat_template.jinja", "file\n");
  write("additional_chat_templates/tool_use.jinja", "file with tools");
  EXPECT_EQ(prompt(std::nullopt, Tools::none), "file");
  EXPECT_EQ(prompt(std::nullopt, Tools::given), "file with tools");
}

TEST_F(ChatTemplateFolder, ABaseModelHasNoTemplate) {
  EXPECT_EQ(prompt(std::nullopt, Tools::none), "the model has no chat template");
}

TEST_F(ChatTemplateFolder, AMalformedConfigIsAnError) {
  write("tokenizer_config.json", R"({"chat_template": 5})");
  EXPECT_EQ(prompt(std::nullopt, Tools::none),
            (folder_ / "tokenizer_config.json").string() +
                ": chat_template is neither a string nor a list of name and template");
}

TEST(ChatTemplate, ArgumentsWinOverSpecialTokensAndCannotBeMessages) {
  ChatTemplate compiled = ChatTemplate::compile("{{ bos_token }}{{ flag }}", "t").value();
  ChatTemplate::Inputs inputs;
  inputs.messages = json::Array{json::Object{{"role", "user"}}};
  inputs.special_tokens = json::Object{{"bos_token", "<s>"}};
  inputs.arguments = template_arguments({"bos_token=[]", "flag=false"}).value();
  EXPECT_EQ(compiled.render(inputs).value(), "[]False");
  inputs.arguments = template_arguments({"messages=1"}).value();
  EXPECT_EQ(compiled.render(inputs).error().message,
            "'messages' is not a template argument: it is given as such");
}

TEST(ChatTemplate, MessagesMustBeObjects) {
  ChatTemplate compiled = ChatTemplate::compile("x", "t").value();
  ChatTemplate::Inputs inputs;
  inputs.messages = json::Value("x");
  EXPECT_EQ(compiled.render(inputs).error().message, "messages is string, not an array");
  inputs.messages = json::Array{json::Value(1)};
  EXPECT_EQ(compiled.render(inputs).error().message, "message 1 is integer, not an object");
  inputs.messages = json::Array{json::Object{}};
  inputs.tools = json::Array{json::Value("f")};
  EXPECT_EQ(compiled.render(inputs).error().message, "tools is not an array of objects");
}

TEST(ChatTemplate, WhatTheTemplateDropsCannotBeContinued) {
  ChatTemplate::Inputs inputs;
  inputs.messages = json::Array{json::Object{{"role", "assistant"}, {"content", "abc"}}};
  inputs.generation_prompt = ChatTemplate::GenerationPrompt::none;
  inputs.continue_field = "content";
  ChatTemplate drops = ChatTemplate::compile("{{ messages[0].content[:2] }}", "t").value();
  EXPECT_EQ(drops.render(inputs).error().message,
            "the chat template leaves the end of the last message out of the prompt, so it cannot "
            "be continued");
  ChatTemplate blind = ChatTemplate::compile("x", "t").value();
  EXPECT_EQ(blind.render(inputs).error().message, "the chat template does not read 'content'");
  ChatTemplate keeps = ChatTemplate::compile("<{{ messages[0].content }}>", "t").value();
  EXPECT_EQ(keeps.render(inputs).value(), "<abc");
}

TEST(TemplateArguments, AreJsonOrElseText) {
  json::Object arguments = template_arguments({"a=1", "b=\"x\"", "c=plain text", "d="}).value();
  EXPECT_EQ(arguments[0].second, json::Value(1));
  EXPECT_EQ(arguments[1].second, json::Value("x"));
  EXPECT_EQ(arguments[2].second, json::Value("plain text"));
  EXPECT_EQ(arguments[3].second, json::Value(""));
  EXPECT_EQ(template_arguments({"nope"}).error().message,
            "a template argument is NAME=JSON, not 'nope'");
  EXPECT_EQ(template_arguments({"a=1", "a=2"}).error().message,
            "the template argument 'a' is given twice");
}

}  // namespace
}  // namespace swivel
