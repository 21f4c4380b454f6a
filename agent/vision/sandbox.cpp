// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/sandbox.hpp"

#include <fcntl.h>
#include <seccomp.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

namespace sealkeep::vision {
namespace {

constexpr int kAllowed[] = {
    SCMP_SYS(read),
    SCMP_SYS(write),
    SCMP_SYS(recvfrom),
    SCMP_SYS(sendto),
    SCMP_SYS(recvmsg),
    SCMP_SYS(sendmsg),
    SCMP_SYS(close),
    SCMP_SYS(lseek),
    SCMP_SYS(fstat),
    SCMP_SYS(mmap),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(mprotect),
    SCMP_SYS(madvise),
    SCMP_SYS(brk),
    SCMP_SYS(rt_sigaction),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(sigaltstack),
    SCMP_SYS(futex),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(gettimeofday),
    SCMP_SYS(clock_nanosleep),
    SCMP_SYS(nanosleep),
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    SCMP_SYS(tgkill),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(getrandom),
    SCMP_SYS(sched_yield),
    SCMP_SYS(getrusage),
    SCMP_SYS(setitimer),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    SCMP_SYS(sched_getaffinity),
};

constexpr int kCutOff[] = {
    SCMP_SYS(socket),   SCMP_SYS(connect), SCMP_SYS(bind),  SCMP_SYS(listen),  SCMP_SYS(execve),
    SCMP_SYS(execveat), SCMP_SYS(ptrace),  SCMP_SYS(creat), SCMP_SYS(openat2), SCMP_SYS(mkdir),
    SCMP_SYS(mkdirat),  SCMP_SYS(fork),    SCMP_SYS(vfork),
};

struct Release {
  void operator()(void* filter) const { seccomp_release(filter); }
};
using Filter = std::unique_ptr<void, Release>;

Result<> failed(int error) {
  return fail(ErrorKind::Refused, "vision.sandbox", "The reading process cannot be shut in",
              std::strerror(error), "Use a kernel with seccomp");
}

}  // namespace

Result<> cut_off() {
  const Filter filter(seccomp_init(SCMP_ACT_ALLOW));
  if (!filter) return failed(ENOMEM);
  for (const int call : kCutOff)
    if (const int error = seccomp_rule_add(filter.get(), SCMP_ACT_ERRNO(EPERM), call, 0); error != 0)
      return failed(-error);
  // Opening to write, by either call.
  for (const auto& [call, flags_at] : {std::pair{SCMP_SYS(open), 1U}, std::pair{SCMP_SYS(openat), 2U}}) {
    for (const std::uint64_t mode : {std::uint64_t{O_WRONLY}, std::uint64_t{O_RDWR}}) {
      const scmp_arg_cmp writes{flags_at, SCMP_CMP_MASKED_EQ, O_ACCMODE, mode};
      if (const int error = seccomp_rule_add_array(filter.get(), SCMP_ACT_ERRNO(EPERM), call, 1, &writes);
          error != 0)
        return failed(-error);
    }
  }
  if (const int error = seccomp_load(filter.get()); error != 0) return failed(-error);
  return {};
}

Result<> shut_in() {
  const Filter filter(seccomp_init(SCMP_ACT_ERRNO(EPERM)));
  if (!filter) return failed(ENOMEM);
  for (const int call : kAllowed)
    if (const int error = seccomp_rule_add_exact(filter.get(), SCMP_ACT_ALLOW, call, 0); error != 0)
      return failed(-error);
  if (const int error = seccomp_load(filter.get()); error != 0) return failed(-error);
  return {};
}

}  // namespace sealkeep::vision
