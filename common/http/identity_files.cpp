// SPDX-License-Identifier: Apache-2.0
#include <sys/stat.h>

#include <fstream>

#include "common/crypto/encoding.hpp"
#include "common/http/identity.hpp"

namespace sealkeep::http {
namespace {

constexpr std::size_t kPemBytes = 256 * 1024;
constexpr std::string_view kBegin = "-----BEGIN PRIVATE KEY-----", kEnd = "-----END PRIVATE KEY-----";

Result<std::string> text_of(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string text(kPemBytes + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  if (in.bad() || text.empty() || text.size() > kPemBytes)
    return bad_input("http.identity_file", "The file " + printable(file.string(), 300) + " cannot be used",
                     "it is missing, may not be read, is empty or larger than 256 KiB",
                     "Name a PEM file in the configuration");
  return text;
}

}  // namespace

Result<Identity> identity_of_files(const std::filesystem::path& chain, const std::filesystem::path& key) {
  struct stat state {};
  if (::stat(key.c_str(), &state) == 0 && (state.st_mode & 07) != 0)
    return bad_input("http.identity_file", "Everybody may read the key " + printable(key.string(), 300), {},
                     "chmod o= FILE");
  SEALKEEP_LET(chain_pem, text_of(chain));
  SEALKEEP_LET(text, text_of(key));
  const auto wipe_text = [&] { wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()}); };
  const std::size_t begin = text.find(kBegin);
  const std::size_t end = text.find(kEnd);
  if (begin == std::string::npos || end == std::string::npos || end < begin) {
    wipe_text();
    return bad_input("http.identity_file", "The key is not of the form PKCS #8, PEM, without a password",
                     "it does not begin with " + std::string(kBegin),
                     "openssl pkcs8 -topk8 -nocrypt -in OLD -out NEW");
  }
  std::string digits;
  digits.reserve(end - begin);
  for (const char c : text.substr(begin + kBegin.size(), end - begin - kBegin.size()))
    if (c != '\n' && c != '\r') digits += c;
  auto der = from_base64(digits);
  wipe_text();
  wipe({reinterpret_cast<std::uint8_t*>(digits.data()), digits.size()});
  if (!der) return tl::unexpected<Error>(std::move(der).error());
  Secret secret(*der);
  wipe(*der);
  return Identity{std::move(chain_pem), std::move(secret)};
}

}  // namespace sealkeep::http
