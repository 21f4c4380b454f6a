// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "agent/vision/picture_reader.hpp"
#include "common/net/poller.hpp"

namespace sealkeep::vision {

/// Reads pictures for a process that answers others over a socket. That one has threads, and a process with
/// threads must not fork: the keeper is forked before them and starts the reading processes in its own place.
/// Create it before the NetContext. Ready for a poller while a reading is done.
class Keeper final : public net::Pollable {
 public:
  explicit Keeper(ReaderSetup setup);
  /// Starts the keeper, so that it is there before any thread is.
  [[nodiscard]] Result<> start();

  /// PictureReader::read() in two steps. One picture at a time.
  [[nodiscard]] Result<> begin(const ReadRequest& asked);
  /// True when finish() need not wait.
  [[nodiscard]] bool ready() const { return child_.ready(); }
  [[nodiscard]] Result<Reading> finish();

  void add_handles(std::vector<net::PollHandle>& out) const override;

 private:
  Child child_;
};

}  // namespace sealkeep::vision
