// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <map>
#include <memory>
#include <string>

#include "common/base/bytes.hpp"
#include "common/base/random.hpp"

struct sqlite3_vfs;

namespace sealkeep::test {

/// What an injected fault does to one call.
enum class Fault {
  None,
  Eio,         ///< the call fails, nothing is done; once
  ShortWrite,  ///< half of a write is done, then "disk full"; once. As NoSpace for other calls
  NoSpace,     ///< writes that grow a file fail with "disk full" from this call on, until heal()
  PowerCut,    ///< this call and all later ones fail, until reboot()
  BitRot,      ///< a read returns its bytes with one bit wrong; once
};

/// What a disk without room refuses.
enum class NoRoom {
  ToGrow,  ///< writes that make a file longer: its own blocks can be written again
  AtAll,   ///< every write: a file system that never writes a block in place needs new ones for all
};

/// What happens at a power cut to writes that no sync covered.
enum class Unsynced {
  Dropped,
  Kept,
  Mixed,  ///< each kept, dropped or torn, applied in another order, by the seed
};

/// An SQLite VFS whose files live in memory and remember which writes were synced. Registered under name()
/// while it lives; must outlive its connections. One connection to a file at a time (locks always succeed).
/// One thread.
class FaultVfs {
 public:
  FaultVfs();
  ~FaultVfs();
  FaultVfs(const FaultVfs&) = delete;
  FaultVfs& operator=(const FaultVfs&) = delete;

  [[nodiscard]] const std::string& name() const;

  /// The fault strikes at the n-th (from 1) write, sync, truncation or deletion from now; a BitRot at the
  /// n-th read.
  void strike_at(std::uint64_t n, Fault fault);
  /// Calls that change something since strike_at() or the beginning: the range of n to enumerate.
  [[nodiscard]] std::uint64_t changes() const;
  [[nodiscard]] std::uint64_t reads() const;
  [[nodiscard]] bool struck() const;

  /// From now on such writes are answered "disk full" and do nothing, also after a reboot, until heal(). It
  /// is no strike: struck() stays as it is.
  void fill_up(NoRoom what);
  [[nodiscard]] bool full() const;

  /// Space returns, faults end.
  void heal();
  /// What a machine finds after the power came back. Connections from before are dead: every call of theirs
  /// fails.
  void reboot(Unsynced unsynced, std::uint64_t seed);

  /// The content of a file as a program would read it now (empty if there is none), and its replacement,
  /// synced.
  [[nodiscard]] Bytes content(const std::string& file) const;
  void replace(const std::string& file, Bytes content);

  struct State;

 private:
  std::unique_ptr<State> state_;
};

}  // namespace sealkeep::test
