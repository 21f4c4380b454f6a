// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <optional>

#include "common/base/bytes.hpp"

/// What the processes of one camera say to each other over pairs of Unix sockets: a letter, a length of four
/// bytes (big-endian), the payload.
namespace sealkeep::vision {

/// asker -> camera's process
inline constexpr char kPictureWanted = 'P';  ///< number of the request, four bytes
/// camera's process -> asker
inline constexpr char kStatus = 'S';   ///< CameraStatus
inline constexpr char kAnswer = 'R';   ///< number of the request, then the payload of kPicture
inline constexpr char kRefusal = 'N';  ///< number of the request, then the payload of kTrouble
/// fetching process -> camera's process
inline constexpr char kConnect = 'C';  ///< answered by kConnected with the descriptor, or by kTrouble
inline constexpr char kAlive = 'A';    ///< a whole picture came
inline constexpr char kMotion = 'M';   ///< something came (motion.hpp); handed on to the asker as it is
inline constexpr char kPicture = 'F';  ///< one byte: 1 as the camera sent it, 0 encoded here; the picture
inline constexpr char kTrouble = 'E';  ///< [kind, code, what, why, next]; the process ends
/// camera's process -> fetching process
inline constexpr char kConnected = 'c';

inline constexpr std::size_t kNoteBytes = 16 * 1024 * 1024 + 64;  ///< the payload of a note

struct Note {
  char letter = 0;
  Bytes payload;
};

/// Sends all of it, with the descriptor if there is one; false when the other side is gone. Blocks, unless
/// `wait` is false: then it is lost if there is no room.
bool send_note(int socket, char letter, ByteView payload, int descriptor = -1, bool wait = true);

/// What comes in, in pieces. Holds at most one note more than its limit.
class NoteReader {
 public:
  /// Takes what is there, without waiting. False when the other side is gone, or says more than it may.
  [[nodiscard]] bool receive(int socket);
  /// The next whole note.
  [[nodiscard]] std::optional<Note> take();
  /// The descriptor that came along last, or -1; the caller owns it.
  [[nodiscard]] int take_descriptor();
  ~NoteReader();
  NoteReader() = default;
  NoteReader(const NoteReader&) = delete;
  NoteReader& operator=(const NoteReader&) = delete;

 private:
  Bytes held_;
  int descriptor_ = -1;
};

}  // namespace sealkeep::vision
