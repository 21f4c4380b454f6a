// SPDX-License-Identifier: Apache-2.0
#include "common/base/mailbox.hpp"

#include <sys/eventfd.h>
#include <unistd.h>

namespace sealkeep {

Result<WakeFd> WakeFd::create() {
  const int fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (fd < 0)
    return fail(ErrorKind::Full, "base.descriptors", "The process has no file descriptor left", {},
                "Raise the limit of open files of the service");
  return WakeFd(fd);
}

WakeFd::~WakeFd() {
  if (fd_ >= 0) close(fd_);
}

void WakeFd::raise() const {
  static_cast<void>(eventfd_write(fd_, 1));  // cannot fail before 2^64 calls
}

void WakeFd::clear() const {
  eventfd_t count = 0;
  static_cast<void>(eventfd_read(fd_, &count));  // nothing to read is as good
}

}  // namespace sealkeep
