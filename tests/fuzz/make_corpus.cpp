// SPDX-License-Identifier: Apache-2.0
// Writes one sound input for each parser into FOLDER/fuzz_<target>/, from fixed seeds: run it again after a
// format changed.
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "common/crypto/encoding.hpp"
#include "common/tlog/cosignature.hpp"
#include "common/tlog/proof.hpp"
#include "tests/fuzz/choices.hpp"
#include "tests/fuzz/wire_world.hpp"

using namespace sealkeep;
using namespace sealkeep::fuzz;

namespace {

class Corpus {
 public:
  Corpus(const std::filesystem::path& parent, const char* target) : folder_(parent / target) {
    std::filesystem::create_directories(folder_);
  }
  template <class Choice>
  void add(const std::string& name, Choice choice, ByteView bytes) {
    std::ofstream file(folder_ / name, std::ios::binary);
    file << static_cast<char>(choice) << as_text(bytes);
    written_ = written_ && file.flush().good();
  }
  template <class Choice>
  void add(const std::string& name, Choice choice, std::string_view text) {
    add(name, choice, as_bytes(text));
  }
  [[nodiscard]] bool written() const { return written_; }

 private:
  std::filesystem::path folder_;
  bool written_ = true;
};

void append_hashes(Bytes& out, const std::vector<Hash>& hashes) {
  for (const Hash& hash : hashes) append(out, hash.bytes);
}

bool tlog(const std::filesystem::path& root) {
  Corpus corpus(root, "fuzz_tlog");
  const SigningKey key{Bytes(32, 1)}, mirror{Bytes(32, 2)};
  const std::string origin = "hub.example.nz/site/akl-01/e1";
  std::vector<Hash> leaves;
  for (int i = 0; i < 300; ++i) leaves.push_back(hash_leaf(as_bytes(std::to_string(i))));
  const auto head_at = [&](std::size_t size) {
    Frontier frontier;
    for (std::size_t i = 0; i < size; ++i) frontier.append(leaves[i]);
    return frontier;
  };
  const Checkpoint head{origin, 300, head_at(300).root()};
  const Cosignature cosigned = make_cosignature(head, 1'780'000'000, mirror);
  const NoteSignature line = cosignature_line("hub.example.nz", mirror.public_key(), cosigned);
  corpus.add("checkpoint_note", TlogChoice::Note,
             note_text(head, key.public_key(), sign_checkpoint(head, key), std::span(&line, 1)));
  corpus.add("signed_checkpoint", TlogChoice::SignedText, format_checkpoint(head));
  corpus.add("signed_other_text", TlogChoice::SignedText, "any text\n\nwith a blank line\n");
  corpus.add("checkpoint", TlogChoice::Checkpoint, format_checkpoint(head));
  corpus.add("vkey_log", TlogChoice::VerifierKey,
             format_verifier_key({origin, NoteKeyType::Ed25519, key.public_key()}));
  corpus.add("vkey_mirror", TlogChoice::VerifierKey,
             format_verifier_key({"hub.example.nz", NoteKeyType::Cosignature, mirror.public_key()}));
  Bytes cosignature;
  ByteWriter(cosignature).u64(cosigned.time_s).raw(cosigned.signature.bytes);
  corpus.add("cosignature", TlogChoice::Cosignature, cosignature);
  corpus.add("tile_partial", TlogChoice::TilePath, tile_path({1, 1'234'067, 8}));
  corpus.add("tile_full", TlogChoice::TilePath, tile_path({7, 3, kTileWidth}));
  corpus.add("bundle_path", TlogChoice::BundlePath, bundle_path({1'234'067, 255}));
  Bytes bundle{0, 3};
  for (std::string_view entry : {"seal event 1", "", "seal event 3"})
    if (!append_to_bundle(bundle, as_bytes(entry))) return false;
  corpus.add("bundle", TlogChoice::Bundle, bundle);

  const ReadHashes read = [&](unsigned level, std::uint64_t index) -> Result<Hash> {
    return perfect_root(std::span(leaves).subspan(index << level, std::size_t{1} << level));
  };
  Bytes inclusion, consistency, far, frontier, tile;
  ByteWriter(inclusion).u16(77).u16(299);
  append_hashes(inclusion, *make_inclusion_proof(77, 299, read));
  corpus.add("inclusion", TlogChoice::Inclusion, inclusion);
  ByteWriter(consistency).u16(70).u16(299);
  append_hashes(consistency, *make_consistency_proof(70, 299, read));
  corpus.add("consistency", TlogChoice::Consistency, consistency);
  ByteWriter(far).u64((std::uint64_t{1} << 62) + 5).u64(limits::kTreeSize);
  append_hashes(far, std::vector<Hash>(leaves.begin(), leaves.begin() + 63));
  corpus.add("far_proof", TlogChoice::FarProof, far);
  ByteWriter(tile).u16(4);
  append_hashes(tile, std::vector<Hash>(leaves.begin(), leaves.begin() + 5));
  corpus.add("tile", TlogChoice::Tile, tile);
  ByteWriter(frontier).u64(300);
  append_hashes(frontier, head_at(300).roots());
  corpus.add("frontier", TlogChoice::Frontier, frontier);
  return corpus.written();
}

bool entries(const std::filesystem::path& root) {
  Corpus corpus(root, "fuzz_entry");
  SeededRandom random(7);
  corpus.add("usual", EntryChoice::Entry, *ses::encode(ses::samples::usual_entry()));
  bool sound = true;
  Bytes sequence;
  std::size_t number = 0;
  ses::samples::each_kind<ses::Event>(random, [&](const ses::Event& event) {
    ses::Entry entry = ses::samples::usual_entry();
    entry.event = event;
    if (number % 8 == 0) entry = ses::samples::entry(random, event);
    const Result<Bytes> bytes = ses::encode(entry);
    sound = sound && bytes.has_value();
    if (!bytes) return;
    ByteWriter(sequence).u8(0).u16(static_cast<std::uint16_t>(bytes->size())).raw(*bytes);
    if (number % 16 == 15) {
      corpus.add("kinds_to_" + std::to_string(number), EntryChoice::Register, sequence);
      sequence.clear();
    }
    if (number++ % 6 == 0) corpus.add("kind_" + std::to_string(number), EntryChoice::Entry, *bytes);
  });
  number = 0;
  ses::samples::each_kind<ses::DirectiveBody>(random, [&](const ses::DirectiveBody& body) {
    const Result<Bytes> bytes = ses::encode(ses::Directive{{1, 2, 3}, 1'780'000'000'000, body});
    sound = sound && bytes.has_value();
    if (bytes) corpus.add("directive_" + std::to_string(++number), EntryChoice::Directive, *bytes);
  });
  // Small worlds: the target's own short form, random choices.
  for (int seed = 1; seed <= 4; ++seed) {
    SeededRandom dice(static_cast<std::uint64_t>(seed));
    Bytes choices(400);
    dice.fill(choices);
    for (std::uint8_t& byte : choices) byte = static_cast<std::uint8_t>(byte % 64 + (byte > 127 ? 48 : 0));
    corpus.add("small_world_" + std::to_string(seed), EntryChoice::Register, choices);
  }
  return sound && corpus.written();
}

sync::LogHead log_head(const WireWorld& world, bool with_proofs) {
  sync::LogHead head;
  const Checkpoint at = world.log.head(20);
  head.origin = at.origin;
  head.size = at.size;
  head.root = at.root;
  head.window_bytes = 65'536;
  if (!with_proofs) return head;
  head.signature = sign_checkpoint(at, world.log.key);
  head.cosigned = sync::HeldCosignature{20, make_cosignature(at, 1'780'000'000, world.site_mirror)};
  return head;
}

// Fields without the signatures behind them.
ByteView fields_of(const Bytes& bytes, std::size_t signatures) {
  return ByteView(bytes).first(bytes.size() - signatures * 66);
}

bool wire(const std::filesystem::path& root) {
  Corpus corpus(root, "fuzz_wire");
  const WireWorld world;
  const sync::Hello hello{{{1, 2, 3}}, 3, "sealkeep 0.1.0", 1'780'000'000'000, {log_head(world, true)}};
  const sync::HelloAnswer answer{{{1, 2, 3}}, 1'780'000'000'100, 0, {log_head(world, true)}};
  const sync::WireLogId id = world.log.identity.id;
  const Checkpoint head = world.log.head(20);
  const sync::Status status{head.origin, 20, head.root, 1'780'000'000'000, {{2, 1'779'999'000'000}}, -250};
  corpus.add("frame", WireChoice::Frame, sync::make_frame(sync::MessageType::Hello, sync::encode(hello)));
  corpus.add("hello", WireChoice::Hello, sync::encode(hello));
  corpus.add("hello_answer", WireChoice::HelloAnswer, sync::encode(answer));
  corpus.add("hello_busy", WireChoice::HelloAnswer,
             sync::encode(sync::HelloAnswer{{{1}}, 1'780'000'000'100, 5'000, {}}));
  corpus.add(
      "cosigned", WireChoice::Cosigned,
      sync::encode(sync::Cosigned{id, 20, make_cosignature(head, 1'780'000'000, world.site_mirror), 65'536}));
  corpus.add("want_details", WireChoice::WantDetails, sync::encode(sync::WantDetails{id, 3, 9}));
  corpus.add("details", WireChoice::Details,
             sync::encode(sync::Details{
                 id, 3, 9, {{3, 0, 1, {7}, Bytes(20, 9)}, {5, 1, 2, {8}, Bytes(3, 1)}}, {{4, 0}}}));
  corpus.add("want_picture", WireChoice::WantPicture, sync::encode(sync::WantPicture{id, 3, 1, 65'536}));
  corpus.add("picture_piece", WireChoice::PicturePiece,
             sync::encode(sync::PicturePiece{id, 3, 1, sync::PictureState::Piece, 60, 90, Bytes(30, 9)}));
  corpus.add("picture_gone", WireChoice::PicturePiece,
             sync::encode(sync::PicturePiece{id, 3, 1, sync::PictureState::Gone, 0, 0, {}}));
  corpus.add("status", WireChoice::Status, sync::encode(status));
  corpus.add("refused", WireChoice::Refused,
             sync::encode(sync::Refused{"message.not_for_us", id, 5'000, true}));
  corpus.add("signed_hello", WireChoice::SignedMessage,
             sync::sign_message(sync::kHelloPurpose, kSite, kHub, sync::encode(hello), world.message));
  corpus.add("signed_status", WireChoice::SignedMessage,
             sync::sign_message(sync::kStatusPurpose, kSite, kHub, sync::encode(status), world.message));
  const Bytes request = sync::encode(world.request(), world.signers());
  corpus.add("enrol_request", WireChoice::EnrolRequest, request);
  corpus.add("enrol_fields", WireChoice::EnrolFields, fields_of(request, 3));
  const sync::Invitation invitation = world.invitation();
  corpus.add("enrol_answer", WireChoice::EnrolAnswer,
             sync::encode(sync::EnrolAnswer{sync::EnrolState::Approved, "welcome", invitation.roles}));
  const sync::EpochOffer offer{"hub.example.nz/site/akl-01/e2", world.site_log.public_key(), head.origin, 20,
                               head.root};
  const Bytes offered = sync::encode(offer, world.site_log);
  corpus.add("epoch_offer", WireChoice::EpochOffer, offered);
  corpus.add("epoch_offer_fields", WireChoice::EpochOffer, fields_of(offered, 1));
  corpus.add("roles", WireChoice::Roles, invitation.roles);
  corpus.add("roles_fields", WireChoice::RolesFields, fields_of(invitation.roles, 1));
  const std::string text = sync::format_invitation(invitation);
  corpus.add("invitation", WireChoice::Invitation, text);
  const auto fields = from_base64(std::string_view(text).substr(text.find('.') + 1));
  if (!fields) return false;
  corpus.add("invitation_fields", WireChoice::InvitationFields, *fields);
  sync::Invitation again = invitation;
  again.epoch = 2;
  again.follows = sync::FollowedLog{"hub.example.nz/site/akl-01/e1", 700, sha256(as_bytes("root")), 650};
  const std::string again_text = sync::format_invitation(again);
  corpus.add("invitation_again", WireChoice::Invitation, again_text);
  const auto again_fields = from_base64(std::string_view(again_text).substr(again_text.find('.') + 1));
  if (!again_fields) return false;
  corpus.add("invitation_again_fields", WireChoice::InvitationFields, *again_fields);
  const Bytes long_set = world.long_set();
  corpus.add("long_set", WireChoice::ChangeSet, long_set);
  corpus.add("short_set", WireChoice::ChangeSet, world.short_set());
  for (std::size_t keep : {std::size_t{120}, long_set.size() / 2, long_set.size() - 3}) {
    Bytes damaged{0};
    ByteWriter(damaged).u16(static_cast<std::uint16_t>(keep)).raw(ByteView(long_set).subspan(keep));
    corpus.add("damaged_set_" + std::to_string(keep), WireChoice::DamagedSet, damaged);
  }
  Bytes pieces;
  for (int i = 0; i < 12; ++i) {
    const Bytes entry(static_cast<std::size_t>(20 + 9 * i), static_cast<std::uint8_t>(i));
    ByteWriter(pieces).u16(static_cast<std::uint16_t>(entry.size())).raw(entry);
  }
  corpus.add("written_set", WireChoice::WrittenSet, pieces);
  return corpus.written();
}

bool envelopes(const std::filesystem::path& root) {
  Corpus corpus(root, "fuzz_envelope");
  SeededRandom random(1);
  const BoxKey key{Bytes(32, 3)};
  corpus.add("sealed", EnvelopeChoice::Sealed,
             envelope::seal(as_bytes("a detail"), key.public_key(), random));
  corpus.add("damaged", EnvelopeChoice::Damaged, Bytes{0, 50, 1, 0, 'a', ' ', 'd', 'e', 't', 'a', 'i', 'l'});
  corpus.add("cut", EnvelopeChoice::Damaged, Bytes{0, 0, 0, 1, 'a', ' ', 'd', 'e', 't', 'a', 'i', 'l'});
  corpus.add("base64", EnvelopeChoice::Base64, "c2VhbGtlZXA+Lw==");
  corpus.add("hex", EnvelopeChoice::Hex, "0123456789abcdefABCDEF");
  corpus.add("key_file", EnvelopeChoice::KeyFile, "sealkeep-key-v1 log " + base64(Bytes(32, 9)) + "\n");
  return corpus.written();
}

Bytes packed_value() {
  PackWriter out;
  out.array(5).uint(1).str("seal").str("NZ300001").str("list");
  out.array(5).uint(0).nil().boolean(true).sint(-300).str("caf\u00e9");
  return out.take();
}

bool cli(const std::filesystem::path& root) {
  Corpus corpus(root, "fuzz_cli");
  PackWriter command;
  command.array(4)
      .uint(1)
      .str("seal apply")
      .array(2)
      .bin(as_bytes("seal"))
      .array(1)
      .bin(as_bytes("NZ300001"));
  command.bin(as_bytes("file"));
  corpus.add("command", CliChoice::Command, command.bytes());
  PackWriter progress, value, error;
  progress.array(5).uint(1).uint(0).uint(3).uint(9).str("entries checked");
  value.array(3).uint(1).uint(1).raw(packed_value());
  error.array(7).uint(1).uint(2).uint(1).str("seal.number").str("not a number").str("").str("look again");
  corpus.add("progress", CliChoice::AnswerPart, progress.bytes());
  corpus.add("answer", CliChoice::AnswerPart, value.bytes());
  corpus.add("error", CliChoice::AnswerPart, error.bytes());
  corpus.add("value", CliChoice::Value, packed_value());
  corpus.add("config", CliChoice::Config,
             "name = 'AKL' # comment\n[listen]\nport = 7_441\ntls = false\norigins = [\"https://a\", 'b']\n");
  corpus.add("config_dotted", CliChoice::Config,
             "name = \"\"\"\\\n  AKL\"\"\"\nlisten.port = 0x50\nlisten = {tls = true}\n");
  corpus.add("apply", CliChoice::CommandLine,
             "seal\napply\nNZ300001\nNZ300002\n--container=MSCU1234566\n--minutes\n7\n--force");
  corpus.add("backup", CliChoice::CommandLine, "--json\n--config\na.toml\nbackup\n--\n-x/../y");
  corpus.add("help", CliChoice::CommandLine, "seal\napply\n--help");
  corpus.add("typo", CliChoice::CommandLine, "seal\naply\n--contaner\nX");
  corpus.add("table", CliChoice::Csv,
             "\xEF\xBB\xBFSeal No,Date In,Container,Date Used,Date Out,By\r\n"
             "NZ100003,03/11/2025,,,,\r\n"
             "NZ100001,03/11/2025,MSCU 123456-6,5/11/2025 09:30,06/11/2025,\"Mere \"\"M\"\"\"\r\n");
  corpus.add("table_semicolons", CliChoice::Csv,
             "number;received;unit\nNZ1;2025-11-03;\n=1+1;31/02/2025;NOTABOX\n");
  corpus.add("time_zone", CliChoice::Time, "2026-01-31T14:05:09+13:00");
  corpus.add("time_today", CliChoice::Time, "14:05");
  return corpus.written();
}

bool http_requests(const std::filesystem::path& root) {
  Corpus corpus(root, "fuzz_http_request");
  const std::string post =
      "POST /api/v1/seal/apply?a=1 HTTP/1.1\r\nHost: gate1:8443\r\nContent-Type: application/json\r\n"
      "Cookie: __Host-session=x; b=2\r\nIdempotency-Key: 12345678\r\nContent-Length: 2\r\n\r\n{}";
  corpus.add("post", HttpChoice::Requests, post);
  corpus.add("pipelined", HttpChoice::Requests,
             post + "GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
  corpus.add("chunked", HttpChoice::Requests,
             "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n");
  corpus.add("path", HttpChoice::Path, "/api/v1/a%20b/%C3%A9");
  corpus.add("path_up", HttpChoice::Path, "/%2e%2e/a");
  corpus.add("query", HttpChoice::Query, "text=%1D01+2&b&c=%26");
  corpus.add("cookies", HttpChoice::Cookies, "a=1; b={\"x\":2}; c");
  corpus.add("content_type", HttpChoice::ContentType, "application/json; charset=\"utf-8\"");
  corpus.add("encodings", HttpChoice::ContentType, "gzip;q=0, br");
  corpus.add("host", HttpChoice::Host, "[fd00::1]:8443");
  corpus.add("head", HttpChoice::Head, "Location:/a\r\nX: 1");
  return corpus.written();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 2) {
    std::fputs("usage: make_fuzz_corpus FOLDER\n", stderr);
    return 2;
  }
  const std::filesystem::path root = argv[1];
  if (tlog(root) && entries(root) && wire(root) && envelopes(root) && cli(root) && http_requests(root))
    return 0;
  std::fputs("make_fuzz_corpus: an input could not be made or written\n", stderr);
  return 1;
}
