// Pulls from a Hub that lies, breaks or refuses: what is said, and that nothing is written outside
// the cache.
#include <fstream>

#include "formats/json.h"
#include "hub_test_fixture.h"

namespace swivel::hub_test {
namespace {

namespace fs = std::filesystem;
using library::PullRequest;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

class HostileHubTest : public HubTest {
 protected:
  // The list of org/tiny as the server tells it: one entry for each of these.
  void list_as(const json::Array& siblings, const std::string& commit = commit_of("hostile")) {
    const std::string body = json::write(json::Object{{"sha", commit}, {"siblings", siblings}});
    hub_.script = [body](const Request& request, const Reply&) -> std::optional<Reply> {
      if (!request.target.starts_with("/api/")) return std::nullopt;
      return Reply{.body = body};
    };
  }
  json::Value entry(const std::string& name, int64_t size, const std::string& hash) {
    return json::Object{{"rfilename", name}, {"size", size}, {"blobId", hash}};
  }
  // Every reply of the storage is this.
  void storage_sends(Reply reply) {
    hub_.script = [reply](const Request& request, const Reply&) -> std::optional<Reply> {
      if (request.host != Host::storage) return std::nullopt;
      return reply;
    };
  }
  Error failure(const std::string& repo = "org/tiny") {
    const Status status = pull(repo);
    EXPECT_FALSE(status) << "the pull went through";
    return status ? Error{} : status.error();
  }
  bool has_content(const std::string& hash) {
    return fs::exists(repo_folder("org/tiny") / "blobs" / hash);
  }
};

TEST_F(HostileHubTest, ANameThatLeavesTheCacheIsRefused) {
  publish_model("org/tiny");
  const std::string hash = git_sha1_of("payload");
  for (const char* name :
       {"../evil.json", "../../../evil.json", "a/../../evil.json", "/etc/evil.json",
        "..\\evil.json", "a\\..\\..\\evil.json", "C:\\evil.json", "..", "../"}) {
    list_as({entry("config.json", 2, git_sha1_of("{}")), entry(name, 7, hash)});
    const Error error = failure();
    EXPECT_EQ(error.code, ErrorCode::bad_input) << name;
    EXPECT_THAT(error.message, HasSubstr("is refused")) << name;
    EXPECT_THAT(strangers(), IsEmpty()) << name;
    EXPECT_FALSE(fs::exists(folder_.path() / "hub")) << name;
  }
}

TEST_F(HostileHubTest, ANameWithOddCharactersIsRefusedWhereItWouldBeTaken) {
  publish_model("org/tiny");
  for (const std::string& name :
       {std::string("a\nb.json"), std::string("a\x1b[2Jb.json"), std::string("nul\0.json", 9),
        std::string("a:b.json"), std::string("a*.json"), std::string("\xe2\x80\xaegnp.json"),
        std::string("./x.json"), std::string("x.json/")}) {
    list_as({entry(name, 7, git_sha1_of("payload"))});
    PullRequest all = request("org/tiny");
    all.include = {"*"};
    const Status status = pull(context(), all);
    ASSERT_FALSE(status) << name;
    EXPECT_EQ(status.error().code, ErrorCode::bad_input) << name;
    EXPECT_THAT(status.error().message, Not(HasSubstr("\x1b"))) << name;
    EXPECT_THAT(status.error().message, Not(HasSubstr("\n"))) << name;
  }
}

TEST_F(HostileHubTest, NamesThatMeetOnDiskAreRefused) {
  publish_model("org/tiny");
  const std::string hash = git_sha1_of("{}");
  list_as({entry("config.json", 2, hash), entry("CONFIG.json", 2, hash)});
  EXPECT_THAT(failure().message, HasSubstr("the same name but for case"));
  PullRequest all = request("org/tiny");
  all.include = {"*"};
  list_as({entry("a", 2, hash), entry("a/b", 2, hash)});
  const Status status = pull(context(), all);
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message, HasSubstr("a is a file and a folder"));
}

TEST_F(HostileHubTest, AHashThatIsAPathIsRefused) {
  publish_model("org/tiny");
  for (const char* hash : {"../../../../evil", "", "ABCDEF", "..", "/tmp/x"}) {
    list_as({entry("config.json", 2, hash)});
    EXPECT_THAT(failure().message, HasSubstr("expected a hash")) << hash;
  }
  list_as({entry("config.json", 2, git_sha1_of("{}"))}, "../../../../../evil");
  EXPECT_THAT(failure().message, HasSubstr("no commit"));
  EXPECT_THAT(strangers(), IsEmpty());
}

TEST_F(HostileHubTest, AnotherCommitThanTheOneAskedForIsRefused) {
  publish_model("org/tiny");
  PullRequest asked = request("org/tiny");
  asked.revision = commit_of("one");
  list_as({entry("config.json", 2, git_sha1_of("{}"))}, commit_of("two"));
  const Status status = pull(context(), asked);
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message, HasSubstr("the Hub answers with " + commit_of("two")));
}

