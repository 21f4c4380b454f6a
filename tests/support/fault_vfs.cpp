// SPDX-License-Identifier: Apache-2.0
#include "tests/support/fault_vfs.hpp"

#include <sqlite3.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <vector>

namespace sealkeep::test {
namespace {

/// A change that no sync has covered yet.
struct Change {
  bool truncation = false;
  std::size_t offset = 0;  // or the new size
  Bytes bytes;
};

struct MemoryFile {
  Bytes now;
  Bytes synced;
  bool name_synced = false;
  std::vector<Change> unsynced;
  std::vector<std::unique_ptr<std::vector<std::uint8_t>>> shared;  // the wal-index
};

void apply(Bytes& image, const Change& change, std::size_t bytes) {
  if (change.truncation) {
    if (change.offset < image.size()) image.resize(change.offset);
    return;
  }
  if (bytes == 0) return;
  if (image.size() < change.offset + bytes) image.resize(change.offset + bytes);
  std::copy_n(change.bytes.begin(), bytes, image.begin() + static_cast<std::ptrdiff_t>(change.offset));
}

}  // namespace

struct FaultVfs::State {
  sqlite3_vfs vfs{};
  std::string name;
  std::map<std::string, std::shared_ptr<MemoryFile>> files;
  std::vector<std::shared_ptr<MemoryFile>> deleted;  // open handles may still point here
  Fault fault = Fault::None;
  std::uint64_t strike_at = 0;
  std::uint64_t changes = 0;
  std::uint64_t reads = 0;
  bool struck = false;
  bool full = false;
  std::optional<NoRoom> no_room;
  bool dark = false;
  std::uint64_t boot = 0;
  std::uint64_t temporary = 0;

