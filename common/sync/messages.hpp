// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/sync/change_set.hpp"
#include "common/sync/signed_message.hpp"
#include "common/tlog/cosignature.hpp"

namespace sealkeep::sync {

/// First byte of every ZeroMQ frame; numbers are never reused.
enum class MessageType : std::uint8_t {
  Hello = 1,         ///< site -> hub, signed
  HelloAnswer = 2,   ///< hub -> site, signed
  ChangeSet = 3,     ///< writer -> mirror, sealed clear form of a change set
  Cosigned = 4,      ///< mirror -> writer
  WantDetails = 5,   ///< hub -> site
  Details = 6,       ///< site -> hub, sealed
  Status = 7,        ///< site -> hub, signed
  Refused = 8,       ///< either
  EnrolRequest = 9,  ///< site -> hub, enrolment port
  EnrolAnswer = 10,  ///< hub -> site, enrolment port
  EpochOffer = 11,   ///< site -> hub, signed
  WantPicture = 12,  ///< hub -> site
  PicturePiece = 13  ///< site -> hub, sealed
};

struct Frame {
  MessageType type = MessageType::Refused;
  ByteView body;  ///< into the frame's bytes; signed or sealed where the type says so
};
[[nodiscard]] Bytes make_frame(MessageType type, ByteView body);
/// BadInput `message.malformed` if empty, of an unknown type, or longer than limits::kMessageBytes.
[[nodiscard]] Result<Frame> read_frame(ByteView bytes);

/// A process of an agent: random at each start; tells a restart from a second machine.
struct SessionId {
  std::array<std::uint8_t, 8> bytes{};
  friend auto operator<=>(const SessionId&, const SessionId&) = default;
};

enum class SyncedRole : std::uint8_t {
  Site = 1,       ///< written by the site, mirrored by the hub
  Directive = 2,  ///< written by the hub, mirrored by the site
};

struct HeldCosignature {
  std::uint64_t size = 0;  ///< of the checkpoint; its root is the log's at that size
  Cosignature cosignature;
  friend bool operator==(const HeldCosignature&, const HeldCosignature&) = default;
};

/// One log as one side holds it.
struct LogHead {
  std::string origin;
  SyncedRole role = SyncedRole::Site;
  std::uint64_t size = 0;
  Hash root;  ///< empty_root() at size 0 (a decoder refuses another)
  /// The writer's over (origin, size, root): always from the writer itself, unless the size is 0; a mirror
  /// gives it where it proves something (it holds more than the writer says it has).
  std::optional<Signature> signature;
  std::optional<HeldCosignature>
      cosigned;                    ///< newest cosignature held: the writer's receipt, or the mirror's own
  std::uint64_t window_bytes = 0;  ///< how much the other side may have in flight for this log, bundle form
  friend bool operator==(const LogHead&, const LogHead&) = default;
};

struct Hello {
  SessionId session;
  std::uint64_t boot_no = 0;  ///< counts the agent's starts
  std::string software;       ///< at most limits::kTextBytes
  std::int64_t now_ms = 0;    ///< sender's Unix time
  std::vector<LogHead> logs;  ///< at most limits::kLogsPerHello, origins differ
  friend bool operator==(const Hello&, const Hello&) = default;
};

struct HelloAnswer {
  SessionId session;  ///< of the hello that is answered
  std::int64_t now_ms = 0;
  std::uint64_t retry_after_ms =
      0;  ///< not 0: busy, say hello again after that; `logs` is empty. At most kRetryAfterMs
  std::vector<LogHead> logs;  ///< at most limits::kLogsPerHello, origins differ
  friend bool operator==(const HelloAnswer&, const HelloAnswer&) = default;
};

/// Entries are stored and cosigned up to `size`. Not signed again: the cosignature is the evidence, the
/// window only flow control, which CURVE protects.
struct Cosigned {
  WireLogId log;
  std::uint64_t size = 0;
  Cosignature cosignature;
  std::uint64_t window_bytes = 0;  ///< may be in flight past `size`; at most limits::kSiteCreditBytes
  friend bool operator==(const Cosigned&, const Cosigned&) = default;
};

/// Asks for the details of entries [from, to).
struct WantDetails {
  WireLogId log;
  std::uint64_t from = 0;
  std::uint64_t to = 0;  ///< > from
  friend bool operator==(const WantDetails&, const WantDetails&) = default;
};

struct DetailItem {
  std::uint64_t index = 0;
  std::uint8_t n = 0;     ///< which detail of the entry, 0..limits::kDetailsPerEntry - 1
  std::uint8_t kind = 0;  ///< as in the entry's commitment
  std::array<std::uint8_t, 16> salt{};
  Bytes bytes;  ///< at most limits::kDetailBytes
  friend bool operator==(const DetailItem&, const DetailItem&) = default;
};
struct DetailRef {
  std::uint64_t index = 0;
  std::uint8_t n = 0;
  friend auto operator<=>(const DetailRef&, const DetailRef&) = default;
};
inline constexpr std::size_t kDetailsBytes = 512 * 1024;  ///< one Details message, clear
inline constexpr std::size_t kDetailItemBytes = 40;       ///< at most, of one item beside its bytes
inline constexpr std::size_t kDetailsItems = 4096;        ///< items, and missing ones, of one Details message

/// In order of (index, n). All details of entries [from, to) that the site still holds, and which it does not
/// hold (erased). May cover less than was wanted: `to` says how far. Each is checked by its commitment in the
/// entry.
struct Details {
  WireLogId log;
  std::uint64_t from = 0;
  std::uint64_t to = 0;
  std::vector<DetailItem> items;
  std::vector<DetailRef> missing;
  friend bool operator==(const Details&, const Details&) = default;
};

inline constexpr std::uint64_t kPictureBytes = 16 * 1024 * 1024;  ///< an original, at most
inline constexpr std::size_t kPicturePieceBytes = 128 * 1024;     ///< of it in one PicturePiece

/// Asks for the original that a picture's words name: which detail of which entry they are, and from which
/// byte on. One at a time for each site; a later one replaces it.
struct WantPicture {
  WireLogId log;
  std::uint64_t index = 0;
  std::uint8_t n = 0;      ///< 0..limits::kDetailsPerEntry - 1
  std::uint64_t from = 0;  ///< below kPictureBytes
  friend bool operator==(const WantPicture&, const WantPicture&) = default;
};

enum class PictureState : std::uint8_t {
  Piece = 1,
  NotYet = 2,  ///< the site has the words and waits for the original itself
  Gone = 3     ///< the site does not have it any more: its time was over, or its words were erased
};
/// Answers one WantPicture. The words' SHA-256 proves the whole.
struct PicturePiece {
  WireLogId log;
  std::uint64_t index = 0;
  std::uint8_t n = 0;
  PictureState state = PictureState::Gone;
  std::uint64_t from = 0;   ///< as wanted; 0 unless Piece
  std::uint64_t total = 0;  ///< bytes of the original, 1..kPictureBytes; 0 unless Piece
  Bytes bytes;              ///< 1..kPicturePieceBytes, within `total`; empty unless Piece
  friend bool operator==(const PicturePiece&, const PicturePiece&) = default;
};

struct SilentTerminal {
  std::uint64_t terminal_no = 0;
  std::int64_t since_ms = 0;  ///< Unix ms
  friend bool operator==(const SilentTerminal&, const SilentTerminal&) = default;
};
inline constexpr std::size_t kSilentTerminals = 256;

/// How far a site has spoken (newest only; not an entry).
struct Status {
  std::string origin;
  std::uint64_t size = 0;
  Hash root;
  std::int64_t recorded_until_ms = 0;  ///< the watermark: Unix ms by the site's clock, corrected by drift
  std::vector<SilentTerminal> silent;  ///< at most kSilentTerminals
  std::int64_t drift_ms = 0;           ///< site's clock minus hub's, as measured at the last hello
  friend bool operator==(const Status&, const Status&) = default;
};

inline constexpr std::uint64_t kRetryAfterMs =
    60 * 60 * 1000;  ///< the longest pause that one side may ask for

/// A message was not taken.
struct Refused {
  std::string code;                  ///< of the Error, at most limits::kTextBytes
  std::optional<WireLogId> log;      ///< if it is about one log
  std::uint64_t retry_after_ms = 0;  ///< nothing before that; at most kRetryAfterMs
  bool rehello = false;              ///< begin again with a hello
  friend bool operator==(const Refused&, const Refused&) = default;
};

/// Bodies. Encoders assert the limits that the fields name; decoders return BadInput `pack.malformed` for
/// whatever no encoder writes. Times are 0..2^53 ms.
[[nodiscard]] Bytes encode(const Hello& hello);
[[nodiscard]] Result<Hello> decode_hello(ByteView body);
[[nodiscard]] Bytes encode(const HelloAnswer& answer);
[[nodiscard]] Result<HelloAnswer> decode_hello_answer(ByteView body);
[[nodiscard]] Bytes encode(const Cosigned& cosigned);
[[nodiscard]] Result<Cosigned> decode_cosigned(ByteView body);
[[nodiscard]] Bytes encode(const WantDetails& want);
[[nodiscard]] Result<WantDetails> decode_want_details(ByteView body);
[[nodiscard]] Bytes encode(const Details& details);
[[nodiscard]] Result<Details> decode_details(ByteView clear);
[[nodiscard]] Bytes encode(const WantPicture& want);
[[nodiscard]] Result<WantPicture> decode_want_picture(ByteView body);
[[nodiscard]] Bytes encode(const PicturePiece& piece);
[[nodiscard]] Result<PicturePiece> decode_picture_piece(ByteView clear);
[[nodiscard]] Bytes encode(const Status& status);
[[nodiscard]] Result<Status> decode_status(ByteView body);
[[nodiscard]] Bytes encode(const Refused& refused);
[[nodiscard]] Result<Refused> decode_refused(ByteView body);

}  // namespace sealkeep::sync