TEST_F(HostileHubTest, ASymbolicLinkInTheWayIsNotFollowed) {
  const std::string commit = publish_model("org/tiny");
  const fs::path outside = folder_.path() / "outside";
  fs::create_directories(outside);
  for (const char* place :
       {"models--org--tiny", "models--org--tiny/blobs", "models--org--tiny/snapshots",
        "models--org--tiny/refs", ".locks", ".locks/models--org--tiny"}) {
    const fs::path root = folder_.path() / "hub";
    fs::remove_all(root);
    fs::create_directories((root / place).parent_path());
    fs::create_directory_symlink(outside, root / place);
    const Error error = failure();
    EXPECT_THAT(error.message, HasSubstr("a symbolic link or a file is where a folder")) << place;
    EXPECT_TRUE(fs::is_empty(outside)) << place;
  }
}

TEST_F(HostileHubTest, ALinkInPlaceOfAPartIsNotWrittenThrough) {
  publish_model("org/tiny");
  const fs::path victim = folder_.path() / "victim";
  std::ofstream(victim) << "precious";
  const fs::path blobs = repo_folder("org/tiny") / "blobs";
  fs::create_directories(blobs);
  const std::string part = sha256_of(noise(100'000)) + ".incomplete";
  fs::create_symlink(victim, blobs / part);
  failure();
  EXPECT_EQ(read(victim), "precious");
  fs::remove(blobs / part);
  fs::create_hard_link(victim, blobs / part);
  EXPECT_THAT(failure().message, HasSubstr("is no file of its own"));
  EXPECT_EQ(read(victim), "precious");
}

TEST_F(HostileHubTest, WrongBytesGetNoName) {
  publish_model("org/tiny");
  storage_sends({.body = noise(100'000, 99)});
  const Error error = failure();
  EXPECT_EQ(error.code, ErrorCode::bad_input);
  EXPECT_THAT(error.message, HasSubstr("do not have the hash " + sha256_of(noise(100'000))));
  EXPECT_FALSE(has_content(sha256_of(noise(100'000))));
  EXPECT_FALSE(has_content(sha256_of(noise(100'000)) + ".incomplete"));
  EXPECT_FALSE(fs::exists(repo_folder("org/tiny") / "refs" / "main"));
}

TEST_F(HostileHubTest, WrongBytesOfASmallFileGetNoName) {
  publish_model("org/tiny");
  hub_.script = [](const Request& request, const Reply& usual) -> std::optional<Reply> {
    if (!request.target.ends_with("/config.json")) return std::nullopt;
    Reply reply = usual;
    reply.body[0] = '[';
    return reply;
  };
  EXPECT_THAT(failure().message, HasSubstr("config.json: the bytes that came do not have"));
  EXPECT_FALSE(has_content(git_sha1_of("{\"model_type\": \"tiny\"}")));
}

TEST_F(HostileHubTest, ALargerBodyThanStatedIsNotTaken) {
  publish_model("org/tiny");
  storage_sends({.body = noise(200'000)});
  EXPECT_THAT(failure().message, HasSubstr("says 100000 bytes, the server sends 200000"));
  // Nor without a Content-Length to see it by: the reply to the second half is too long.
  storage_sends({.headers = {{"Transfer-Encoding", "chunked"}},
                 .body = "30D40\r\n" + noise(200'000) + "\r\n0\r\n\r\n"});
  EXPECT_THAT(failure().message, HasSubstr("more than the 100000 bytes"));
  const fs::path part =
      repo_folder("org/tiny") / "blobs" / (sha256_of(noise(100'000)) + ".incomplete");
  EXPECT_LE(fs::exists(part) ? fs::file_size(part) : 0, 100'000u);
}

TEST_F(HostileHubTest, ASmallerBodyThanStatedIsNotTaken) {
  publish_model("org/tiny");
  storage_sends({.body = noise(50'000)});
  EXPECT_THAT(failure().message, HasSubstr("says 100000 bytes, the server sends 50000"));
  storage_sends({.headers = {{"Transfer-Encoding", "chunked"}}, .body = "5\r\nabcde\r\n0\r\n\r\n"});
  EXPECT_THAT(failure().message, HasSubstr("model.safetensors: "));
  EXPECT_FALSE(has_content(sha256_of(noise(100'000))));
}

TEST_F(HostileHubTest, ARangeThatWasNotAskedForIsRefused) {
  publish_model("org/tiny");
  const fs::path blobs = repo_folder("org/tiny") / "blobs";
  fs::create_directories(blobs);
  std::ofstream(blobs / (sha256_of(noise(100'000)) + ".incomplete"), std::ios::binary)
      << noise(100'000).substr(0, 1000);
  storage_sends({.status = 206,
                 .headers = {{"Content-Range", "bytes 5-99999/100000"}},
                 .body = noise(99'995)});
  EXPECT_THAT(failure().message, HasSubstr("asked for the bytes from 1000 of 100000"));
}

TEST_F(HostileHubTest, AnEtagOtherThanTheListsIsRefused) {
  publish_model("org/tiny");
  hub_.script = [](const Request& request, const Reply& usual) -> std::optional<Reply> {
    if (!request.target.ends_with("/model.safetensors")) return std::nullopt;
    Reply reply = usual;
    for (auto& [name, value] : reply.headers)
      if (name == "X-Linked-ETag") value = '"' + sha256_of("another") + '"';
    return reply;
  };
  EXPECT_THAT(failure().message, HasSubstr("but it serves " + sha256_of("another")));
}

TEST_F(HostileHubTest, ASizeThatNoDiskHasIsRefusedBeforeAnythingIsFetched) {
  publish_model("org/tiny");
  list_as({entry("model.safetensors", int64_t{1} << 50, git_sha1_of("x"))});
  const Error error = failure();
  EXPECT_EQ(error.code, ErrorCode::out_of_memory);
  EXPECT_THAT(error.message, HasSubstr("1.1 PB are to be fetched"));
  EXPECT_EQ(hub_.count("/resolve/"), 0u);
  EXPECT_FALSE(fs::exists(folder_.path() / "hub"));
  for (const json::Value& size :
       {json::Value(-1), json::Value(1e30), json::Value("7"), json::Value(int64_t{1} << 62)}) {
    list_as(
        {json::Object{{"rfilename", "config.json"}, {"size", size}, {"blobId", git_sha1_of("x")}}});
    EXPECT_EQ(failure().code, ErrorCode::bad_input);
  }
}

TEST_F(HostileHubTest, AFullDiskIsFoundFirst) {
  publish_model("org/tiny");
  library::PullContext small_disk = context();
  small_disk.free_bytes = [](const fs::path&) { return 1000; };
  const Status status = pull(small_disk, request("org/tiny"));
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::out_of_memory);
  EXPECT_THAT(status.error().message, HasSubstr("has only 1.0 kB free"));
  EXPECT_EQ(hub_.count("/resolve/"), 0u);
  // What is there already needs no room.
  ASSERT_TRUE(pull("org/tiny"));
  EXPECT_TRUE(pull(small_disk, request("org/tiny")));
}

TEST_F(HostileHubTest, AHugeOrMalformedListIsRefused) {
  publish_model("org/tiny");
  const auto list_body = [&](const std::string& body) {
    hub_.script = [body](const Request& request, const Reply&) -> std::optional<Reply> {
      if (!request.target.starts_with("/api/")) return std::nullopt;
      return Reply{.body = body};
    };
    return failure();
  };
  EXPECT_THAT(list_body(std::string(40'000'000, ' ')).message, HasSubstr("larger than"));
  EXPECT_EQ(list_body(std::string(100'000, '[')).code, ErrorCode::bad_input);
  EXPECT_EQ(list_body("<html>Sign in</html>").code, ErrorCode::bad_input);
  EXPECT_THAT(list_body("{\"ok\":true}").message, HasSubstr("does not look like a Hugging Face"));
}

TEST_F(HostileHubTest, AServerErrorThatPassesIsOvercome) {
  const std::string commit = publish_model("org/tiny");
  // The first two requests of each target fail.
  hub_.script = [&](const Request& request, const Reply&) -> std::optional<Reply> {
    const size_t nth = hub_.count(request.target);
    if (nth > 2) return std::nullopt;
    return Reply{.status = nth == 1 ? 500 : 429};
  };
  ASSERT_TRUE(pull("org/tiny"));
  EXPECT_EQ(pulled("org/tiny", commit, "model.safetensors"), noise(100'000));
}

TEST_F(HostileHubTest, AServerErrorThatStaysIsSaid) {
  publish_model("org/tiny");
  hub_.script = [](const Request&, const Reply&) { return Reply{.status = 500}; };
  const Error error = failure();
  EXPECT_EQ(error.code, ErrorCode::not_found);
  EXPECT_THAT(error.message, HasSubstr("answered with status 500"));
  hub_.script = [](const Request&, const Reply&) { return Reply{.status = 429}; };
  EXPECT_THAT(failure().message, HasSubstr("refuses more requests for a while (429)"));
}

TEST_F(HostileHubTest, AGatedRepositorySaysWhereToAcceptItsTerms) {
  publish_model("org/tiny");
  hub_.repo("org/tiny").access = Repo::Access::gated;
  const Error without = failure();
  EXPECT_EQ(without.code, ErrorCode::not_found);
  EXPECT_THAT(without.message, HasSubstr("org/tiny is gated: accept its terms at " +
                                         hub_.endpoint() + "/org/tiny and set HF_TOKEN"));
  token_ = "hf_of_somebody_else";
  EXPECT_THAT(failure().message, HasSubstr("with the account of the token in HF_TOKEN"));
  token_ = HubServer::kToken;
  EXPECT_TRUE(pull("org/tiny"));
}

TEST_F(HostileHubTest, ANameThatIsNotThereNamesTheNearest) {
  publish_model("org/tiny");
  publish_model("org/tiny-instruct");
  const Error unknown = failure("org/tyni");
  EXPECT_EQ(unknown.code, ErrorCode::not_found);
  EXPECT_THAT(unknown.message, HasSubstr("not found, or private (401)"));
  EXPECT_THAT(unknown.message, HasSubstr("set HF_TOKEN"));
  EXPECT_THAT(unknown.message, HasSubstr("did you mean org/tiny?"));
  token_ = HubServer::kToken;
  EXPECT_THAT(failure("org/tyni").message, HasSubstr("no such model"));
}

TEST_F(HostileHubTest, ARevisionThatIsNotThereNamesThoseThereAre) {
  publish_model("org/tiny");
  PullRequest asked = request("org/tiny");
  asked.revision = "mian";
  const Status status = pull(context(), asked);
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message, HasSubstr("org/tiny has no revision mian; it has main"));
}

TEST_F(HostileHubTest, ATokenThatIsNotAcceptedIsNamed) {
  publish_model("org/tiny");
  token_ = "wrong";
  hub_.script = [](const Request&, const Reply&) {
    return Reply{.status = 401,
                 .headers = {{"X-Error-Message", "Invalid credentials in Authorization header"}}};
  };
  EXPECT_THAT(failure().message, HasSubstr("the token in HF_TOKEN is not accepted"));
  hub_.script = [](const Request&, const Reply&) {
    return Reply{.status = 403, .headers = {{"X-Error-Message", "no \x1b[31mscope"}}};
  };
  const std::string message = failure().message;
  EXPECT_THAT(message, HasSubstr("gives no access (403)"));
  EXPECT_THAT(message, Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace swivel::hub_test
