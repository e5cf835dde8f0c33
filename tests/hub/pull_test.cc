// Pulls that go well: layout, choice, revisions, resuming, several at once.
#include "library/pull.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "hub_test_fixture.h"

namespace swivel::hub_test {
namespace {

namespace fs = std::filesystem;
using library::PullEvent;
using library::PullPlan;
using library::PullRequest;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> names(const PullPlan& plan) {
  std::vector<std::string> result;
  for (const PullPlan::File& file : plan.files) result.push_back(file.facts.path);
  return result;
}

class PullTest : public HubTest {
 protected:
  // Leaves the first `bytes` of a content as an unfinished part.
  void leave_part(const std::string& repo, const std::string& content, size_t bytes) {
    const fs::path blobs = repo_folder(repo) / "blobs";
    fs::create_directories(blobs);
    std::ofstream(blobs / (sha256_of(content) + ".incomplete"), std::ios::binary)
        << content.substr(0, bytes);
  }
  // What the storage was asked for, as ranges.
  std::vector<std::string> ranges() const {
    std::vector<std::string> result;
    for (const Request& request : hub_.requests())
      if (request.host == Host::storage) result.push_back(request.range);
    return result;
  }
};

TEST_F(PullTest, APullMakesTheLayoutThatOtherProgramsRead) {
  const std::string commit = publish_model("org/tiny");
  ASSERT_TRUE(pull("org/tiny"));
  const fs::path repo = repo_folder("org/tiny");
  EXPECT_EQ(repo.filename(), "models--org--tiny");
  EXPECT_EQ(read(repo / "refs" / "main"), commit);
  EXPECT_EQ(pulled("org/tiny", commit, "model.safetensors"), noise(100'000));
  const std::string config = "{\"model_type\": \"tiny\"}";
  EXPECT_EQ(pulled("org/tiny", commit, "config.json"), config);
  EXPECT_EQ(fs::read_symlink(repo / "snapshots" / commit / "config.json"),
            "../../blobs/" + git_sha1_of(config));
  EXPECT_EQ(fs::read_symlink(repo / "snapshots" / commit / "model.safetensors"),
            "../../blobs/" + sha256_of(noise(100'000)));
  EXPECT_EQ(count_events(PullEvent::Kind::finished), 3u);
  EXPECT_THAT(strangers(), IsEmpty());
}

TEST_F(PullTest, TheTokenGoesToTheHubAndNotToTheStorage) {
  publish_model("org/tiny");
  token_ = HubServer::kToken;
  ASSERT_TRUE(pull("org/tiny"));
  bool reached_storage = false;
  for (const Request& request : hub_.requests()) {
    reached_storage |= request.host == Host::storage;
    EXPECT_EQ(request.authorization,
              request.host == Host::hub ? std::string("Bearer ") + HubServer::kToken : "");
  }
  EXPECT_TRUE(reached_storage);
}

TEST_F(PullTest, ASecondPullFetchesNothing) {
  publish_model("org/tiny");
  ASSERT_TRUE(pull("org/tiny"));
  hub_.forget_requests();
  ASSERT_TRUE(pull("org/tiny"));
  EXPECT_EQ(hub_.requests().size(), 1u);  // the list
  EXPECT_EQ(hub_.count("/resolve/"), 0u);
}

TEST_F(PullTest, AChangedRepositoryFetchesOnlyWhatChanged) {
  const std::string before = publish_model("org/tiny");
  ASSERT_TRUE(pull("org/tiny"));
  const std::string after = hub_.publish(
      "org/tiny", {{"config.json", small("{}")}, {"model.safetensors", large(noise(100'000))}});
  hub_.forget_requests();
  ASSERT_TRUE(pull("org/tiny"));
  EXPECT_EQ(hub_.count("/resolve/"), 1u);
  EXPECT_EQ(read(repo_folder("org/tiny") / "refs" / "main"), after);
  EXPECT_EQ(pulled("org/tiny", after, "model.safetensors"), noise(100'000));
  EXPECT_EQ(pulled("org/tiny", after, "config.json"), "{}");
  EXPECT_EQ(pulled("org/tiny", before, "config.json"), "{\"model_type\": \"tiny\"}");
}

TEST_F(PullTest, ARevisionIsABranchATagAPullRequestOrACommit) {
  const std::string commit = publish_model("org/tiny");
  hub_.repo("org/tiny").revisions["v1.0"] = commit;
  hub_.repo("org/tiny").revisions["refs/pr/1"] = commit;
  for (const std::string& revision : {std::string("v1.0"), std::string("refs/pr/1"), commit}) {
    PullRequest asked = request("org/tiny");
    asked.revision = revision;
    ASSERT_TRUE(pull(context(), asked)) << revision;
  }
  const fs::path refs = repo_folder("org/tiny") / "refs";
  EXPECT_EQ(read(refs / "v1.0"), commit);
  EXPECT_EQ(read(refs / "refs" / "pr" / "1"), commit);
  EXPECT_FALSE(fs::exists(refs / commit));
  EXPECT_FALSE(fs::exists(refs / "main"));
}

TEST_F(PullTest, OnlyWhatAModelNeedsIsTakenByDefault) {
  hub_.publish("org/full", {{".gitattributes", small("x")},
                            {"LICENSE", small("terms")},
                            {"README.md", small("card")},
                            {"additional_chat_templates/tool_use.jinja", small("t")},
                            {"chat_template.jinja", small("c")},
                            {"config.json", small("{}")},
                            {"consolidated.safetensors", large(noise(100))},
                            {"figure.png", small("p")},
                            {"merges.txt", small("m")},
                            {"model-00001-of-00002.safetensors", large(noise(101))},
                            {"model-00002-of-00002.safetensors", large(noise(102))},
                            {"model.safetensors.index.json", small("{ }")},
                            {"modeling_full.py", small("import os")},
                            {"onnx/model.onnx", large(noise(103))},
                            {"original/consolidated.00.pth", large(noise(104))},
                            {"original/params.json", small("{  }")},
                            {"pytorch_model.bin", large(noise(105))},
                            {"tokenizer.json", small("{   }")},
                            {"tokenizer.model", large(noise(106))}});
  const PullPlan plan = library::plan_pull(context(), request("org/full")).value();
  EXPECT_THAT(names(plan),
              ElementsAre("LICENSE", "README.md", "additional_chat_templates/tool_use.jinja",
                          "chat_template.jinja", "config.json", "merges.txt",
                          "model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors",
                          "model.safetensors.index.json", "tokenizer.json", "tokenizer.model"));
  EXPECT_FALSE(fs::exists(repo_folder("org/full")));  // planning writes nothing
}

TEST_F(PullTest, PatternsChooseExactlyWhatTheyMatch) {
  hub_.publish("org/quants", {{"README.md", small("card")},
                              {"tiny-Q4_K_M.gguf", large(noise(300))},
                              {"tiny-Q8_0.gguf", large(noise(400))},
                              {"deep/pytorch_model.bin", large(noise(500))}});
  const auto undecided = library::plan_pull(context(), request("org/quants"));
  ASSERT_FALSE(undecided);
  EXPECT_THAT(undecided.error().message, HasSubstr("2 GGUF files; say which with --include"));
  EXPECT_THAT(undecided.error().message, HasSubstr("tiny-Q4_K_M.gguf (300 bytes)"));
  PullRequest asked = request("org/quants");
  asked.include = {"*Q4_K*", "deep/"};
  EXPECT_THAT(names(library::plan_pull(context(), asked).value()),
              ElementsAre("deep/pytorch_model.bin", "tiny-Q4_K_M.gguf"));
  asked.include = {"*.zip"};
  const auto nothing = library::plan_pull(context(), asked);
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().code, ErrorCode::not_found);
  EXPECT_THAT(nothing.error().message, HasSubstr("no file matches --include"));
}

TEST_F(PullTest, WeightsOfOtherFormatsOnlyAreSaidToBeOfNoUse) {
  hub_.publish("org/old", {{"config.json", small("{}")}, {"pytorch_model.bin", large(noise(9))}});
  const auto plan = library::plan_pull(context(), request("org/old"));
  ASSERT_FALSE(plan);
  EXPECT_THAT(plan.error().message, HasSubstr("no safetensors and no GGUF weights"));
}

TEST_F(PullTest, APartIsResumedWhereItEnds) {
  const std::string commit = publish_model("org/tiny");
  leave_part("org/tiny", noise(100'000), 60'000);
  const PullPlan plan = library::plan_pull(context(), request("org/tiny")).value();
  EXPECT_EQ(plan.files[2].state, PullPlan::File::State::part);
  EXPECT_EQ(plan.files[2].have, 60'000);
  ASSERT_TRUE(pull("org/tiny"));
  EXPECT_THAT(ranges(), ElementsAre("bytes=60000-"));
  EXPECT_EQ(pulled("org/tiny", commit, "model.safetensors"), noise(100'000));
  EXPECT_FALSE(context().cache.has_unfinished(net::parse_repo_name("org/tiny").value()));
}

TEST_F(PullTest, ABodyThatEndsEarlyIsResumed) {
  const std::string commit = publish_model("org/tiny", 3'000'000);
  int cuts = 3;
  hub_.script = [&](const Request& request, const Reply& usual) -> std::optional<Reply> {
    if (request.host != Host::storage || cuts-- <= 0) return std::nullopt;
    Reply reply = usual;
    reply.cut_after = 500'000;
    return reply;
  };
  ASSERT_TRUE(pull("org/tiny"));
  EXPECT_THAT(ranges(), ElementsAre("", "bytes=500000-", "bytes=1000000-", "bytes=1500000-"));
  EXPECT_EQ(count_events(PullEvent::Kind::again), 3u);
  EXPECT_EQ(pulled("org/tiny", commit, "model.safetensors"), noise(3'000'000));
}

TEST_F(PullTest, AServerWithoutRangesSendsTheWholeAgain) {
  const std::string commit = publish_model("org/tiny");
  leave_part("org/tiny", noise(100'000), 60'000);
  hub_.script = [&](const Request& request, const Reply&) -> std::optional<Reply> {
    if (request.host != Host::storage) return std::nullopt;
    return Reply{.body = noise(100'000)};
  };
  ASSERT_TRUE(pull("org/tiny"));
  EXPECT_EQ(pulled("org/tiny", commit, "model.safetensors"), noise(100'000));
}

TEST_F(PullTest, APartThatWasDamagedIsFetchedAnew) {
  const std::string commit = publish_model("org/tiny");
  const fs::path blobs = repo_folder("org/tiny") / "blobs";
  fs::create_directories(blobs);
  std::ofstream(blobs / (sha256_of(noise(100'000)) + ".incomplete")) << std::string(60'000, 'x');
  ASSERT_TRUE(pull("org/tiny"));
  EXPECT_THAT(ranges(), ElementsAre("bytes=60000-", ""));
  EXPECT_EQ(pulled("org/tiny", commit, "model.safetensors"), noise(100'000));
}

TEST_F(PullTest, APartIsNotContinuedWithAnotherContent) {
  // The file changed between the runs: its content has another name, so the part is left alone.
  publish_model("org/tiny");
  leave_part("org/tiny", noise(100'000), 60'000);
  const std::string commit =
      hub_.publish("org/tiny", {{"model.safetensors", large(noise(100'000, 2))}});
  ASSERT_TRUE(pull("org/tiny"));
  EXPECT_THAT(ranges(), ElementsAre(""));
  EXPECT_EQ(pulled("org/tiny", commit, "model.safetensors"), noise(100'000, 2));
}

TEST_F(PullTest, AnEtagThatChangesUnderAResumeStartsOver) {
  const std::string commit = publish_model("org/tiny");
  leave_part("org/tiny", noise(100'000), 60'000);
  hub_.script = [&](const Request& request, const Reply& usual) -> std::optional<Reply> {
    if (!request.target.ends_with("/model.safetensors") || request.range.empty())
      return std::nullopt;
    Reply reply = usual;
    for (auto& [name, value] : reply.headers)
      if (name == "X-Linked-ETag") value = '"' + sha256_of("another") + '"';
    return reply;
  };
  ASSERT_TRUE(pull("org/tiny"));
  EXPECT_EQ(ranges().back(), "");
  EXPECT_EQ(pulled("org/tiny", commit, "model.safetensors"), noise(100'000));
}

TEST_F(PullTest, TwoFilesOfOneContentAreFetchedOnce) {
  const std::string commit = hub_.publish(
      "org/twice", {{"a.safetensors", large(noise(7000))}, {"b.safetensors", large(noise(7000))}});
  ASSERT_TRUE(pull("org/twice"));
  EXPECT_EQ(hub_.count("/objects/"), 1u);
  EXPECT_EQ(pulled("org/twice", commit, "a.safetensors"), noise(7000));
  EXPECT_EQ(pulled("org/twice", commit, "b.safetensors"), noise(7000));
}

TEST_F(PullTest, AnEmptyFileIsPulled) {
  const std::string commit = hub_.publish("org/void", {{"merges.txt", small("")}});
  ASSERT_TRUE(pull("org/void"));
  EXPECT_EQ(pulled("org/void", commit, "merges.txt"), "");
}

TEST_F(PullTest, FilesAreFetchedAtOnce) {
  std::map<std::string, RepoFile> files;
  for (int i = 0; i < 4; ++i)
    files["model-" + std::to_string(i) + ".safetensors"] = large(noise(1000, 10 + i));
  hub_.publish("org/many", files);
  std::atomic<int> under_way{0}, most{0};
  hub_.script = [&](const Request& request, const Reply&) -> std::optional<Reply> {
    if (request.host != Host::storage) return std::nullopt;
    const int here = ++under_way;
    for (int seen = most; seen < here && !most.compare_exchange_weak(seen, here);) {
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(150));
    --under_way;
    return std::nullopt;
  };
  ASSERT_TRUE(pull("org/many"));
  EXPECT_EQ(most, 4);
  most = 0;
  fs::remove_all(repo_folder("org/many"));
  PullRequest one = request("org/many");
  one.jobs = 1;
  ASSERT_TRUE(pull(context(), one));
  EXPECT_EQ(most, 1);
}

TEST_F(PullTest, TwoPullsAtOnceFetchEachContentOnce) {
  const std::string commit = publish_model("org/tiny", 400'000);
  hub_.script = [&](const Request& request, const Reply& usual) -> std::optional<Reply> {
    if (request.host != Host::storage) return std::nullopt;
    Reply slow = usual;
    slow.piece = 50'000;
    slow.pause = std::chrono::milliseconds(20);
    return slow;
  };
  const auto plan = library::plan_pull(context(), request("org/tiny")).value();
  Status second;
  std::thread other([&] { second = library::run_pull(context(), plan, {}); });
  const Status first = library::run_pull(context(), plan, {});
  other.join();
  EXPECT_TRUE(first);
  EXPECT_TRUE(second);
  EXPECT_EQ(hub_.count("/objects/"), 1u);
  EXPECT_EQ(pulled("org/tiny", commit, "model.safetensors"), noise(400'000));
}

TEST_F(PullTest, ALockOfAnotherProgramIsWaitedForAndCanBeCancelled) {
  publish_model("org/tiny");
  const fs::path locks = folder_.path() / "hub" / ".locks" / "models--org--tiny";
  fs::create_directories(locks);
  const fs::path lock = locks / (sha256_of(noise(100'000)) + ".lock");
  const int held = ::open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  ASSERT_EQ(::flock(held, LOCK_EX), 0);
  std::thread later([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    cancelled_ = true;
  });
  const Status status = pull("org/tiny");
  later.join();
  ::close(held);
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::interrupted);
  EXPECT_EQ(count_events(PullEvent::Kind::waiting), 1u);
}

TEST_F(PullTest, AnInterruptedPullLeavesAPartAndNoRef) {
  const std::string commit = publish_model("org/tiny", 400'000);
  hub_.script = [&](const Request& request, const Reply& usual) -> std::optional<Reply> {
    if (request.host != Host::storage) return std::nullopt;
    Reply slow = usual;
    slow.piece = 20'000;
    slow.pause = std::chrono::milliseconds(50);
    return slow;
  };
  const auto repo = net::parse_repo_name("org/tiny").value();
  const auto plan = library::plan_pull(context(), request("org/tiny")).value();
  const Status status = library::run_pull(context(), plan, [&](const PullEvent& event) {
    if (event.kind == PullEvent::Kind::progress && event.bytes >= 40'000) cancelled_ = true;
  });
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::interrupted);
  EXPECT_TRUE(context().cache.has_unfinished(repo));
  EXPECT_THAT(context().cache.refs(repo), IsEmpty());
  cancelled_ = false;
  hub_.script = nullptr;
  hub_.forget_requests();
  ASSERT_TRUE(pull("org/tiny"));
  EXPECT_NE(ranges().at(0), "");
  EXPECT_EQ(pulled("org/tiny", commit, "model.safetensors"), noise(400'000));
}

TEST_F(PullTest, AListWithoutSizesIsCompletedByAskingForEachFile) {
  const std::string commit = publish_model("org/tiny");
  hub_.script = [&](const Request& request, const Reply&) -> std::optional<Reply> {
    if (!request.target.starts_with("/api/")) return std::nullopt;
    return Reply{.body = "{\"sha\":\"" + commit +
                         "\",\"siblings\":[{\"rfilename\":\"config.json\"},"
                         "{\"rfilename\":\"model.safetensors\"}]}"};
  };
  ASSERT_TRUE(pull("org/tiny"));
  EXPECT_EQ(pulled("org/tiny", commit, "model.safetensors"), noise(100'000));
  EXPECT_EQ(pulled("org/tiny", commit, "config.json"), "{\"model_type\": \"tiny\"}");
}

}  // namespace
}  // namespace swivel::hub_test
