#include "net/digest.h"

#include <fmt/format.h>
#include <openssl/evp.h>

#include "base/check.h"

namespace swivel::net {

void Digest::Free::operator()(void* context) const {
  EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(context));
}

Digest::Digest(const void* algorithm) : context_(EVP_MD_CTX_new()) {
  CHECK(context_ != nullptr);
  CHECK(EVP_DigestInit_ex(static_cast<EVP_MD_CTX*>(context_.get()),
                          static_cast<const EVP_MD*>(algorithm), nullptr) == 1);
}

Digest Digest::sha256() { return Digest(EVP_sha256()); }

Digest Digest::git_blob(int64_t bytes) {
  Digest digest(EVP_sha1());
  const std::string header = fmt::format("blob {}", bytes);
  digest.update(std::as_bytes(std::span(header.c_str(), header.size() + 1)));
  return digest;
}

Digest Digest::of_name(std::string_view name, int64_t bytes) {
  return name.size() == 64 ? sha256() : git_blob(bytes);
}

void Digest::update(std::span<const std::byte> bytes) {
  CHECK(EVP_DigestUpdate(static_cast<EVP_MD_CTX*>(context_.get()), bytes.data(), bytes.size()) ==
        1);
}

std::string Digest::finish() {
  unsigned char value[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  CHECK(EVP_DigestFinal_ex(static_cast<EVP_MD_CTX*>(context_.get()), value, &size) == 1);
  std::string hex;
  for (unsigned int i = 0; i < size; ++i) hex += fmt::format("{:02x}", value[i]);
  return hex;
}

}  // namespace swivel::net
