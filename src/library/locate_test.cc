#include "library/locate.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "library/cache_test_support.h"

namespace swivel::library {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class LocateTest : public testing::Test {
 protected:
  LocateTest() {
    places_.built_in = {folder_.root() / "models"};
    places_.cache = folder_.hub();
    model_at(folder_.root() / "models" / "mini-one");
    model_at(folder_.root() / "models" / "mini-two");
  }

  static void model_at(const fs::path& path) {
    CacheFolder::write(path / "config.json", "{}");
    CacheFolder::write(path / "model.safetensors", "x");
  }
  // A whole model in the cache at main.
  void cached(const std::string& name, char digit = 'a') {
    folder_.ref(name, "main", CacheFolder::commit(digit));
    folder_.file(name, CacheFolder::commit(digit), "config.json", "c1", "{}");
    folder_.file(name, CacheFolder::commit(digit), "model.safetensors", "w1", "x");
  }
  Result<Located> find(std::string_view model, Needs needs = Needs::everything) {
    return locate(model, places_, needs);
  }
  std::string failure(std::string_view model) {
    const auto located = find(model);
    EXPECT_FALSE(located) << model;
    return located ? "" : located.error().message;
  }

  CacheFolder folder_;
  Places places_;
};

TEST_F(LocateTest, APathIsAFolderOrAGgufFile) {
  const fs::path path = folder_.root() / "mine";
  model_at(path);
  const Located folder = find(path.string()).value();
  EXPECT_EQ(folder.container, Located::Container::huggingface);
  EXPECT_EQ(folder.origin, Located::Origin::path);
  EXPECT_EQ(folder.path, path);
  CacheFolder::write(folder_.root() / "x.gguf", "GGUF1234");
  EXPECT_EQ(find((folder_.root() / "x.gguf").string()).value().container, Located::Container::gguf);
  CacheFolder::write(folder_.root() / "single" / "y.gguf", "GGUF1234");
  EXPECT_EQ(find((folder_.root() / "single").string()).value().path.filename(), "y.gguf");
}

TEST_F(LocateTest, APathThatIsNoModelSaysSo) {
  CacheFolder::write(folder_.root() / "notes.txt", "hello");
  EXPECT_THAT(failure((folder_.root() / "notes.txt").string()), HasSubstr("or a GGUF file"));
  CacheFolder::write(folder_.root() / "empty" / "notes.txt", "hello");
  EXPECT_THAT(failure((folder_.root() / "empty").string()), HasSubstr("is no model"));
  CacheFolder::write(folder_.root() / "bare" / "config.json", "{}");
  EXPECT_THAT(failure((folder_.root() / "bare").string()), HasSubstr("but no weights"));
  EXPECT_THAT(failure((folder_.root() / "nothing").string()), HasSubstr("no such file or folder"));
  CacheFolder::write(folder_.root() / "two" / "a.gguf", "GGUF");
  CacheFolder::write(folder_.root() / "two" / "b.gguf", "GGUF");
  EXPECT_THAT(failure((folder_.root() / "two").string()),
              HasSubstr("holds 2 GGUF files; say which: a.gguf and b.gguf"));
}

TEST_F(LocateTest, APathComesBeforeABuiltInNameAndThatBeforeTheCache) {
  EXPECT_EQ(find("mini-one").value().origin, Located::Origin::built_in);
  EXPECT_EQ(find("mini-one").value().path, folder_.root() / "models" / "mini-one");
  cached("org/name");
  EXPECT_EQ(find("org/name").value().origin, Located::Origin::cache);
  const fs::path before = fs::current_path();
  fs::current_path(folder_.root());
  model_at(folder_.root() / "mini-one");
  model_at(folder_.root() / "org" / "name");
  EXPECT_EQ(find("mini-one").value().origin, Located::Origin::path);
  EXPECT_EQ(find("org/name").value().origin, Located::Origin::path);
  EXPECT_EQ(find("hf:org/name").value().origin, Located::Origin::cache);
  fs::current_path(before);
}

TEST_F(LocateTest, ARevisionIsARefOrACommit) {
  cached("org/name", 'a');
  const std::string other = CacheFolder::commit('b');
  folder_.ref("org/name", "v1", other);
  folder_.file("org/name", other, "config.json", "c1", "{}");
  folder_.file("org/name", other, "model.safetensors", "w2", "y");
  EXPECT_EQ(find("org/name").value().commit, CacheFolder::commit('a'));
  EXPECT_EQ(find("org/name@v1").value().commit, other);
  EXPECT_EQ(find("org/name@" + other).value().commit, other);
  EXPECT_THAT(failure("org/name@v2"),
              HasSubstr("not at v2: there is main, v1, " + CacheFolder::commit('a')));
  EXPECT_THAT(failure("org/name@v2"), HasSubstr("swivel pull org/name@v2 fetches it"));
}

TEST_F(LocateTest, MissingShardsAreNamed) {
  const std::string commit = CacheFolder::commit('a');
  folder_.ref("org/name", "main", commit);
  folder_.file("org/name", commit, "config.json", "c1", "{}");
  folder_.file("org/name", commit, "model-1.safetensors", "w1", "x");
  folder_.file("org/name", commit, "model.safetensors.index.json", "i1",
               R"({"weight_map":{"a":"model-1.safetensors","b":"model-2.safetensors"}})");
  EXPECT_THAT(failure("org/name"), HasSubstr("is not whole: model-2.safetensors is missing; "
                                             "swivel pull org/name fetches what is left"));
  EXPECT_TRUE(find("org/name", Needs::text_only));
  folder_.link("org/name", commit, "model-2.safetensors", "w2");  // leads to nothing yet
  EXPECT_THAT(failure("org/name"), HasSubstr("model-2.safetensors is missing"));
  CacheFolder::write(folder_.repo("org/name") / "blobs" / "w2", "y");
  EXPECT_TRUE(find("org/name"));
}

TEST_F(LocateTest, APullThatHasNotFinishedIsSaidToBeOne) {
  CacheFolder::write(folder_.repo("org/name") / "blobs" / "abc.incomplete", "half");
  EXPECT_THAT(failure("org/name"), HasSubstr("only partly downloaded; swivel pull org/name"));
}

TEST_F(LocateTest, OneOfSeveralGgufFilesIsNamedByItsPath) {
  const std::string commit = CacheFolder::commit('a');
  folder_.ref("org/name", "main", commit);
  folder_.file("org/name", commit, "x-Q4.gguf", "w1", "GGUF");
  EXPECT_EQ(find("org/name").value().path.filename(), "x-Q4.gguf");
  folder_.file("org/name", commit, "x-Q8.gguf", "w2", "GGUF");
  EXPECT_THAT(failure("org/name"), HasSubstr("say which: x-Q4.gguf and x-Q8.gguf, as "
                                             "org/name/FILE"));
  const Located located = find("org/name/x-Q8.gguf").value();
  EXPECT_EQ(located.path.filename(), "x-Q8.gguf");
  EXPECT_EQ(located.container, Located::Container::gguf);
  EXPECT_THAT(failure("org/name/x-Q2.gguf"),
              HasSubstr("swivel pull org/name --include 'x-Q2.gguf' fetches it"));
}

TEST_F(LocateTest, AnUnknownNameSaysWhereItWasLookedForAndWhatToType) {
  cached("org/tiny");
  const std::string repo = failure("org/tyni");
  EXPECT_THAT(repo, HasSubstr("it is not in the cache " + folder_.hub().string()));
  EXPECT_THAT(repo, HasSubstr("swivel pull org/tyni fetches it; did you mean org/tiny?"));
  const std::string word = failure("mini-onn");
  EXPECT_THAT(word, HasSubstr("built in are mini-one and mini-two"));
  EXPECT_THAT(word, HasSubstr("did you mean mini-one"));
  EXPECT_THAT(failure("tiny"), HasSubstr("did you mean org/tiny?"));
  EXPECT_EQ(find("org/tyni").error().code, ErrorCode::not_found);
  EXPECT_EQ(find("").error().code, ErrorCode::bad_input);
  EXPECT_EQ(find("hf:mini-one").error().code, ErrorCode::bad_input);
  EXPECT_FALSE(find("org/../../etc"));
}

TEST_F(LocateTest, TheEnvironmentSaysWhereTheCacheIs) {
  for (const char* name : {"HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "HF_HOME", "XDG_CACHE_HOME"})
    ::unsetenv(name);
  ::setenv("HOME", "/h", 1);
  EXPECT_EQ(HubCache::root_from_environment(), "/h/.cache/huggingface/hub");
  ::setenv("XDG_CACHE_HOME", "/x", 1);
  EXPECT_EQ(HubCache::root_from_environment(), "/x/huggingface/hub");
  ::setenv("HF_HOME", "/f", 1);
  EXPECT_EQ(HubCache::root_from_environment(), "/f/hub");
  ::setenv("HF_HUB_CACHE", "/c", 1);
  EXPECT_EQ(HubCache::root_from_environment(), "/c");
  ::setenv("SWIVEL_MODELS", "/m1:/m2", 1);
  EXPECT_THAT(Places::from_environment().built_in, testing::ElementsAre("/m1", "/m2"));
  for (const char* name : {"HF_HUB_CACHE", "HF_HOME", "XDG_CACHE_HOME", "SWIVEL_MODELS"})
    ::unsetenv(name);
}

}  // namespace
}  // namespace swivel::library