  /// Counts a call that changes something and says what becomes of it.
  Fault change_call() {
    ++changes;
    if (dark) return Fault::PowerCut;
    if (changes != strike_at || fault == Fault::None || fault == Fault::BitRot) return Fault::None;
    struck = true;
    if (fault == Fault::PowerCut) dark = true;
    if (fault == Fault::NoSpace) full = true;
    return fault;
  }
};

namespace {

struct Handle {
  sqlite3_file base;
  FaultVfs::State* vfs;
  MemoryFile* file;
  std::uint64_t boot;
};

Handle& handle(sqlite3_file* file) {
  return *reinterpret_cast<Handle*>(file);
}
bool dead(const Handle& h) {
  return h.vfs->dark || h.boot != h.vfs->boot;
}

int close_file(sqlite3_file*) {
  return SQLITE_OK;
}

int read_file(sqlite3_file* file, void* out, int count, sqlite3_int64 offset) {
  Handle& h = handle(file);
  if (dead(h)) return SQLITE_IOERR_READ;
  ++h.vfs->reads;
  const auto wanted = static_cast<std::size_t>(count);
  const auto from = std::min(static_cast<std::size_t>(offset), h.file->now.size());
  const std::size_t have = std::min(wanted, h.file->now.size() - from);
  auto* bytes = static_cast<std::uint8_t*>(out);
  std::copy_n(h.file->now.begin() + static_cast<std::ptrdiff_t>(from), have, bytes);
  std::fill(bytes + have, bytes + wanted, std::uint8_t{0});
  if (h.vfs->fault == Fault::BitRot && h.vfs->reads == h.vfs->strike_at && have > 0) {
    h.vfs->struck = true;
    bytes[have / 2] ^= 0x10;
  }
  return have == wanted ? SQLITE_OK : SQLITE_IOERR_SHORT_READ;
}

int write_file(sqlite3_file* file, const void* data, int count, sqlite3_int64 offset) {
  Handle& h = handle(file);
  if (h.boot != h.vfs->boot) return SQLITE_IOERR_WRITE;
  const Fault fault = h.vfs->change_call();
  if (fault == Fault::Eio || fault == Fault::PowerCut) return SQLITE_IOERR_WRITE;
  const auto* bytes = static_cast<const std::uint8_t*>(data);
  const auto from = static_cast<std::size_t>(offset);
  auto size = static_cast<std::size_t>(count);
  const bool grows = from + size > h.file->now.size();
  if ((h.vfs->full || h.vfs->no_room) && grows) return SQLITE_FULL;
  if (h.vfs->no_room == NoRoom::AtAll) return SQLITE_FULL;
  if (fault == Fault::ShortWrite) size /= 2;
  Change change{false, from, Bytes(bytes, bytes + size)};
  apply(h.file->now, change, size);
  h.file->unsynced.push_back(std::move(change));
  return fault == Fault::ShortWrite ? SQLITE_FULL : SQLITE_OK;
}

int truncate_file(sqlite3_file* file, sqlite3_int64 size) {
  Handle& h = handle(file);
  if (h.boot != h.vfs->boot) return SQLITE_IOERR_TRUNCATE;
  const Fault fault = h.vfs->change_call();
  if (fault == Fault::Eio || fault == Fault::PowerCut) return SQLITE_IOERR_TRUNCATE;
  Change change{true, static_cast<std::size_t>(size), {}};
  apply(h.file->now, change, 0);
  h.file->unsynced.push_back(std::move(change));
  return SQLITE_OK;
}

int sync_file(sqlite3_file* file, int) {
  Handle& h = handle(file);
  if (h.boot != h.vfs->boot) return SQLITE_IOERR_FSYNC;
  const Fault fault = h.vfs->change_call();
  if (fault == Fault::Eio || fault == Fault::PowerCut) return SQLITE_IOERR_FSYNC;
  // What was synced and the changes since make up what is there now; copying a whole file at each sync costs
  // more than all that a test does otherwise.
  for (const Change& change : h.file->unsynced) apply(h.file->synced, change, change.bytes.size());
  h.file->unsynced.clear();
  h.file->name_synced = true;
  return SQLITE_OK;
}

int file_size(sqlite3_file* file, sqlite3_int64* size) {
  Handle& h = handle(file);
  if (dead(h)) return SQLITE_IOERR_FSTAT;
  *size = static_cast<sqlite3_int64>(h.file->now.size());
  return SQLITE_OK;
}

int lock_file(sqlite3_file*, int) {
  return SQLITE_OK;
}
int check_lock(sqlite3_file*, int* held) {
  *held = 0;
  return SQLITE_OK;
}
int file_control(sqlite3_file*, int, void*) {
  return SQLITE_NOTFOUND;
}
int sector_size(sqlite3_file*) {
  return 4096;
}
int characteristics(sqlite3_file*) {
  return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

int shm_map(sqlite3_file* file, int region, int bytes, int extend, void volatile** out) {
  Handle& h = handle(file);
  *out = nullptr;
  if (dead(h)) return SQLITE_IOERR_SHMMAP;
  const auto index = static_cast<std::size_t>(region);
  if (index >= h.file->shared.size()) {
    if (extend == 0) return SQLITE_OK;
    h.file->shared.resize(index + 1);
  }
  auto& memory = h.file->shared[index];
  if (!memory) memory = std::make_unique<std::vector<std::uint8_t>>(static_cast<std::size_t>(bytes));
  *out = memory->data();
  return SQLITE_OK;
}
int shm_lock(sqlite3_file*, int, int, int) {
  return SQLITE_OK;
}
void shm_barrier(sqlite3_file*) {}
int shm_unmap(sqlite3_file* file, int remove) {
  Handle& h = handle(file);
  if (remove != 0 && h.boot == h.vfs->boot) h.file->shared.clear();
  return SQLITE_OK;
}

const sqlite3_io_methods kMethods = {
    2,         close_file,  read_file,  write_file,   truncate_file, sync_file,       file_size,
    lock_file, lock_file,   check_lock, file_control, sector_size,   characteristics, shm_map,
    shm_lock,  shm_barrier, shm_unmap,  nullptr,      nullptr};

FaultVfs::State& state_of(sqlite3_vfs* vfs) {
  return *static_cast<FaultVfs::State*>(vfs->pAppData);
}

int open_file(sqlite3_vfs* vfs, const char* name, sqlite3_file* file, int flags, int* out_flags) {
  FaultVfs::State& state = state_of(vfs);
  Handle& h = handle(file);
  h.base.pMethods = nullptr;
  if (state.dark) return SQLITE_IOERR;
  const std::string key = name != nullptr ? name : "temporary-" + std::to_string(++state.temporary);
  auto& entry = state.files[key];
  if (!entry) {
    if ((flags & SQLITE_OPEN_CREATE) == 0) {
      state.files.erase(key);
      return SQLITE_CANTOPEN;
    }
    entry = std::make_shared<MemoryFile>();
  }
  h.vfs = &state;
  h.file = entry.get();
  h.boot = state.boot;
  h.base.pMethods = &kMethods;
  if (out_flags != nullptr) *out_flags = flags;
  return SQLITE_OK;
}

int delete_file(sqlite3_vfs* vfs, const char* name, int) {
  FaultVfs::State& state = state_of(vfs);
  const Fault fault = state.change_call();
  if (fault == Fault::Eio || fault == Fault::PowerCut) return SQLITE_IOERR_DELETE;
  auto found = state.files.find(name);
  if (found == state.files.end()) return SQLITE_IOERR_DELETE_NOENT;
  state.deleted.push_back(found->second);
  state.files.erase(found);
  return SQLITE_OK;
}

int access_file(sqlite3_vfs* vfs, const char* name, int, int* result) {
  *result = state_of(vfs).files.contains(name) ? 1 : 0;
  return SQLITE_OK;
}

int full_path(sqlite3_vfs*, const char* name, int size, char* out) {
  sqlite3_snprintf(size, out, "%s", name);
  return SQLITE_OK;
}

int randomness(sqlite3_vfs*, int count, char* out) {
  std::memset(out, 0x5a, static_cast<std::size_t>(count));  // repeatable
  return count;
}
int sleep_us(sqlite3_vfs*, int us) {
  return us;
}
int current_time(sqlite3_vfs*, double* julian_day) {
  *julian_day = 2461041.5;
  return SQLITE_OK;
}

}  // namespace

FaultVfs::FaultVfs() : state_(std::make_unique<State>()) {
  state_->name = "fault-" + std::to_string(reinterpret_cast<std::uintptr_t>(state_.get()));
  sqlite3_vfs& vfs = state_->vfs;
  vfs.iVersion = 1;
  vfs.szOsFile = sizeof(Handle);
  vfs.mxPathname = 512;
  vfs.zName = state_->name.c_str();
  vfs.pAppData = state_.get();
  vfs.xOpen = open_file;
  vfs.xDelete = delete_file;
  vfs.xAccess = access_file;
  vfs.xFullPathname = full_path;
  vfs.xRandomness = randomness;
  vfs.xSleep = sleep_us;
  vfs.xCurrentTime = current_time;
  sqlite3_vfs_register(&vfs, 0);
}

FaultVfs::~FaultVfs() {
  sqlite3_vfs_unregister(&state_->vfs);
}

const std::string& FaultVfs::name() const {
  return state_->name;
}
std::uint64_t FaultVfs::changes() const {
  return state_->changes;
}
std::uint64_t FaultVfs::reads() const {
  return state_->reads;
}
bool FaultVfs::struck() const {
  return state_->struck;
}

void FaultVfs::strike_at(std::uint64_t n, Fault fault) {
  state_->fault = fault;
  state_->strike_at = n;
  state_->changes = 0;
  state_->reads = 0;
  state_->struck = false;
}

void FaultVfs::fill_up(NoRoom what) {
  state_->no_room = what;
}
bool FaultVfs::full() const {
  return state_->no_room.has_value();
}

void FaultVfs::heal() {
  state_->fault = Fault::None;
  state_->full = false;
  state_->no_room.reset();
}

void FaultVfs::reboot(Unsynced unsynced, std::uint64_t seed) {
  const auto no_room = state_->no_room;
  heal();
  state_->no_room = no_room;
  state_->dark = false;
  ++state_->boot;
  SeededRandom random(seed);
  for (auto it = state_->files.begin(); it != state_->files.end();) {
    MemoryFile& file = *it->second;
    state_->deleted.push_back(it->second);
    auto after = std::make_shared<MemoryFile>();
    after->synced = file.synced;
    std::vector<Change> changes = unsynced == Unsynced::Dropped ? std::vector<Change>() : file.unsynced;
    if (unsynced == Unsynced::Mixed) {
      for (std::size_t i = changes.size(); i > 1; --i) std::swap(changes[i - 1], changes[random.below(i)]);
    }
    for (const Change& change : changes) {
      const std::uint64_t fate = unsynced == Unsynced::Kept ? 0 : random.below(3);
      if (fate == 1) continue;
      apply(after->synced, change, fate == 0 ? change.bytes.size() : random.below(change.bytes.size() + 1));
    }
    after->now = after->synced;
    after->name_synced = file.name_synced;
    const bool lost = !file.name_synced && (unsynced == Unsynced::Dropped ||
                                            (unsynced == Unsynced::Mixed && random.below(2) == 0));
    it->second = std::move(after);
    it = lost ? state_->files.erase(it) : std::next(it);
  }
}

Bytes FaultVfs::content(const std::string& file) const {
  const auto found = state_->files.find(file);
  return found == state_->files.end() ? Bytes() : found->second->now;
}

void FaultVfs::replace(const std::string& file, Bytes content) {
  auto fresh = std::make_shared<MemoryFile>();
  fresh->now = fresh->synced = std::move(content);
  fresh->name_synced = true;
  auto& entry = state_->files[file];
  if (entry) state_->deleted.push_back(entry);
  entry = std::move(fresh);
}

}  // namespace sealkeep::test
