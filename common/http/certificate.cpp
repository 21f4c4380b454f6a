// SPDX-License-Identifier: Apache-2.0
#include "common/http/certificate.hpp"

#include <arpa/inet.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <memory>

namespace sealkeep::http {
namespace {

template <auto Free>
struct Freed {
  template <class T>
  void operator()(T* what) const {
    Free(what);
  }
};
using KeyPtr = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using CertPtr = std::unique_ptr<X509, Freed<X509_free>>;
using BioPtr = std::unique_ptr<BIO, Freed<BIO_vfree>>;
using NumberPtr = std::unique_ptr<BIGNUM, Freed<BN_clear_free>>;

constexpr std::size_t kScalarBytes = 32;

std::string reason() {
  std::string text = "the library does not say why";
  if (const unsigned long code = ERR_peek_last_error(); code != 0) {
    if (const char* words = ERR_reason_error_string(code)) text = words;
  }
  ERR_clear_error();
  return text;
}

tl::unexpected<Error> not_made(const std::string& why) {
  return fail(ErrorKind::Bug, "http.certificate_not_made", "The server's certificate cannot be made", why,
              "Report this with the names in the configuration");
}

tl::unexpected<Error> not_a_key() {
  ERR_clear_error();
  return bad_input("http.key", "This is not a private key of the server's kind", {},
                   "Restore the key's file");
}

// The scalar with the public point that belongs to it.
Result<KeyPtr> key_of(const Secret& scalar) {
  if (scalar.size() != kScalarBytes) return not_a_key();
  const std::unique_ptr<EC_GROUP, Freed<EC_GROUP_free>> group(
      EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
  const NumberPtr number(BN_secure_new());
  SEALKEEP_ASSERT(group && number);
  BN_set_flags(number.get(), BN_FLG_CONSTTIME);
  if (BN_bin2bn(scalar.expose().data(), kScalarBytes, number.get()) == nullptr || BN_is_zero(number.get()) ||
      BN_cmp(number.get(), EC_GROUP_get0_order(group.get())) >= 0)
    return not_a_key();
  const std::unique_ptr<EC_POINT, Freed<EC_POINT_free>> point(EC_POINT_new(group.get()));
  std::array<std::uint8_t, 65> encoded{};
  SEALKEEP_ASSERT(point &&
                  EC_POINT_mul(group.get(), point.get(), number.get(), nullptr, nullptr, nullptr) == 1);
  SEALKEEP_ASSERT(EC_POINT_point2oct(group.get(), point.get(), POINT_CONVERSION_UNCOMPRESSED, encoded.data(),
                                     encoded.size(), nullptr) == encoded.size());
  const std::unique_ptr<OSSL_PARAM_BLD, Freed<OSSL_PARAM_BLD_free>> build(OSSL_PARAM_BLD_new());
  SEALKEEP_ASSERT(build &&
                  OSSL_PARAM_BLD_push_utf8_string(build.get(), OSSL_PKEY_PARAM_GROUP_NAME, "prime256v1", 0) ==
                      1 &&
                  OSSL_PARAM_BLD_push_BN(build.get(), OSSL_PKEY_PARAM_PRIV_KEY, number.get()) == 1 &&
                  OSSL_PARAM_BLD_push_octet_string(build.get(), OSSL_PKEY_PARAM_PUB_KEY, encoded.data(),
                                                   encoded.size()) == 1);
  const std::unique_ptr<OSSL_PARAM, Freed<OSSL_PARAM_free>> parameters(OSSL_PARAM_BLD_to_param(build.get()));
  const std::unique_ptr<EVP_PKEY_CTX, Freed<EVP_PKEY_CTX_free>> context(
      EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  EVP_PKEY* raw = nullptr;
  if (!parameters || !context || EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &raw, EVP_PKEY_KEYPAIR, parameters.get()) != 1)
    return not_a_key();
  return KeyPtr(raw);
}

CertPtr parse_pem(const std::string& pem) {
  const BioPtr bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  CertPtr out(bio ? PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr) : nullptr);
  ERR_clear_error();
  return out;
}

Result<std::string> to_pem(X509* certificate) {
  const BioPtr bio(BIO_new(BIO_s_mem()));
  if (!bio || PEM_write_bio_X509(bio.get(), certificate) != 1) return not_made(reason());
  char* text = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &text);
  return std::string(text, static_cast<std::size_t>(size));
}

bool add(X509* certificate, X509* issuer, int kind, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>> extension(
      X509V3_EXT_nconf_nid(nullptr, &context, kind, value.c_str()));
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

// The name goes in as it is, whatever its characters: it is no part of the extensions' little language.
bool set_name(X509* certificate, const std::string& name) {
  X509_NAME* subject = X509_get_subject_name(certificate);
  const auto* bytes = reinterpret_cast<const unsigned char*>(name.data());
  return X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8, bytes, static_cast<int>(name.size()), -1,
                                    0) == 1;
}

Result<CertPtr> begin(EVP_PKEY* key, const std::string& name, const Validity& validity) {
  CertPtr out(X509_new());
  std::array<std::uint8_t, 16> serial{};
  if (!out || RAND_bytes(serial.data(), static_cast<int>(serial.size())) != 1) return not_made(reason());
  serial[0] =
      static_cast<std::uint8_t>((serial[0] & 0x7f) | 0x40);  // positive, and always of the same length
  const NumberPtr number(BN_bin2bn(serial.data(), static_cast<int>(serial.size()), nullptr));
  const bool ok = number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(out.get())) != nullptr &&
                  X509_set_version(out.get(), X509_VERSION_3) == 1 && X509_set_pubkey(out.get(), key) == 1 &&
                  ASN1_TIME_set(X509_getm_notBefore(out.get()), validity.from_s) != nullptr &&
                  ASN1_TIME_set(X509_getm_notAfter(out.get()), validity.until_s) != nullptr &&
                  set_name(out.get(), name);
  if (!ok) return not_made(reason());
  return out;
}

