// SPDX-License-Identifier: Apache-2.0
// What comes over the wire or on a stick. What decodes is written back as the same bytes; what needs a
// signature is also tried with the fuzzer's own fields properly signed, to reach what stands behind the
// check; a change set that opens gives exactly the entries and the head that the log has.
#include "common/crypto/encoding.hpp"
#include "tests/fuzz/choices.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/fuzz/wire_world.hpp"

using namespace sealkeep;
using namespace sealkeep::fuzz;
using namespace sealkeep::sync;

namespace {

const WireWorld& world() {
  static const WireWorld made;
  return made;
}

bool same(ByteView a, ByteView b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end());
}

template <class Message>
void round_trip(const Result<Message>& decoded, ByteView bytes) {
  if (decoded) SEALKEEP_ASSERT(same(encode(*decoded), bytes));
}

void bodies(ByteView bytes) {
  round_trip(decode_hello(bytes), bytes);
  round_trip(decode_hello_answer(bytes), bytes);
  round_trip(decode_status(bytes), bytes);
}

void signed_message(ByteView bytes) {
  const WireWorld& known = world();
  const FindKey find = [&](std::string_view sender) {
    return sender == kSite ? std::optional(known.message.public_key()) : std::nullopt;
  };
  for (std::string_view purpose : {kHelloPurpose, kHelloAnswerPurpose, kStatusPurpose, kEpochOfferPurpose}) {
    const auto opened = open_signed(bytes, purpose, find, kHub);
    if (!opened) continue;
    SEALKEEP_ASSERT(same(sign_message(purpose, opened->sender, kHub, opened->body, known.message), bytes));
    bodies(opened->body);
  }
}

Bytes with_signatures(std::string_view context, ByteView fields,
                      std::initializer_list<const SigningKey*> keys) {
  Bytes message = to_bytes(as_bytes(context));
  append(message, fields);
  PackWriter out;
  out.raw(fields);
  for (const SigningKey* key : keys) out.bin(key->sign(message).bytes);
  return out.take();
}

void enrol_request(ByteView bytes) {
  const WireWorld& known = world();
  if (const auto request = decode_enrol_request(bytes, kHub))
    SEALKEEP_ASSERT(same(encode(*request, known.signers()), bytes));
}

void roles(ByteView bytes) {
  const WireWorld& known = world();
  if (const auto opened = open_roles_bundle(bytes, known.root.public_key(), kHub))
    SEALKEEP_ASSERT(same(sign_roles_bundle(*opened, known.root), bytes));
}

void invitation(std::string_view text) {
  const auto parsed = parse_invitation(text);
  if (!parsed) return;
  const std::string again = format_invitation(*parsed);
  SEALKEEP_ASSERT(text.find(again) != std::string_view::npos);
  SEALKEEP_ASSERT(text.find_first_not_of(" \t\r\n") == text.find(again));
}

Bytes bundle_of(const WrittenLog& log, std::uint64_t start, std::uint64_t end) {
  Bytes out;
  for (std::uint64_t i = start; i < end; ++i)
    ByteWriter(out).u16(static_cast<std::uint16_t>(log.entries[i].size())).raw(log.entries[i]);
  return out;
}

void change_set(ByteView clear, const WrittenLog& log) {
  const auto header = read_change_set_header(clear);
  const auto run = open_change_set(clear, log.identity, log.at(kMirrored));
  if (!run) {
    SEALKEEP_ASSERT(header || run.error().kind == RefusalKind::Malformed);
    return;
  }
  SEALKEEP_ASSERT(header && header->start == run->start && header->count == run->count &&
                  header->log == log.identity.id);
  SEALKEEP_ASSERT(run->start == kMirrored && run->end.size <= log.entries.size());
  SEALKEEP_ASSERT(run->end == log.head(run->end.size) && run->after == log.at(run->end.size));
  SEALKEEP_ASSERT(run->entries == bundle_of(log, run->start, run->end.size));
  SEALKEEP_ASSERT(run->leaf_hashes.size() == run->count);
}

