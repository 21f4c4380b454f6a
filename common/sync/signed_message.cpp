// SPDX-License-Identifier: Apache-2.0
#include "common/sync/signed_message.hpp"

#include "common/base/pack.hpp"
#include "common/tlog/note.hpp"

namespace sealkeep::sync {
namespace {

constexpr std::size_t kPurposeBytes = 32;

Bytes signed_part(std::string_view purpose, ByteView preceding) {
  Bytes message = to_bytes(as_bytes("sealkeep/" + std::string(purpose) + "/v1\n"));
  append(message, preceding);
  return message;
}

tl::unexpected<Error> refused(const char* code, std::string what, std::string why, std::string next) {
  return fail(ErrorKind::Refused, code, std::move(what), std::move(why), std::move(next));
}

}  // namespace

Bytes sign_message(std::string_view purpose, std::string_view sender, std::string_view recipient,
                   ByteView body, const SigningKey& key) {
  SEALKEEP_ASSERT(purpose.size() <= kPurposeBytes && check_key_name(sender) && check_key_name(recipient));
  PackWriter writer;
  writer.reserve(body.size() + sender.size() + recipient.size() + 128);
  writer.str(purpose).str(sender).str(recipient).bin(body);
  const Signature signature = key.sign(signed_part(purpose, writer.bytes()));
  return writer.bin(signature.bytes).take();
}

Result<SignedBody> open_signed(ByteView bytes, std::string_view purpose, const FindKey& find_key,
                               std::string_view recipient) {
  PackReader reader(bytes);
  const std::string_view claimed_purpose = reader.str(kPurposeBytes, 1);
  SignedBody opened;
  opened.sender = reader.str(limits::kOriginBytes, 1);
  const std::string_view claimed_recipient = reader.str(limits::kOriginBytes, 1);
  opened.body = reader.bin(limits::kMessageBytes);
  const ByteView preceding = bytes.first(bytes.size() - reader.rest().size());
  const Signature signature{reader.fixed<64>()};
  if (!reader.finish())
    return bad_input("message.malformed", "the bytes are not a signed message",
                     "its fields are not those of one", "update the older of both sides");
  if (claimed_purpose != purpose)
    return refused("message.other_purpose", "the message was signed for another purpose",
                   printable(claimed_purpose) + " instead of " + std::string(purpose),
                   "update the older of both sides");
  if (claimed_recipient != recipient)
    return refused("message.not_for_us", "the message was signed for another recipient",
                   printable(claimed_recipient) + " instead of " + printable(recipient),
                   "check which hub the site was enrolled with");
  const std::optional<PublicKey> key = find_key(opened.sender);
  if (!key)
    return refused("message.unknown_sender", "the message's sender is not known here, or was revoked",
                   printable(opened.sender), "enrol the site, or approve it");
  if (!verify(*key, signed_part(purpose, preceding), signature))
    return refused("message.bad_signature", "the message was not signed by its sender",
                   printable(opened.sender), "look for a second machine or an exchanged key");
  return opened;
}

}  // namespace sealkeep::sync