// Host names and addresses have passed server_names(): no character of theirs means anything in an extension.
std::string permitted(const std::vector<std::string>& hosts) {
  std::string out =
      "critical,permitted;DNS:localhost,permitted;DNS:local,permitted;DNS:lan,permitted;DNS:internal,"
      "permitted;DNS:home.arpa,permitted;IP:10.0.0.0/255.0.0.0,permitted;IP:172.16.0.0/255.240.0.0,"
      "permitted;IP:192.168.0.0/255.255.0.0,permitted;IP:127.0.0.0/255.0.0.0,permitted;IP:169.254.0.0/"
      "255.255.0.0,"
      "permitted;IP:fc00::/fe00::,permitted;IP:fe80::/ffc0::,"
      "permitted;IP:::1/ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";
  for (const std::string& host : hosts) out += ",permitted;DNS:" + host;
  return out;
}

std::string alternatives(const ServerNames& names) {
  std::string out;
  for (const std::string& host : names.hosts) out += (out.empty() ? "DNS:" : ",DNS:") + host;
  for (const std::string& address : names.addresses) out += (out.empty() ? "IP:" : ",IP:") + address;
  return out;
}

// Signed, and what may be signed for is kept to.
bool chain_holds(X509* leaf, X509* root, std::int64_t unix_s) {
  const std::unique_ptr<X509_STORE, Freed<X509_STORE_free>> store(X509_STORE_new());
  const std::unique_ptr<X509_STORE_CTX, Freed<X509_STORE_CTX_free>> context(X509_STORE_CTX_new());
  bool ok = store && context && X509_STORE_add_cert(store.get(), root) == 1 &&
            X509_STORE_CTX_init(context.get(), store.get(), leaf, nullptr) == 1;
  if (ok) {
    X509_VERIFY_PARAM* parameters = X509_STORE_CTX_get0_param(context.get());
    X509_VERIFY_PARAM_set_time(parameters, unix_s);
    X509_VERIFY_PARAM_set_purpose(parameters, X509_PURPOSE_SSL_SERVER);
    ok = X509_verify_cert(context.get()) == 1;
  }
  ERR_clear_error();
  return ok;
}

std::int64_t seconds_of(const ASN1_TIME* time) {
  const std::unique_ptr<ASN1_TIME, Freed<ASN1_TIME_free>> epoch(ASN1_TIME_set(nullptr, 0));
  int days = 0;
  int seconds = 0;
  if (!epoch || ASN1_TIME_diff(&days, &seconds, epoch.get(), time) != 1) return 0;
  return std::int64_t{days} * 86'400 + seconds;
}

ServerNames names_of(X509* certificate) {
  ServerNames out;
  const std::unique_ptr<GENERAL_NAMES, Freed<GENERAL_NAMES_free>> names(
      static_cast<GENERAL_NAMES*>(X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    int type = 0;
    const auto* text = static_cast<const ASN1_STRING*>(
        GENERAL_NAME_get0_value(sk_GENERAL_NAME_value(names.get(), i), &type));
    if (type != GEN_DNS && type != GEN_IPADD) continue;
    const auto* bytes = ASN1_STRING_get0_data(text);
    const int size = ASN1_STRING_length(text);
    if (type == GEN_DNS) {
      out.hosts.emplace_back(bytes, bytes + size);
    } else if (size == 4 || size == 16) {
      std::array<char, INET6_ADDRSTRLEN> address{};
      ::inet_ntop(size == 4 ? AF_INET : AF_INET6, bytes, address.data(), address.size());
      out.addresses.emplace_back(address.data());
    }
  }
  std::sort(out.hosts.begin(), out.hosts.end());
  std::sort(out.addresses.begin(), out.addresses.end());
  return out;
}

}  // namespace

Secret make_p256_key() {
  const KeyPtr key(EVP_EC_gen("P-256"));
  BIGNUM* raw = nullptr;
  SEALKEEP_ASSERT(key && EVP_PKEY_get_bn_param(key.get(), OSSL_PKEY_PARAM_PRIV_KEY, &raw) == 1);
  const NumberPtr number(raw);
  std::array<std::uint8_t, kScalarBytes> scalar{};
  SEALKEEP_ASSERT(BN_bn2binpad(number.get(), scalar.data(), kScalarBytes) == kScalarBytes);
  Secret out(scalar);
  wipe(scalar);
  return out;
}

