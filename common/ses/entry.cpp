// SPDX-License-Identifier: Apache-2.0
#include "common/ses/entry.hpp"

#include "common/ses/codec.hpp"
#include "common/ses/restated.hpp"

namespace sealkeep::ses {
namespace {

using codec::FieldReader;
using codec::FieldWriter;

constexpr std::size_t kElements = 17;
constexpr std::size_t kElementsOfAnyVersion = 64;
constexpr std::size_t kUsualBytes = 256;

tl::unexpected<Error> malformed(std::string why) {
  return bad_input("entry.malformed", "A record is not an entry of a site log", std::move(why),
                   "Fetch it again from where it was written; if it stays so, that program is at fault");
}

void write_header(FieldWriter& fields, const EntryHeader& header) {
  fields.number(header.happened_ms, 0, codec::kTimeMs);
  fields.number(header.recorded_ms, 0, codec::kTimeMs);
  fields.number(header.utc_offset_min, -codec::kUtcOffsetMin, codec::kUtcOffsetMin);
  fields.put(header.boot_no);
  fields.number(header.mono_ms, 0, codec::kTimeMs);
  fields.put(header.clock_state);
  fields.put(header.person_no);
  fields.put(header.auth_method);
  fields.put(header.terminal_no);
  fields.put(header.source);
}

void read_header(PackReader& in, EntryHeader& header) {
  FieldReader fields(in);
  header.request_id = in.fixed<8>();
  header.happened_ms = in.sint(0, codec::kTimeMs);
  header.recorded_ms = in.sint(0, codec::kTimeMs);
  header.utc_offset_min = static_cast<std::int32_t>(in.sint(-codec::kUtcOffsetMin, codec::kUtcOffsetMin));
  fields.get(header.boot_no);
  header.mono_ms = in.sint(0, codec::kTimeMs);
  fields.get(header.clock_state);
  fields.get(header.person_no);
  fields.get(header.auth_method);
  fields.get(header.terminal_no);
  fields.get(header.source);
}

void write_lists(PackWriter& out, FieldWriter& fields, const Entry& entry) {
  fields.count(entry.irregularities.size(), limits::kIrregularitiesPerEntry);
  for (const NotedIrregularity& noted : entry.irregularities) {
    out.array(2);
    fields.put(noted.code);
    if (noted.reason) {
      out.uint(*noted.reason);
    } else {
      out.nil();
    }
  }
  fields.check(codec::lists_fault(entry.irregularities, entry.details.size()));
  fields.count(entry.refs.size(), limits::kRefsPerEntry);
  for (const Ref& ref : entry.refs) fields.put(ref);
}

void write_details(PackWriter& out, FieldWriter& fields, const std::vector<DetailCommitment>& details) {
  fields.count(details.size(), limits::kDetailsPerEntry);
  for (const DetailCommitment& detail : details) {
    out.array(3);
    fields.put(detail.kind);
    fields.put(detail.length_bytes);
    fields.put(detail.commitment);
  }
}

void read_irregularity(PackReader& in, NotedIrregularity& noted) {
  in.array(2);
  FieldReader(in).get(noted.code);
  if (!in.nil()) noted.reason = static_cast<std::uint8_t>(in.uint(limits::kDetailsPerEntry - 1));
}

std::size_t most_bytes(std::uint64_t kind) {
  return kind == static_cast<std::uint64_t>(Kind::Restated) ? limits::kLeafBytes : limits::kEntryBytes;
}

Result<Entry> decode(ByteView bytes, unsigned around);

// The entry inside, of which `around` others are restatements.
Result<> check_inside(const Entry& outer, const Restated& restated, unsigned around) {
  if (around > kRestatedDeep) return malformed("it was restated too often");
  SEALKEEP_LET(inside, decode(restated.entry, around));
  if (inside.details != outer.details) return malformed("it restates an entry with other details");
  if (const auto* again = std::get_if<Restated>(&inside.event))
    return again->at.epoch < restated.at.epoch ? Result<>() : malformed("it restates a later epoch's entry");
  return is_restated(kind_of(inside.event)) ? Result<>()
                                            : malformed("it restates an entry that is its log's own");
}

Result<Entry> decode(ByteView bytes, unsigned around) {
  if (bytes.size() > limits::kLeafBytes)
    return malformed("it is longer than " + std::to_string(limits::kLeafBytes) + " bytes");
  PackReader in(bytes);
  const std::size_t elements = in.array(2, kElementsOfAnyVersion);
  const std::uint64_t version = in.uint();
  if (in.ok() && version != codec::kVersion)
    return bad_input("entry.version", "An entry has version " + std::to_string(version),
                     "this program knows version 1 only", "Install the present release of Sealkeep here");
  const std::uint64_t kind = in.uint();
  const auto read_body = codec::Bodies<EventBody>::reader_of(kind);
  if (in.ok() && bytes.size() > most_bytes(kind))
    return malformed("it is longer than " + std::to_string(most_bytes(kind)) + " bytes");
  if (in.ok() && read_body == nullptr)
    return bad_input("entry.kind", "An entry has the unknown kind " + std::to_string(kind),
                     "it was written by a later release, or it is damaged",
                     "Install the present release of Sealkeep here");
  if (elements != kElements) in.reject("an entry has 17 elements");
  Result<Entry> result;
  Entry& entry = *result;
  if (in.ok()) {
    FieldReader fields(in);
    read_header(in, entry.header);
    fields.list(entry.irregularities, limits::kIrregularitiesPerEntry,
                [&](NotedIrregularity& noted) { read_irregularity(in, noted); });
    fields.list(entry.refs, limits::kRefsPerEntry, [&](Ref& ref) { fields.get(ref); });
    read_body(in, entry.event);
    fields.list(entry.details, limits::kDetailsPerEntry, [&](DetailCommitment& detail) {
      fields.exactly(detail.kind, detail.length_bytes, detail.commitment);
    });
    fields.check(codec::lists_fault(entry.irregularities, entry.details.size()));
  }
  if (Result<> whole = in.finish(); !whole) return malformed(whole.error().why);
  if (const auto* restated = std::get_if<Restated>(&entry.event))
    SEALKEEP_TRY(check_inside(entry, *restated, around + 1));
  return result;
}

}  // namespace

Result<Bytes> encode(const Entry& entry) {
  PackWriter out;
  out.reserve(kUsualBytes);
  FieldWriter fields(out);
  out.array(kElements).uint(codec::kVersion).uint(static_cast<std::uint64_t>(kind_of(entry.event)));
  out.bin(entry.header.request_id);
  write_header(fields, entry.header);
  write_lists(out, fields, entry);
  const char* body_fault = nullptr;
  bool body_too_large = false;
  codec::Bodies<EventBody>::write(out, entry.event, body_fault, body_too_large);
  write_details(out, fields, entry.details);
  const std::size_t most = most_bytes(static_cast<std::uint64_t>(kind_of(entry.event)));
  if (fields.too_large() || body_too_large || out.bytes().size() > most)
    return bad_input("entry.too_large", "A fact is too large for one entry",
                     "an entry has at most " + std::to_string(most) + " bytes and names at most " +
                         std::to_string(limits::kSealsPerEntry) + " seals",
                     "Split it into several entries");
  fields.check(body_fault);
  if (fields.fault() != nullptr)
    return bad_input("entry.malformed", "A fact cannot be written as an entry", fields.fault(),
                     "Correct the value and record it again");
  if (const auto* restated = std::get_if<Restated>(&entry.event))
    SEALKEEP_TRY(check_inside(entry, *restated, 1));
  return out.take();
}

Result<Entry> decode_entry(ByteView bytes) {
  return decode(bytes, 0);
}

}  // namespace sealkeep::ses
