// SPDX-License-Identifier: Apache-2.0
#include "common/base/pack.hpp"
#include "common/sync/enrolment.hpp"
#include "common/tlog/note.hpp"

namespace sealkeep::sync {
namespace {

constexpr std::string_view kContext = "sealkeep/epoch-key/v1\n";

Bytes proved(ByteView preceding) {
  Bytes message = to_bytes(as_bytes(kContext));
  append(message, preceding);
  return message;
}

}  // namespace

Bytes site_key_bytes(const SiteKeys& keys) {
  Bytes all;
  for (const auto* bytes :
       {&keys.log.bytes, &keys.mirror.bytes, &keys.message.bytes, &keys.curve.bytes, &keys.envelope.bytes})
    append(all, *bytes);
  return all;
}

std::string site_fingerprint(const SiteKeys& keys) {
  return fingerprint(site_key_bytes(keys));
}

Bytes encode(const EpochOffer& offer, const SigningKey& log) {
  SEALKEEP_ASSERT(check_key_name(offer.origin) && check_key_name(offer.previous_origin) &&
                  offer.origin != offer.previous_origin && log.public_key() == offer.key);
  PackWriter writer;
  writer.str(offer.origin).bin(offer.key.bytes).str(offer.previous_origin).uint(offer.previous_size);
  writer.bin(offer.previous_root.view());
  const Signature signature = log.sign(proved(writer.bytes()));
  return writer.bin(signature.bytes).take();
}

Result<EpochOffer> decode_epoch_offer(ByteView body) {
  PackReader reader(body);
  EpochOffer offer;
  offer.origin = reader.str(limits::kOriginBytes, 1);
  offer.key.bytes = reader.fixed<32>();
  offer.previous_origin = reader.str(limits::kOriginBytes, 1);
  offer.previous_size = reader.uint(limits::kTreeSize);
  offer.previous_root.bytes = reader.fixed<32>();
  const ByteView preceding = body.first(body.size() - reader.rest().size());
  const Signature signature{reader.fixed<64>()};
  if (reader.ok() && (!check_key_name(offer.origin) || !check_key_name(offer.previous_origin)))
    reader.reject("a log's origin is not a name");
  if (reader.ok() && offer.origin == offer.previous_origin) reader.reject("an epoch follows itself");
  SEALKEEP_TRY(reader.finish());
  if (!verify(offer.key, proved(preceding), signature))
    return fail(ErrorKind::Refused, "epoch_offer.bad_signature",
                "the site does not prove that it holds the new epoch's key", printable(offer.origin),
                "do not approve this epoch; look at the site");
  return offer;
}

}  // namespace sealkeep::sync