// The beginning of a real set, then whatever comes: the root's signature is right and the entries are not.
void damaged_set(Input& in) {
  const WireWorld& known = world();
  Bytes bytes = in.u8() % 2 == 0 ? known.long_set() : known.short_set();
  bytes.resize(in.u16() % (bytes.size() + 1));
  append(bytes, in.rest());
  change_set(bytes, known.log);
}

// Any bytes can be entries: the set that a log makes of them opens to them.
void written_set(Input& in) {
  WrittenLog log;
  log.grow_to(kMirrored);
  while (!in.empty() && log.entries.size() < kMirrored + 64) {
    const ByteView entry = in.piece();
    if (!entry.empty() && entry.size() <= limits::kEntryBytes) log.append(to_bytes(entry));
  }
  if (log.entries.size() == kMirrored) return;
  const Bytes bytes = log.change_set(kMirrored, log.entries.size());
  SEALKEEP_ASSERT(open_change_set(bytes, log.identity, log.at(kMirrored)).has_value());
  change_set(bytes, log);
}

void epoch_offer(ByteView bytes) {
  const WireWorld& known = world();
  if (const auto offer = decode_epoch_offer(bytes); offer && offer->key == known.site_log.public_key())
    SEALKEEP_ASSERT(same(encode(*offer, known.site_log), bytes));
}

void frame(ByteView bytes) {
  const auto read = read_frame(bytes);
  if (!read) return;
  SEALKEEP_ASSERT(same(make_frame(read->type, read->body), bytes));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input in(data, size);
  const auto choice = in.choose<WireChoice>();
  if (choice == WireChoice::DamagedSet) {
    damaged_set(in);
    return 0;
  }
  if (choice == WireChoice::WrittenSet) {
    written_set(in);
    return 0;
  }
  const ByteView bytes = in.rest();
  const WireWorld& known = world();
  switch (choice) {
    case WireChoice::Frame:
      frame(bytes);
      break;
    case WireChoice::Hello:
      round_trip(decode_hello(bytes), bytes);
      break;
    case WireChoice::HelloAnswer:
      round_trip(decode_hello_answer(bytes), bytes);
      break;
    case WireChoice::Cosigned:
      round_trip(decode_cosigned(bytes), bytes);
      break;
    case WireChoice::WantDetails:
      round_trip(decode_want_details(bytes), bytes);
      break;
    case WireChoice::Details:
      round_trip(decode_details(bytes), bytes);
      break;
    case WireChoice::WantPicture:
      round_trip(decode_want_picture(bytes), bytes);
      break;
    case WireChoice::PicturePiece:
      round_trip(decode_picture_piece(bytes), bytes);
      break;
    case WireChoice::Status:
      round_trip(decode_status(bytes), bytes);
      break;
    case WireChoice::Refused:
      round_trip(decode_refused(bytes), bytes);
      break;
    case WireChoice::SignedMessage:
      signed_message(bytes);
      break;
    case WireChoice::EnrolRequest:
      enrol_request(bytes);
      break;
    case WireChoice::EnrolFields:
      enrol_request(with_signatures("sealkeep/enrol/v1\n", bytes,
                                    {&known.site_log, &known.site_mirror, &known.message}));
      break;
    case WireChoice::EnrolAnswer:
      round_trip(decode_enrol_answer(bytes), bytes);
      break;
    case WireChoice::EpochOffer:
      epoch_offer(bytes);
      epoch_offer(with_signatures("sealkeep/epoch-key/v1\n", bytes, {&known.site_log}));
      break;
    case WireChoice::Roles:
      roles(bytes);
      break;
    case WireChoice::RolesFields:
      roles(with_signatures("sealkeep/roles/v1\n", bytes, {&known.root}));
      break;
    case WireChoice::Invitation:
      invitation(as_text(bytes));
      break;
    case WireChoice::InvitationFields:
      invitation("sealkeep-invitation-v1." + base64(bytes));
      break;
    default:
      change_set(bytes, known.log);
  }
  return 0;
}
