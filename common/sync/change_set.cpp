// SPDX-License-Identifier: Apache-2.0
#include "common/sync/change_set.hpp"

#include <zstd.h>

#include <algorithm>

#include "common/base/pack.hpp"
#include "common/sync/change_set_format.hpp"

namespace sealkeep::sync {
namespace {

namespace format = change_set_format;

struct Parsed {
  ChangeSetHeader header;
  bool compressed = false;
  Hash root;  // only if compressed
  Signature signature;
  ByteView payload;
};

Error malformed(std::string why) {
  return {ErrorKind::BadInput, "change_set.malformed", "the bytes are not a change set", std::move(why),
          "send it again; if it stays so, the sender's software is at fault"};
}

Result<Parsed> parse(ByteView clear) {
  PackReader reader(clear);
  Parsed parsed;
  if (reader.uint() != format::kVersion) reader.reject("its version is not known here");
  parsed.compressed = reader.uint(format::kZstd) == format::kZstd;
  parsed.header.log.bytes = reader.fixed<8>();
  parsed.header.start = reader.uint(limits::kTreeSize);
  parsed.header.count = static_cast<std::size_t>(reader.uint(limits::kChangeSetEntries));
  parsed.header.raw_bytes = static_cast<std::size_t>(reader.uint(limits::kChangeSetBytes));
  if (parsed.compressed) parsed.root.bytes = reader.fixed<32>();
  parsed.signature.bytes = reader.fixed<64>();
  parsed.payload = reader.rest();
  if (!reader.ok()) return tl::unexpected(malformed("its first fields are not those of a change set"));
  if (parsed.header.count == 0 || parsed.header.start > limits::kTreeSize - parsed.header.count)
    return tl::unexpected(malformed("its first index and number of entries are impossible"));
  if (parsed.header.raw_bytes < parsed.header.count * bundled_bytes(1))
    return tl::unexpected(malformed("it names more entries than there is room for"));
  if (!parsed.compressed && parsed.payload.size() != parsed.header.raw_bytes)
    return tl::unexpected(malformed("its entries are shorter or longer than it says"));
  return parsed;
}

// Exactly one frame of exactly the bytes that the header names; decompressing in one step needs no window
// beside the result, so a frame cannot make us allocate more than that.
Result<Bytes> decompress(ByteView frame, std::size_t raw_bytes) {
  if (ZSTD_findFrameCompressedSize(frame.data(), frame.size()) != frame.size() ||
      ZSTD_getFrameContentSize(frame.data(), frame.size()) != raw_bytes)
    return tl::unexpected(malformed("its entries are not one compressed frame of the size that it says"));
  Bytes raw(raw_bytes);
  if (ZSTD_decompress(raw.data(), raw.size(), frame.data(), frame.size()) != raw_bytes)
    return tl::unexpected(malformed("its entries cannot be decompressed"));
  return raw;
}

// Empty if they do not pay for the root that they need.
Bytes compress(ByteView raw) {
  if (raw.size() < format::kCompressFromBytes) return {};
  Bytes frame(ZSTD_compressBound(raw.size()));
  const std::size_t written =
      ZSTD_compress(frame.data(), frame.size(), raw.data(), raw.size(), format::kZstdLevel);
  constexpr std::size_t kRootBytes = 2 + 32;
  if (ZSTD_isError(written) != 0 || written + kRootBytes + format::kLeastGainBytes > raw.size()) return {};
  frame.resize(written);
  return frame;
}

Refusal refusal(RefusalKind kind, Error error) {
  return {kind, std::move(error), std::nullopt, {}};
}

Error refused(const char* code, std::string what, std::string why, std::string next) {
  return {ErrorKind::Refused, code, std::move(what), std::move(why), std::move(next)};
}

std::string range(const ChangeSetHeader& header, std::uint64_t mirrored) {
  return "entries " + std::to_string(header.start) + " to " + std::to_string(header.end()) + ", " +
         std::to_string(mirrored) + " are held";
}

std::optional<Refusal> check_place(const ChangeSetHeader& header, const LogIdentity& log,
                                   std::uint64_t size) {
  if (header.log != log.id)
    return refusal(RefusalKind::WrongLog,
                   refused("change_set.wrong_log", "the change set belongs to another log or another key",
                           "expected " + printable(log.origin), "check for which site it was made"));
  if (header.end() <= size)
    return refusal(RefusalKind::AlreadyHeld,
                   refused("change_set.already_held", "the change set is held already", range(header, size),
                           "nothing is to be done"));
  if (header.start > size)
    return refusal(RefusalKind::Gap, refused("change_set.gap", "entries before this change set are missing",
                                             range(header, size), "send the earlier ones first"));
  if (header.start < size)
    return refusal(RefusalKind::Overlap,
                   refused("change_set.overlap", "a part of the change set is held already",
                           range(header, size), "send again from the size that is held"));
  return std::nullopt;
}

Refusal bad_signature(const Checkpoint& end) {
  return refusal(RefusalKind::BadSignature,
                 refused("change_set.bad_signature", "the log's writer did not sign this change set",
                         "log " + printable(end.origin) + ", size " + std::to_string(end.size),
                         "compare both sides' heads"));
}

// Hashes the entries into the run; false if the bytes are not `count` entries in bundle form.
bool hash_entries(VerifiedRun& run) {
  run.leaf_hashes.reserve(run.count);
  ByteReader reader(run.entries);
  for (std::size_t i = 0; i < run.count; ++i) {
    const std::size_t length = reader.u16();
    const ByteView entry = reader.raw(length);
    if (!reader.ok() || length == 0 || length > limits::kLeafBytes) return false;
    run.leaf_hashes.push_back(hash_leaf(entry));
    run.after.append(run.leaf_hashes.back());
  }
  return reader.finished();
}

}  // namespace

LogIdentity identify_log(std::string_view origin, const PublicKey& key) {
  const std::array<std::uint8_t, 2> separator{0x0A, static_cast<std::uint8_t>(NoteKeyType::Ed25519)};
  const Hash hash = sha256({as_bytes(origin), separator, key.bytes});
  LogIdentity log{std::string(origin), key, {}};
  std::copy_n(hash.bytes.begin(), log.id.bytes.size(), log.id.bytes.begin());
  return log;
}

ChangeSetBuilder::ChangeSetBuilder(std::uint64_t start, std::size_t max_entries, std::size_t max_bytes)
    : start_(start),
      max_entries_(std::min(max_entries, limits::kChangeSetEntries)),
      max_bytes_(std::min(max_bytes, limits::kChangeSetBytes)) {}

bool ChangeSetBuilder::add(ByteView entry) {
  SEALKEEP_ASSERT(!entry.empty() && entry.size() <= limits::kLeafBytes);
  if (count_ == max_entries_ || raw_.size() + bundled_bytes(entry.size()) > max_bytes_) return false;
  ByteWriter(raw_).u16(static_cast<std::uint16_t>(entry.size())).raw(entry);
  ++count_;
  return true;
}

Bytes ChangeSetBuilder::finish(const LogIdentity& log, const Checkpoint& head,
                               const Signature& signature) const {
  SEALKEEP_ASSERT(count_ > 0 && head.size == end() && head.origin == log.origin);
  const Bytes frame = compress(raw_);
  const ByteView payload = frame.empty() ? ByteView(raw_) : ByteView(frame);
  PackWriter writer;
  writer.reserve(payload.size() + 160);
  writer.uint(format::kVersion).uint(frame.empty() ? format::kNone : format::kZstd);
  writer.bin(log.id.bytes).uint(start_).uint(count_).uint(raw_.size());
  if (!frame.empty()) writer.bin(head.root.view());
  writer.bin(signature.bytes).raw(payload);
  return writer.take();
}

Bytes ChangeSetBuilder::finish(const LogIdentity& log, const Frontier& after, const SigningKey& key) const {
  SEALKEEP_ASSERT(key.public_key() == log.key);
  const Checkpoint head{log.origin, after.size(), after.root()};
  return finish(log, head, sign_checkpoint(head, key));
}

Result<ChangeSetHeader> read_change_set_header(ByteView clear) {
  SEALKEEP_LET(parsed, parse(clear));
  return parsed.header;
}

tl::expected<VerifiedRun, Refusal> open_change_set(ByteView clear, const LogIdentity& log,
                                                   const Frontier& mirrored) {
  Result<Parsed> parsed = parse(clear);
  if (!parsed) return tl::unexpected(refusal(RefusalKind::Malformed, std::move(parsed).error()));
  if (auto misplaced = check_place(parsed->header, log, mirrored.size()))
    return tl::unexpected(*std::move(misplaced));

  VerifiedRun run;
  run.start = parsed->header.start;
  run.count = parsed->header.count;
  run.after = mirrored;
  run.end = {log.origin, parsed->header.end(), parsed->root};
  run.signature = parsed->signature;
  if (parsed->compressed) {
    if (!verify_checkpoint(run.end, log.key, run.signature)) return tl::unexpected(bad_signature(run.end));
    Result<Bytes> raw = decompress(parsed->payload, parsed->header.raw_bytes);
    if (!raw) return tl::unexpected(refusal(RefusalKind::Malformed, std::move(raw).error()));
    run.entries = *std::move(raw);
  } else {
    run.entries = to_bytes(parsed->payload);
  }
  if (!hash_entries(run))
    return tl::unexpected(
        refusal(RefusalKind::Malformed, malformed("its entries are not as many or as long as it says")));

  const Hash root = run.after.root();
  if (!parsed->compressed) {
    run.end.root = root;
    if (!verify_checkpoint(run.end, log.key, run.signature)) return tl::unexpected(bad_signature(run.end));
  } else if (root != run.end.root) {
    return tl::unexpected(
        Refusal{RefusalKind::Fork,
                refused("change_set.fork", "the signed root is not that of the held entries with these",
                        "log " + printable(log.origin) + ", size " + std::to_string(run.end.size),
                        "compare both sides' heads; both are kept"),
                run.end, run.signature});
  }
  return run;
}

}  // namespace sealkeep::sync
