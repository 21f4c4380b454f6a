// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <unistd.h>

#include <filesystem>

#include "agent/commands/fact_input.hpp"
#include "agent/commands/site_commands.hpp"

namespace sealkeep::agent {
namespace {

namespace fs = std::filesystem;

tl::unexpected<Error> cannot_write(const fs::path& path) {
  return fail(ErrorKind::Refused, "export.write", "Cannot write " + printable(path.string()),
              "the folder is not writable, or the disk is full", "Choose another folder, then export again");
}

// Whole or not there under its name: temporary file, fsync, rename.
Result<> write_file(const fs::path& path, ByteView bytes) {
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  const fs::path temporary = path.string() + ".tmp";
  const int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0644);
  bool written = fd >= 0;
  for (ByteView rest = bytes; written && !rest.empty();) {
    const ssize_t taken = ::write(fd, rest.data(), rest.size());
    written = taken > 0;
    if (written) rest = rest.subspan(static_cast<std::size_t>(taken));
  }
  written = written && ::fsync(fd) == 0;
  if (fd >= 0) ::close(fd);
  if (!written) return cannot_write(path);
  fs::rename(temporary, path, error);
  return error ? Result<>(cannot_write(path)) : Result<>{};
}

Result<> sync_folder(const fs::path& folder) {
  const int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool synced = fd >= 0 && ::fsync(fd) == 0;
  if (fd >= 0) ::close(fd);
  return synced ? Result<>{} : Result<>(cannot_write(folder));
}

Result<> sync_folders_below(const fs::path& folder) {
  std::error_code error;
  for (fs::recursive_directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
    if (it->is_directory()) SEALKEEP_TRY(sync_folder(it->path()));
  return error ? Result<>(cannot_write(folder)) : sync_folder(folder);
}

// A folder that holds another log's export is left alone.
Result<> check_folder(const fs::path& folder, const std::string& vkey) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return cannot_write(folder);
  const int fd = ::open((folder / "vkey").c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) {
    if (fs::is_empty(folder, error) && !error) return {};
    return fail(ErrorKind::Refused, "export.folder", "The folder is not empty and holds no exported log", {},
                "Name an empty or a new folder");
  }
  std::string found(vkey.size() + 2, '\0');
  const ssize_t read = ::read(fd, found.data(), found.size());
  ::close(fd);
  found.resize(read > 0 ? static_cast<std::size_t>(read) : 0);
  if (found == vkey + "\n") return {};
  return fail(ErrorKind::Refused, "export.other_log", "The folder holds the export of another log", {},
              "Name an empty or a new folder");
}

// The numbers of full tiles and the width of the partial one, without a list: bounded memory at any size.
template <class Write>
Result<> each_tile(std::uint64_t hashes, Write&& write) {
  const std::uint64_t full = hashes / kTileWidth;
  for (std::uint64_t n = 0; n < full; ++n) SEALKEEP_TRY(write(n, kTileWidth));
  if (hashes % kTileWidth != 0) SEALKEEP_TRY(write(full, static_cast<unsigned>(hashes % kTileWidth)));
  return {};
}

}  // namespace

Result<cli::Value> export_log(Agent& agent, const cli::Command& command, const cli::OnProgress& progress) {
  SEALKEEP_LET(id, chosen_register(agent, command));
  SEALKEEP_LET(folder_text, command.required("folder"));
  const fs::path folder = folder_text;
  const SiteRegister* site = agent.site_register(id);
  SEALKEEP_ASSERT(site != nullptr);
  const LogId log = site->written().log;
  SEALKEEP_LET(info, agent.logs().log(log));
  SEALKEEP_LET(head, agent.logs().newest_signed_head(log));
  if (!head)
    return fail(ErrorKind::NotFound, "export.empty", "Nothing was recorded in this log yet", {},
                "Record a fact first");
  const std::string vkey = format_verifier_key({info.origin, NoteKeyType::Ed25519, info.public_key});
  SEALKEEP_TRY(check_folder(folder, vkey));
  const std::uint64_t size = head->checkpoint.size;
  const std::uint64_t bundles = (size + kTileWidth - 1) / kTileWidth;

  SEALKEEP_TRY(each_tile(size, [&](std::uint64_t n, unsigned width) -> Result<> {
    Bytes bundle;
    std::uint64_t next = n * kTileWidth;
    while (next < n * kTileWidth + width) {
      SEALKEEP_LET(visited, agent.logs().read_entries(log, next, n * kTileWidth + width - next, UINT64_MAX,
                                                      [&](std::uint64_t, ByteView entry) {
                                                        return append_to_bundle(bundle, entry);
                                                      }));
      next += visited;
    }
    if (progress) progress({n + 1, bundles, "bundles written"});
    return write_file(folder / bundle_path({n, width}), bundle);
  }));
  for (unsigned level = 0; level < kTileLevels; ++level)
    SEALKEEP_TRY(each_tile(tile_level_hashes(size, level), [&](std::uint64_t n, unsigned width) -> Result<> {
      const TileId tile{level, n, width};
      SEALKEEP_LET(bytes, agent.logs().read_tile(log, tile));
      return write_file(folder / tile_path(tile), bytes);
    }));
  SEALKEEP_TRY(write_file(folder / "vkey", as_bytes(vkey + "\n")));
  SEALKEEP_TRY(sync_folders_below(folder));

  // The checkpoint last: whoever reads it finds everything that it promises.
  std::vector<NoteSignature> cosignatures;
  SEALKEEP_LET(cosigned, agent.logs().newest_cosigned_head(log));
  SEALKEEP_LET(roles, agent.hub_roles(id));
  const auto mirror = roles.signing_key("mirror");
  if (cosigned && mirror && cosigned->checkpoint == head->checkpoint)
    cosignatures.push_back(cosignature_line(roles.hub + "/mirror", *mirror, cosigned->cosignature));
  const std::string note = note_text(head->checkpoint, info.public_key, head->signature, cosignatures);
  SEALKEEP_TRY(write_file(folder / "checkpoint", as_bytes(note)));
  SEALKEEP_TRY(sync_folder(folder));
  return cli::Value::object({{"exported", info.origin},
                             {"folder", folder.string()},
                             {"entries", size},
                             {"vkey", vkey},
                             {"cosigned", !cosignatures.empty()},
                             {"next",
                              "The files hold the entries themselves: give them only to whom you trust "
                              "with the register"}});
}

}  // namespace sealkeep::agent
