#include "net/url.h"

#include <gtest/gtest.h>

namespace swivel::net {
namespace {

TEST(UrlTest, AUrlIsReadIntoItsParts) {
  const Url url = parse_url("HTTPS://Hub.Example:8443/a/b?q=1#part").value();
  EXPECT_EQ(url.scheme, "https");
  EXPECT_EQ(url.host, "hub.example");
  EXPECT_EQ(url.port, 8443);
  EXPECT_EQ(url.target, "/a/b?q=1");
  EXPECT_EQ(url.str(), "https://hub.example:8443/a/b?q=1");
  EXPECT_EQ(parse_url("http://h").value().str(), "http://h/");
  EXPECT_EQ(parse_url("http://h:80/").value().str(), "http://h/");
  EXPECT_EQ(parse_url("http://[::1]:81/x").value().host, "[::1]");
  EXPECT_EQ(parse_url("http://h?x").value().target, "/?x");
}

TEST(UrlTest, OriginsDifferBySchemeHostAndPort) {
  const std::string origin = parse_url("https://hub/a").value().origin();
  EXPECT_EQ(origin, parse_url("https://HUB:443/b").value().origin());
  EXPECT_NE(origin, parse_url("http://hub/a").value().origin());
  EXPECT_NE(origin, parse_url("https://hub:444/a").value().origin());
  EXPECT_NE(origin, parse_url("https://hub.evil/a").value().origin());
}

TEST(UrlTest, WhatIsNoPlainWebAddressIsRefused) {
  for (const char* text : {"",
                           "hub",
                           "/a",
                           "//hub/a",
                           "file:///etc/passwd",
                           "ftp://h/",
                           "http:h",
                           "http://",
                           "http:///a",
                           "http://user@hub/",
                           "http://hub@evil/",
                           "http://h:0/",
                           "http://h:65536/",
                           "http://h:8x/",
                           "http://h/a b",
                           "http://h/\r\nX: y",
                           "http://h\\evil/",
                           "http://h_o%41/",
                           "http://[::1/",
                           "http://h/\xc3\xa9",
                           "http://h<>/"})
    EXPECT_FALSE(parse_url(text)) << text;
  EXPECT_FALSE(parse_url("http://h/" + std::string(20'000, 'a')));
}

TEST(UrlTest, ARefusalNeverRepeatsAPassword) {
  const auto url = parse_url("https://me:secret@hub/x");
  ASSERT_FALSE(url);
  EXPECT_EQ(url.error().message.find("secret"), std::string::npos);
}

// RFC 3986, section 5.4.
TEST(UrlTest, AReferenceIsResolvedAgainstItsBase) {
  const Url base = parse_url("http://a/b/c/d?q").value();
  const auto resolved = [&](const char* reference) {
    return resolve_url(base, reference).value().str();
  };
  EXPECT_EQ(resolved("g"), "http://a/b/c/g");
  EXPECT_EQ(resolved("./g"), "http://a/b/c/g");
  EXPECT_EQ(resolved("g/"), "http://a/b/c/g/");
  EXPECT_EQ(resolved("/g"), "http://a/g");
  EXPECT_EQ(resolved("//g"), "http://g/");
  EXPECT_EQ(resolved("?y"), "http://a/b/c/d?y");
  EXPECT_EQ(resolved("g?y"), "http://a/b/c/g?y");
  EXPECT_EQ(resolved("#s"), "http://a/b/c/d?q");
  EXPECT_EQ(resolved(""), "http://a/b/c/d?q");
  EXPECT_EQ(resolved("."), "http://a/b/c/");
  EXPECT_EQ(resolved(".."), "http://a/b/");
  EXPECT_EQ(resolved("../g"), "http://a/b/g");
  EXPECT_EQ(resolved("../../../g"), "http://a/g");
  EXPECT_EQ(resolved("https://z/y"), "https://z/y");
  EXPECT_FALSE(resolve_url(base, "javascript:alert(1)"));
}

TEST(UrlTest, OnlyUnreservedCharactersStayUnencoded) {
  EXPECT_EQ(percent_encode("a-b_c.d~e", Slashes::encode), "a-b_c.d~e");
  EXPECT_EQ(percent_encode("refs/pr/1", Slashes::encode), "refs%2Fpr%2F1");
  EXPECT_EQ(percent_encode("a/b c?d#e%+", Slashes::keep), "a/b%20c%3Fd%23e%25%2B");
}

}  // namespace
}  // namespace swivel::net
