// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>

/// Which parser an input is for: the first byte, modulo the number of choices. Shared with the corpus' maker.
/// New choices go last, so that old inputs keep their meaning.
namespace sealkeep::fuzz {

enum class TlogChoice : std::uint8_t {
  Note,
  SignedText,
  Checkpoint,
  VerifierKey,
  Cosignature,
  TilePath,
  BundlePath,
  Bundle,
  Inclusion,
  Consistency,
  FarProof,
  Tile,
  Frontier,
  kCount
};
enum class EntryChoice : std::uint8_t { Entry, Directive, Register, kCount };
enum class WireChoice : std::uint8_t {
  Frame,
  Hello,
  HelloAnswer,
  Cosigned,
  WantDetails,
  Details,
  Status,
  Refused,
  SignedMessage,
  EnrolRequest,
  EnrolFields,
  EnrolAnswer,
  EpochOffer,
  Roles,
  RolesFields,
  Invitation,
  InvitationFields,
  ChangeSet,
  DamagedSet,
  WrittenSet,
  WantPicture,
  PicturePiece,
  kCount
};
enum class EnvelopeChoice : std::uint8_t { Sealed, Damaged, Base64, Hex, KeyFile, kCount };
enum class CliChoice : std::uint8_t { Command, AnswerPart, Value, Config, CommandLine, Csv, Time, kCount };

enum class HttpChoice : std::uint8_t { Requests, Path, Query, Cookies, ContentType, Host, Head, kCount };

enum class ScannerChoice : std::uint8_t { Bytes, Keys, Line, kCount };

enum class EvidenceChoice : std::uint8_t { Pack, Damaged, Signed, Cover, Page, Anchor, kCount };

}  // namespace sealkeep::fuzz
