// SPDX-License-Identifier: Apache-2.0
#include "common/sync/messages.hpp"

#include <algorithm>
#include <set>

#include "common/base/pack.hpp"

namespace sealkeep::sync {
namespace {

constexpr std::int64_t kTimeMs = std::int64_t{1} << 53;

void put(PackWriter& writer, const Cosignature& cosignature) {
  writer.uint(cosignature.time_s).bin(cosignature.signature.bytes);
}
Cosignature get_cosignature(PackReader& reader) {
  Cosignature cosignature;
  cosignature.time_s = reader.uint(limits::kTreeSize);
  cosignature.signature.bytes = reader.fixed<64>();
  return cosignature;
}

void put(PackWriter& writer, const LogHead& head) {
  SEALKEEP_ASSERT(check_key_name(head.origin) && head.size <= limits::kTreeSize &&
                  (head.size > 0 || head.root == empty_root()) &&
                  head.window_bytes <= limits::kSiteCreditBytes);
  writer.array(7)
      .str(head.origin)
      .uint(static_cast<std::uint64_t>(head.role))
      .uint(head.size)
      .bin(head.root.view());
  if (head.signature) {
    writer.bin(head.signature->bytes);
  } else {
    writer.nil();
  }
  if (head.cosigned) {
    writer.array(3).uint(head.cosigned->size);
    put(writer, head.cosigned->cosignature);
  } else {
    writer.nil();
  }
  writer.uint(head.window_bytes);
}

LogHead get_head(PackReader& reader) {
  LogHead head;
  reader.array(7);
  head.origin = reader.str(limits::kOriginBytes, 1);
  const std::uint64_t role = reader.uint(static_cast<std::uint64_t>(SyncedRole::Directive));
  head.role = static_cast<SyncedRole>(role);
  head.size = reader.uint(limits::kTreeSize);
  head.root.bytes = reader.fixed<32>();
  if (!reader.nil()) head.signature = Signature{reader.fixed<64>()};
  if (!reader.nil()) {
    reader.array(3);
    head.cosigned.emplace();
    head.cosigned->size = reader.uint(limits::kTreeSize);
    head.cosigned->cosignature = get_cosignature(reader);
  }
  head.window_bytes = reader.uint(limits::kSiteCreditBytes);
  if (!reader.ok()) return head;
  if (role == 0) reader.reject("a log's role is not known");
  if (!check_key_name(head.origin)) reader.reject("a log's origin is not a name");
  if (head.size == 0 && head.root != empty_root()) reader.reject("an empty log has another root");
  return head;
}

void put(PackWriter& writer, const std::vector<LogHead>& heads) {
  SEALKEEP_ASSERT(heads.size() <= limits::kLogsPerHello);
  writer.array(heads.size());
  for (const LogHead& head : heads) put(writer, head);
}

std::vector<LogHead> get_heads(PackReader& reader) {
  std::vector<LogHead> heads(reader.array(0, limits::kLogsPerHello));
  std::set<std::string_view> origins;
  for (LogHead& head : heads) {
    head = get_head(reader);
    if (!reader.ok()) break;
    if (!origins.insert(head.origin).second) reader.reject("a log is named twice");
  }
  return heads;
}

std::int64_t get_time(PackReader& reader) {
  return reader.sint(0, kTimeMs);
}
void put_time(PackWriter& writer, std::int64_t time_ms) {
  SEALKEEP_ASSERT(time_ms >= 0 && time_ms <= kTimeMs);
  writer.sint(time_ms);
}

template <class T>
Result<T> finished(const PackReader& reader, T value) {
  SEALKEEP_TRY(reader.finish());
  return value;
}

}  // namespace

Bytes make_frame(MessageType type, ByteView body) {
  Bytes frame;
  frame.reserve(1 + body.size());
  frame.push_back(static_cast<std::uint8_t>(type));
  append(frame, body);
  return frame;
}

Result<Frame> read_frame(ByteView bytes) {
  const bool known = !bytes.empty() && bytes[0] >= static_cast<std::uint8_t>(MessageType::Hello) &&
                     bytes[0] <= static_cast<std::uint8_t>(MessageType::PicturePiece);
  if (!known || bytes.size() > limits::kMessageBytes)
    return bad_input("message.malformed", "the bytes are not a message of ours",
                     known ? "it is too long" : "its type is not known here",
                     "update the older of both sides");
  return Frame{static_cast<MessageType>(bytes[0]), bytes.subspan(1)};
}

Bytes encode(const Hello& hello) {
  SEALKEEP_ASSERT(hello.software.size() <= limits::kTextBytes);
  PackWriter writer;
  writer.array(5).bin(hello.session.bytes).uint(hello.boot_no).str(hello.software);
  put_time(writer, hello.now_ms);
  put(writer, hello.logs);
  return writer.take();
}

Result<Hello> decode_hello(ByteView body) {
  PackReader reader(body);
  Hello hello;
  reader.array(5);
  hello.session.bytes = reader.fixed<8>();
  hello.boot_no = reader.uint(limits::kTreeSize);
  hello.software = reader.str(limits::kTextBytes);
  hello.now_ms = get_time(reader);
  hello.logs = get_heads(reader);
  return finished(reader, std::move(hello));
}

Bytes encode(const HelloAnswer& answer) {
  SEALKEEP_ASSERT(answer.retry_after_ms <= kRetryAfterMs &&
                  (answer.retry_after_ms == 0 || answer.logs.empty()));
  PackWriter writer;
  writer.array(4).bin(answer.session.bytes);
  put_time(writer, answer.now_ms);
  writer.uint(answer.retry_after_ms);
  put(writer, answer.logs);
  return writer.take();
}

Result<HelloAnswer> decode_hello_answer(ByteView body) {
  PackReader reader(body);
  HelloAnswer answer;
  reader.array(4);
  answer.session.bytes = reader.fixed<8>();
  answer.now_ms = get_time(reader);
  answer.retry_after_ms = reader.uint(kRetryAfterMs);
  answer.logs = get_heads(reader);
  if (answer.retry_after_ms != 0 && !answer.logs.empty()) reader.reject("an answer is busy and not");
  return finished(reader, std::move(answer));
}

Bytes encode(const Cosigned& cosigned) {
  SEALKEEP_ASSERT(cosigned.window_bytes <= limits::kSiteCreditBytes);
  PackWriter writer;
  writer.bin(cosigned.log.bytes).uint(cosigned.size);
  put(writer, cosigned.cosignature);
  writer.uint(cosigned.window_bytes);
  return writer.take();
}

Result<Cosigned> decode_cosigned(ByteView body) {
  PackReader reader(body);
  Cosigned cosigned;
  cosigned.log.bytes = reader.fixed<8>();
  cosigned.size = reader.uint(limits::kTreeSize);
  cosigned.cosignature = get_cosignature(reader);
  cosigned.window_bytes = reader.uint(limits::kSiteCreditBytes);
  return finished(reader, cosigned);
}

Bytes encode(const WantDetails& want) {
  SEALKEEP_ASSERT(want.from < want.to);
  return PackWriter().array(3).bin(want.log.bytes).uint(want.from).uint(want.to).take();
}

Result<WantDetails> decode_want_details(ByteView body) {
  PackReader reader(body);
  WantDetails want;
  reader.array(3);
  want.log.bytes = reader.fixed<8>();
  want.from = reader.uint(limits::kTreeSize);
  want.to = reader.uint(limits::kTreeSize);
  if (want.from >= want.to) reader.reject("a range is empty");
  return finished(reader, want);
}

Bytes encode(const Details& details) {
  SEALKEEP_ASSERT(details.items.size() <= kDetailsItems && details.missing.size() <= kDetailsItems);
  PackWriter writer;
  writer.array(5).bin(details.log.bytes).uint(details.from).uint(details.to);
  writer.array(details.items.size());
  for (const DetailItem& item : details.items) {
    SEALKEEP_ASSERT(item.bytes.size() <= limits::kDetailBytes && item.n < limits::kDetailsPerEntry);
    writer.array(5).uint(item.index).uint(item.n).uint(item.kind).bin(item.salt).bin(item.bytes);
  }
  writer.array(details.missing.size());
  for (const DetailRef& ref : details.missing) {
    SEALKEEP_ASSERT(ref.n < limits::kDetailsPerEntry);
    writer.array(2).uint(ref.index).uint(ref.n);
  }
  SEALKEEP_ASSERT(writer.bytes().size() <= kDetailsBytes);
  return writer.take();
}

Result<Details> decode_details(ByteView clear) {
  PackReader reader(clear);
  if (clear.size() > kDetailsBytes) reader.reject("details are too long for one message");
  Details details;
  reader.array(5);
  details.log.bytes = reader.fixed<8>();
  details.from = reader.uint(limits::kTreeSize);
  details.to = reader.uint(limits::kTreeSize);
  if (details.from >= details.to) reader.reject("a range is empty");
  // Ascending and without doubles, so that a receiver walks them beside the entries.
  DetailRef last;
  bool first = true;
  const auto get_ref = [&] {
    const std::uint64_t index = reader.uint(limits::kTreeSize);
    const auto n = static_cast<std::uint8_t>(reader.uint(limits::kDetailsPerEntry - 1));
    const DetailRef ref{index, n};
    if (index < details.from || index >= details.to) reader.reject("a detail is outside its range");
    if (!first && last >= ref) reader.reject("details are not in order");
    first = false;
    last = ref;
    return ref;
  };
  const std::size_t items = reader.array(0, kDetailsItems);
  details.items.reserve(items);
  for (std::size_t i = 0; i < items && reader.ok(); ++i) {
    reader.array(5);
    const DetailRef ref = get_ref();
    DetailItem& item = details.items.emplace_back();
    item.index = ref.index;
    item.n = ref.n;
    item.kind = static_cast<std::uint8_t>(reader.uint(UINT8_MAX));
    item.salt = reader.fixed<16>();
    item.bytes = to_bytes(reader.bin(limits::kDetailBytes));
  }
  first = true;
  const std::size_t missing = reader.array(0, kDetailsItems);
  details.missing.reserve(missing);
  for (std::size_t i = 0; i < missing && reader.ok(); ++i) {
    reader.array(2);
    details.missing.push_back(get_ref());
  }
  return finished(reader, std::move(details));
}

Bytes encode(const WantPicture& want) {
  SEALKEEP_ASSERT(want.n < limits::kDetailsPerEntry && want.from < kPictureBytes);
  return PackWriter().array(4).bin(want.log.bytes).uint(want.index).uint(want.n).uint(want.from).take();
}

Result<WantPicture> decode_want_picture(ByteView body) {
  PackReader reader(body);
  WantPicture want;
  reader.array(4);
  want.log.bytes = reader.fixed<8>();
  want.index = reader.uint(limits::kTreeSize);
  want.n = static_cast<std::uint8_t>(reader.uint(limits::kDetailsPerEntry - 1));
  want.from = reader.uint(kPictureBytes - 1);
  return finished(reader, want);
}

namespace {
bool sound(const PicturePiece& piece) {
  const std::size_t size = piece.bytes.size();
  if (piece.state != PictureState::Piece) return piece.from == 0 && piece.total == 0 && size == 0;
  return piece.total <= kPictureBytes && piece.from < piece.total && size > 0 && size <= kPicturePieceBytes &&
         size <= piece.total - piece.from;
}
}  // namespace

Bytes encode(const PicturePiece& piece) {
  SEALKEEP_ASSERT(piece.n < limits::kDetailsPerEntry && sound(piece));
  PackWriter writer;
  writer.array(7).bin(piece.log.bytes).uint(piece.index).uint(piece.n);
  writer.uint(static_cast<std::uint64_t>(piece.state)).uint(piece.from).uint(piece.total).bin(piece.bytes);
  return writer.take();
}

Result<PicturePiece> decode_picture_piece(ByteView clear) {
  PackReader reader(clear);
  PicturePiece piece;
  reader.array(7);
  piece.log.bytes = reader.fixed<8>();
  piece.index = reader.uint(limits::kTreeSize);
  piece.n = static_cast<std::uint8_t>(reader.uint(limits::kDetailsPerEntry - 1));
  const std::uint64_t state = reader.uint(static_cast<std::uint64_t>(PictureState::Gone));
  if (reader.ok() && state == 0) reader.reject("a picture is in no known state");
  piece.state = static_cast<PictureState>(state);
  piece.from = reader.uint(kPictureBytes);
  piece.total = reader.uint(kPictureBytes);
  piece.bytes = to_bytes(reader.bin(kPicturePieceBytes));
  if (reader.ok() && !sound(piece)) reader.reject("a piece lies outside of its picture");
  return finished(reader, std::move(piece));
}

Bytes encode(const Status& status) {
  SEALKEEP_ASSERT(check_key_name(status.origin) && status.silent.size() <= kSilentTerminals);
  PackWriter writer;
  writer.array(6).str(status.origin).uint(status.size).bin(status.root.view());
  put_time(writer, status.recorded_until_ms);
  writer.array(status.silent.size());
  for (const SilentTerminal& terminal : status.silent) {
    writer.array(2).uint(terminal.terminal_no);
    put_time(writer, terminal.since_ms);
  }
  writer.sint(status.drift_ms);
  return writer.take();
}

Result<Status> decode_status(ByteView body) {
  PackReader reader(body);
  Status status;
  reader.array(6);
  status.origin = reader.str(limits::kOriginBytes, 1);
  status.size = reader.uint(limits::kTreeSize);
  status.root.bytes = reader.fixed<32>();
  status.recorded_until_ms = get_time(reader);
  status.silent.resize(reader.array(0, kSilentTerminals));
  for (SilentTerminal& terminal : status.silent) {
    if (!reader.ok()) break;
    reader.array(2);
    terminal.terminal_no = reader.uint(UINT32_MAX);
    terminal.since_ms = get_time(reader);
  }
  status.drift_ms = reader.sint(-kTimeMs, kTimeMs);
  if (reader.ok() && !check_key_name(status.origin)) reader.reject("a log's origin is not a name");
  if (reader.ok() && status.size == 0 && status.root != empty_root())
    reader.reject("an empty log has another root");
  return finished(reader, std::move(status));
}

Bytes encode(const Refused& refused) {
  SEALKEEP_ASSERT(!refused.code.empty() && refused.code.size() <= limits::kTextBytes &&
                  refused.retry_after_ms <= kRetryAfterMs);
  PackWriter writer;
  writer.array(4).str(refused.code);
  if (refused.log) {
    writer.bin(refused.log->bytes);
  } else {
    writer.nil();
  }
  return writer.uint(refused.retry_after_ms).boolean(refused.rehello).take();
}

Result<Refused> decode_refused(ByteView body) {
  PackReader reader(body);
  Refused refused;
  reader.array(4);
  refused.code = reader.str(limits::kTextBytes, 1);
  if (!reader.nil()) refused.log = WireLogId{reader.fixed<8>()};
  refused.retry_after_ms = reader.uint(kRetryAfterMs);
  refused.rehello = reader.boolean();
  return finished(reader, std::move(refused));
}

}  // namespace sealkeep::sync
