// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <vector>

#include "agent/vision/barcode_reader.hpp"
#include "agent/vision/findings.hpp"
#include "agent/vision/picture_region.hpp"
#include "agent/vision/seal_presence.hpp"
#include "agent/vision/seal_reader.hpp"
#include "common/base/bytes.hpp"
#include "common/cli/value.hpp"

/// What reading a picture gave, as it travels from the child that reads to the one who asked
/// (docs/formats/vision.md).
namespace sealkeep::vision {

enum class ReadKind { Container = 1, Barcode = 2, Seal = 3, Presence = 4 };
[[nodiscard]] std::string_view word_of(ReadKind kind);
[[nodiscard]] std::string_view word_of(ReadState state);
/// BadInput `vision.kind`.
[[nodiscard]] Result<ReadKind> read_kind(std::string_view word);

/// What a reading process is asked. `file`: the bytes of a JPEG, PNG or WebP; views the bytes it was decoded
/// from.
struct ReadRequest {
  ReadKind kind = ReadKind::Container;
  ByteView file;
  PictureRegion region = {};  ///< what is read of it
  bool trace = false;
};
[[nodiscard]] Bytes encode_request(const ReadRequest& request);
/// BadInput `pack.malformed`.
[[nodiscard]] Result<ReadRequest> decode_request(ByteView bytes);

/// Exactly one of findings, codes, seal and presence is meant, as `kind` says.
struct Reading {
  ReadKind kind = ReadKind::Container;
  Findings findings;
  std::vector<Barcode> codes;
  SealReading seal;
  PresenceReading presence;
  std::int64_t cpu_us = 0;            ///< of the child, for this picture
  std::int64_t peak_kib = 0;          ///< of the child, since it began
  std::int64_t looks = 0, lines = 0;  ///< what it took (container_reader.hpp)
  std::vector<std::string> trace;
  friend bool operator==(const Reading&, const Reading&) = default;
};

[[nodiscard]] Bytes encode(const Reading& reading);
/// BadInput `pack.malformed` unless every byte is as encode() writes it.
[[nodiscard]] Result<Reading> decode_reading(ByteView bytes);

/// The number that is believed, in its written form; empty if none is. A number whose check digit was
/// computed is not. Of presence: "seen", "not_seen", or empty.
[[nodiscard]] std::string believed(const Reading& reading);

/// One line of `sealkeep-vision read`.
[[nodiscard]] cli::Value to_value(const Reading& reading, const std::vector<std::string>& files);
[[nodiscard]] cli::Value to_value(const Error& error, ReadKind kind, const std::vector<std::string>& files);

}  // namespace sealkeep::vision
