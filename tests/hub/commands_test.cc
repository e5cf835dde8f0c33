// `swivel pull`, `list` and `rm` as a user meets them: words, exit codes, Ctrl-C. SWIVEL names the
// program.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <thread>

#include "base/mapped_file.h"
#include "base/subprocess.h"
#include "formats/json.h"
#include "hub_test_fixture.h"

namespace swivel::hub_test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

class CommandsTest : public HubTest {
 protected:
  void SetUp() override {
    const char* program = std::getenv("SWIVEL");
    if (program == nullptr) GTEST_SKIP() << "SWIVEL does not name the program";
    program_ = program;
    for (const char* name : {"HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HF_TOKEN_PATH",
                             "HF_HUB_OFFLINE", "HF_HOME", "HUGGINGFACE_HUB_CACHE"})
      ::unsetenv(name);
    ::setenv("HF_HOME", folder_.path().c_str(), 1);
    ::setenv("HF_HUB_CACHE", (folder_.path() / "hub").c_str(), 1);
    ::setenv("HF_ENDPOINT", hub_.endpoint().c_str(), 1);
    ::setenv("SWIVEL_MODELS", (folder_.path() / "none").c_str(), 1);
  }

  SubprocessResult swivel(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), program_);
    return run_subprocess(arguments, "").value();
  }

  std::string program_;
};

TEST_F(CommandsTest, APullIsListedUsedOnceMoreAndRemoved) {
  const std::string commit = publish_model("org/tiny");
  const SubprocessResult first = swivel({"pull", "org/tiny"});
  EXPECT_EQ(first.exit_status, 0) << first.errors;
  EXPECT_EQ(first.output, "org/tiny is here: 3 files, 100 kB\n");
  EXPECT_THAT(first.errors, StartsWith("org/tiny@main (" + commit.substr(0, 12) +
                                       "): 3 files, 100 kB; 100 kB to fetch\n"));
  EXPECT_THAT(first.errors, HasSubstr("fetched model.safetensors (100 kB)\n"));
  EXPECT_THAT(hub_.requests().at(0).user_agent, StartsWith("swivel/"));
  const SubprocessResult second = swivel({"pull", "org/tiny"});
  EXPECT_THAT(second.errors, HasSubstr("; 0 bytes to fetch\n"));
  const SubprocessResult listed = swivel({"list"});
  EXPECT_THAT(listed.output, HasSubstr("org/tiny     100 kB  " + commit.substr(0, 12)));
  EXPECT_THAT(listed.output, HasSubstr("tiny, safetensors"));
  EXPECT_EQ(swivel({"rm", "org/tiny"}).exit_status, 2);  // nobody can answer
  const SubprocessResult removed = swivel({"rm", "org/tiny", "--yes"});
  EXPECT_EQ(removed.output, "Removed org/tiny, all of it (1 revision): 100 kB\n");
  EXPECT_EQ(swivel({"rm", "org/tiny", "--yes"}).exit_status, 3);
  EXPECT_THAT(swivel({"list"}).output, StartsWith("No models"));
}

TEST_F(CommandsTest, JsonEventsAreOneObjectALine) {
  const std::string commit = publish_model("org/tiny");
  const SubprocessResult result = swivel({"pull", "org/tiny@main", "--json"});
  EXPECT_EQ(result.exit_status, 0);
  EXPECT_THAT(result.errors, IsEmpty());
  std::vector<std::string> events;
  size_t at = 0;
  while (at < result.output.size()) {
    const size_t end = result.output.find('\n', at);
    const auto event = json::parse(result.output.substr(at, end - at), "event");
    ASSERT_TRUE(event) << event.error().message;
    events.push_back(event->find("event")->as_string());
    if (events.back() == "plan") {
      EXPECT_EQ(event->find("commit")->as_string(), commit);
      EXPECT_EQ(event->find("files")->as_array().size(), 3u);
    }
    at = end + 1;
  }
  EXPECT_EQ(events.front(), "plan");
  EXPECT_EQ(events.back(), "done");
  EXPECT_EQ(std::count(events.begin(), events.end(), "file"), 3);
}

