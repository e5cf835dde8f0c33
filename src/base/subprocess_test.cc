#include "base/subprocess.h"

#include <gtest/gtest.h>

namespace swivel {
namespace {

TEST(Subprocess, GivesInputAndCollectsOutput) {
  const std::string input(1 << 20, 'x');
  auto result = run_subprocess({"cat"}, input);
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_EQ(result->exit_status, 0);
  EXPECT_EQ(result->output, input);
}

TEST(Subprocess, KeepsStatusAndErrorsApart) {
  auto result = run_subprocess({"sh", "-c", "echo out; echo err >&2; exit 7"}, "");
  ASSERT_TRUE(result);
  EXPECT_EQ(result->exit_status, 7);
  EXPECT_EQ(result->output, "out\n");
  EXPECT_EQ(result->errors, "err\n");
}

TEST(Subprocess, ReportsASignalAsAShellDoes) {
  auto result = run_subprocess({"sh", "-c", "kill -9 $$"}, "");
  ASSERT_TRUE(result);
  EXPECT_EQ(result->exit_status, 137);
}

TEST(Subprocess, SurvivesAProgramThatDoesNotReadItsInput) {
  auto result = run_subprocess({"true"}, std::string(1 << 22, 'x'));
  ASSERT_TRUE(result);
  EXPECT_EQ(result->exit_status, 0);
}

TEST(Subprocess, SaysWhatIsMissing) {
  auto result = run_subprocess({"no-such-program-anywhere"}, "");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().code, ErrorCode::not_found);
  EXPECT_EQ(result.error().message,
            "cannot start no-such-program-anywhere: No such file or directory");
}

TEST(Subprocess, EndsAProgramThatRunsTooLong) {
  SubprocessLimits limits;
  limits.timeout = std::chrono::seconds(1);
  auto result = run_subprocess({"sleep", "60"}, "", limits);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message, "sleep: no end after 1 s");
}

TEST(Subprocess, EndsAProgramThatSaysTooMuch) {
  SubprocessLimits limits;
  limits.max_output_bytes = 1000;
  auto result = run_subprocess({"yes"}, "", limits);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message, "yes: more than 1000 bytes of output");
}

}  // namespace
}  // namespace swivel
