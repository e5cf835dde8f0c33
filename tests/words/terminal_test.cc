// The program with a person in front of it: a terminal of our own, keys sent, what it shows read.

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <string>
#include <thread>

#include <gtest/gtest.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using Clock = std::chrono::steady_clock;

// The first lines that come after what `seen` shows may take as long as loading a model does.
constexpr auto kPatience = std::chrono::seconds(60);
constexpr auto kReaction = std::chrono::milliseconds(200);

class Terminal {
 public:
  explicit Terminal(const std::string& arguments) {
    const std::string command = std::string("exec ") + std::getenv("SWIVEL") + " " + arguments;
    winsize size = {.ws_row = 40, .ws_col = 100, .ws_xpixel = 0, .ws_ypixel = 0};
    pid_ = ::forkpty(&terminal_, nullptr, nullptr, &size);
    if (pid_ != 0) return;
    ::setenv("TERM", "xterm", 1);
    ::setenv("SWIVEL_MODELS", SWIVEL_SOURCE_DIR "/models", 1);
    ::unsetenv("NO_COLOR");
    ::execl("/bin/sh", "sh", "-c", command.c_str(), nullptr);
    ::_exit(127);
  }

  ~Terminal() {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      ::waitpid(pid_, nullptr, 0);
    }
    ::close(terminal_);
  }

  // A person types after the prompt shows; the program has then set the terminal to single keys.
  void type(const std::string& keys) {
    std::this_thread::sleep_for(kReaction);
    ASSERT_EQ(::write(terminal_, keys.data(), keys.size()), static_cast<ssize_t>(keys.size()));
  }

  // Waits until `text` shows, and forgets everything up to it.
  testing::AssertionResult shows(const std::string& text) {
    const auto end = Clock::now() + kPatience;
    while (shown_.find(text) == std::string::npos)
      if (Clock::now() > end || !read_more())
        return testing::AssertionFailure() << "no '" << text << "' in: " << shown_;
    shown_.erase(0, shown_.find(text) + text.size());
    return testing::AssertionSuccess();
  }

  // Waits until so many bytes more have come.
  testing::AssertionResult grows(size_t bytes) {
    const size_t enough = shown_.size() + bytes;
    while (shown_.size() < enough)
      if (!read_more()) return testing::AssertionFailure() << "no more after: " << shown_;
    return testing::AssertionSuccess();
  }

  // 128 + SIGKILL if the program does not end by itself.
  int exit_code() {
    while (read_more()) {
    }
    int status = 0;
    std::this_thread::sleep_for(kReaction);
    ::kill(pid_, SIGKILL);  // Without effect where it has ended.
    ::waitpid(pid_, &status, 0);
    pid_ = -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

 private:
  // False at the end of the output or when nothing comes.
  bool read_more() {
    pollfd input = {terminal_, POLLIN, 0};
    if (::poll(&input, 1, 60000) <= 0) return false;
    char buffer[4096];
    const ssize_t count = ::read(terminal_, buffer, sizeof buffer);
    if (count <= 0) return false;
    shown_.append(buffer, static_cast<size_t>(count));
    return true;
  }

  pid_t pid_ = -1;
  int terminal_ = -1;
  std::string shown_;
};

class OnATerminal : public testing::Test {
 protected:
  void SetUp() override {
    if (std::getenv("SWIVEL") == nullptr) GTEST_SKIP() << "SWIVEL names no program";
  }
};

const std::string kInterrupt = "\x03", kEnd = "\x04";

TEST_F(OnATerminal, ChatObeysCommandsAndEndsWithCtrlD) {
  Terminal terminal("chat mini-llama3 --no-history");
  ASSERT_TRUE(terminal.shows("/help lists what you can do"));
  ASSERT_TRUE(terminal.shows(">>> "));
  terminal.type("/modl\r");
  ASSERT_TRUE(terminal.shows("did you mean '/model'?"));
  ASSERT_TRUE(terminal.shows(">>> "));
  terminal.type(kInterrupt);
  ASSERT_TRUE(terminal.shows("(Ctrl-D or /quit ends)"));
  ASSERT_TRUE(terminal.shows(">>> "));
  terminal.type(kEnd);
  EXPECT_EQ(terminal.exit_code(), 0);
}

TEST_F(OnATerminal, PastedLinesAreOneMessage) {
  const std::string saved = testing::TempDir() + "pasted.json";
  Terminal terminal("chat mini-llama3 --no-history");
  ASSERT_TRUE(terminal.shows(">>> "));
  terminal.type("one\rtwo\rthree\r");
  ASSERT_TRUE(terminal.shows("three"));
  ASSERT_TRUE(terminal.shows(">>> "));
  terminal.type("/save " + saved + "\r");
  ASSERT_TRUE(terminal.shows("the conversation is in"));
  terminal.type("/quit\r");
  EXPECT_EQ(terminal.exit_code(), 0);
  std::ifstream file(saved);
  const std::string json{std::istreambuf_iterator<char>(file), {}};
  EXPECT_NE(json.find("\"one\\ntwo\\nthree\""), std::string::npos) << json;
}

// An answer that takes minutes unless somebody stops it.
const std::string kEndless = " --ctx 100000 --min-tokens 90000 ";

TEST_F(OnATerminal, CtrlCStopsAnAnswerAndTheChatGoesOn) {
  Terminal terminal("chat mini-llama3 --no-history" + kEndless);
  ASSERT_TRUE(terminal.shows(">>> "));
  terminal.type("Tell me everything\r");
  ASSERT_TRUE(terminal.shows("Tell me everything"));
  ASSERT_TRUE(terminal.grows(20));
  terminal.type(kInterrupt);
  ASSERT_TRUE(terminal.shows("(stopped)"));
  ASSERT_TRUE(terminal.shows(">>> "));
  terminal.type("/quit\r");
  EXPECT_EQ(terminal.exit_code(), 0);
}

TEST_F(OnATerminal, CtrlCEndsARunWith130) {
  Terminal terminal("run mini-llama3 --raw" + kEndless + "Once");
  ASSERT_TRUE(terminal.shows("was made for"));
  ASSERT_TRUE(terminal.shows("\n"));
  ASSERT_TRUE(terminal.grows(10));
  terminal.type(kInterrupt);
  EXPECT_EQ(terminal.exit_code(), 130);
}

}  // namespace