Result<Secret> p256_key_der(const Secret& scalar) {
  SEALKEEP_LET(key, key_of(scalar));
  const std::unique_ptr<PKCS8_PRIV_KEY_INFO, Freed<PKCS8_PRIV_KEY_INFO_free>> info(EVP_PKEY2PKCS8(key.get()));
  unsigned char* der = nullptr;
  const int size = info ? i2d_PKCS8_PRIV_KEY_INFO(info.get(), &der) : -1;
  if (size <= 0) return not_made(reason());
  Secret out(ByteView(der, static_cast<std::size_t>(size)));
  OPENSSL_clear_free(der, static_cast<std::size_t>(size));
  return out;
}

Result<std::string> make_root(const Secret& scalar, const std::string& name, const Validity& validity,
                              const std::vector<std::string>& hosts) {
  SEALKEEP_LET(key, key_of(scalar));
  SEALKEEP_LET(root, begin(key.get(), name, validity));
  X509* raw = root.get();
  const bool ok = X509_set_issuer_name(raw, X509_get_subject_name(raw)) == 1 &&
                  add(raw, raw, NID_basic_constraints, "critical,CA:TRUE,pathlen:0") &&
                  add(raw, raw, NID_key_usage, "critical,keyCertSign,cRLSign") &&
                  add(raw, raw, NID_subject_key_identifier, "hash") &&
                  add(raw, raw, NID_name_constraints, permitted(hosts)) &&
                  X509_sign(raw, key.get(), EVP_sha256()) > 0;
  if (!ok) return not_made(reason());
  return to_pem(raw);
}

Result<std::string> make_leaf(const Secret& scalar, const std::string& root_pem, const Secret& root_scalar,
                              const std::string& name, const Validity& validity, const ServerNames& names) {
  SEALKEEP_LET(key, key_of(scalar));
  SEALKEEP_LET(root_key, key_of(root_scalar));
  const CertPtr root = parse_pem(root_pem);
  if (!root) return not_made("the root cannot be read");
  SEALKEEP_LET(leaf, begin(key.get(), name, validity));
  X509* raw = leaf.get();
  const bool ok = X509_set_issuer_name(raw, X509_get_subject_name(root.get())) == 1 &&
                  add(raw, root.get(), NID_basic_constraints, "critical,CA:FALSE") &&
                  add(raw, root.get(), NID_key_usage, "critical,digitalSignature") &&
                  add(raw, root.get(), NID_ext_key_usage, "serverAuth") &&
                  add(raw, root.get(), NID_subject_key_identifier, "hash") &&
                  add(raw, root.get(), NID_authority_key_identifier, "keyid:always") &&
                  add(raw, root.get(), NID_subject_alt_name, alternatives(names)) &&
                  X509_sign(raw, root_key.get(), EVP_sha256()) > 0;
  if (!ok) return not_made(reason());
  if (!chain_holds(raw, root.get(), validity.from_s)) {
    return fail(
        ErrorKind::Refused, "http.name_outside",
        "The site's root certificate does not allow one of the server's names",
        "it was made for the names of that time, names below local, lan, internal and home.arpa, and private "
        "addresses",
        "Use one of those names, or make a new root and install it on the terminals");
  }
  return to_pem(raw);
}

Result<CertificateFacts> read_certificate(const std::string& pem) {
  const CertPtr certificate = parse_pem(pem);
  unsigned char* der = nullptr;
  const int size = certificate ? i2d_X509(certificate.get(), &der) : -1;
  if (size <= 0) {
    return fail(ErrorKind::Corrupt, "http.certificate", "A certificate cannot be read", {},
                "Restore its file from its backup");
  }
  CertificateFacts out;
  out.fingerprint = sha256(ByteView(der, static_cast<std::size_t>(size)));
  OPENSSL_free(der);
  out.validity = {seconds_of(X509_get0_notBefore(certificate.get())),
                  seconds_of(X509_get0_notAfter(certificate.get()))};
  out.names = names_of(certificate.get());
  return out;
}

bool is_of_key(const std::string& pem, const Secret& scalar) {
  const CertPtr certificate = parse_pem(pem);
  const Result<KeyPtr> key = key_of(scalar);
  const bool same = certificate && key && X509_check_private_key(certificate.get(), key->get()) == 1;
  ERR_clear_error();
  return same;
}

bool fits(const std::string& leaf_pem, const Secret& leaf_key, const std::string& root_pem,
          std::int64_t unix_s) {
  const CertPtr leaf = parse_pem(leaf_pem);
  const CertPtr root = parse_pem(root_pem);
  return leaf && root && is_of_key(leaf_pem, leaf_key) && chain_holds(leaf.get(), root.get(), unix_s);
}

}  // namespace sealkeep::http
