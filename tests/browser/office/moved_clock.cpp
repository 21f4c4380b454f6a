// SPDX-License-Identifier: Apache-2.0
// Loaded into real programs (LD_PRELOAD) so that a test can let hours pass. The two clocks of
// common/base/clock.hpp, the wall's and the one since boot, stand aside by the milliseconds in the file that
// SEALKEEP_MOVED_CLOCK names, an int64 that may change while they run. What waits inside libraries
// (CLOCK_MONOTONIC) goes on as it is.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <ctime>

namespace {

// So that the clock since boot stays positive when the wall's is put back.
constexpr std::int64_t kBootedBeforeMs = 30LL * 24 * 3'600'000;

const volatile std::int64_t* moved_by() {
  static const std::int64_t none = 0;
  const char* path = std::getenv("SEALKEEP_MOVED_CLOCK");
  const int file = path == nullptr ? -1 : open(path, O_RDONLY | O_CLOEXEC);
  if (file < 0) return &none;
  void* at = mmap(nullptr, sizeof none, PROT_READ, MAP_SHARED, file, 0);
  close(file);
  return at == MAP_FAILED ? &none : static_cast<const std::int64_t*>(at);
}

}  // namespace

extern "C" int clock_gettime(clockid_t id, timespec* out) noexcept {
  static const volatile std::int64_t* const moved_ms = moved_by();
  if (syscall(SYS_clock_gettime, id, out) != 0) return -1;
  if (id != CLOCK_REALTIME && id != CLOCK_BOOTTIME) return 0;
  const std::int64_t by_ms = *moved_ms + (id == CLOCK_BOOTTIME ? kBootedBeforeMs : 0);
  const std::int64_t ns = out->tv_nsec + by_ms % 1000 * 1'000'000;
  const std::int64_t carry = ns < 0 ? -1 : ns / 1'000'000'000;
  out->tv_sec += by_ms / 1000 + carry;
  out->tv_nsec = ns - carry * 1'000'000'000;
  return 0;
}