TEST_F(CommandsTest, ADryRunFetchesNothing) {
  publish_model("org/tiny");
  const SubprocessResult result = swivel({"pull", "org/tiny", "--dry-run"});
  EXPECT_EQ(result.exit_status, 0);
  EXPECT_THAT(result.output, HasSubstr("100 kB  to fetch  model.safetensors\n"));
  EXPECT_EQ(hub_.count("/resolve/"), 0u);
  EXPECT_FALSE(std::filesystem::exists(folder_.path() / "hub"));
}

TEST_F(CommandsTest, FailuresHaveASentenceAndAnExitCode) {
  publish_model("org/tiny");
  const SubprocessResult missing = swivel({"pull", "org/tyni"});
  EXPECT_EQ(missing.exit_status, 3);
  EXPECT_THAT(missing.errors, StartsWith("swivel: org/tyni: not found, or private (401)"));
  EXPECT_EQ(swivel({"pull", "tiny"}).exit_status, 2);
  EXPECT_EQ(swivel({"pull", "org/tiny", "--jobs", "99"}).exit_status, 2);
  EXPECT_EQ(swivel({"pull", "org/tiny@v1", "--revision", "v2"}).exit_status, 2);
  EXPECT_EQ(swivel({"pull", "org/tiny@nope"}).exit_status, 3);
  ::setenv("HF_HUB_OFFLINE", "1", 1);
  EXPECT_EQ(swivel({"pull", "org/tiny"}).exit_status, 3);
  ::unsetenv("HF_HUB_OFFLINE");
  ::setenv("HF_ENDPOINT", "ftp://hub", 1);
  EXPECT_EQ(swivel({"pull", "org/tiny"}).exit_status, 2);
}

TEST_F(CommandsTest, TheTokenComesFromTheFileBesideTheCache) {
  publish_model("org/tiny");
  hub_.repo("org/tiny").access = Repo::Access::gated;
  const SubprocessResult refused = swivel({"pull", "org/tiny"});
  EXPECT_EQ(refused.exit_status, 3);
  EXPECT_THAT(refused.errors, HasSubstr("org/tiny is gated: accept its terms at"));
  ASSERT_TRUE(
      write_file_atomically(folder_.path() / "token", std::string(HubServer::kToken) + "\n"));
  EXPECT_EQ(swivel({"pull", "org/tiny"}).exit_status, 0);
}

TEST_F(CommandsTest, CtrlCLeavesPartsThatTheSameCommandContinues) {
  const std::string commit = publish_model("org/tiny", 400'000);
  hub_.script = [&](const Request& request, const Reply& usual) -> std::optional<Reply> {
    if (request.host != Host::storage) return std::nullopt;
    Reply slow = usual;
    slow.piece = 20'000;
    slow.pause = std::chrono::milliseconds(100);
    return slow;
  };
  const pid_t child = ::fork();
  if (child == 0) {
    ::execl(program_.c_str(), program_.c_str(), "pull", "org/tiny", nullptr);
    ::_exit(127);
  }
  const auto repo = net::parse_repo_name("org/tiny").value();
  for (int i = 0; i < 500 && !context().cache.has_unfinished(repo); ++i)
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  std::this_thread::sleep_for(std::chrono::milliseconds(300));
  ::kill(child, SIGINT);
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 130);
  EXPECT_TRUE(context().cache.has_unfinished(repo));
  hub_.script = nullptr;
  hub_.forget_requests();
  EXPECT_EQ(swivel({"pull", "org/tiny"}).exit_status, 0);
  bool resumed = false;
  for (const Request& request : hub_.requests()) resumed |= request.range.starts_with("bytes=");
  EXPECT_TRUE(resumed);
  EXPECT_EQ(pulled("org/tiny", commit, "model.safetensors"), noise(400'000));
}

}  // namespace
}  // namespace swivel::hub_test
