// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/sandbox.hpp"

#include <fcntl.h>
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <memory>
#include <utility>
#include <vector>

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

constexpr int kWithConnection[] = {
    SCMP_SYS(fcntl),       SCMP_SYS(getsockopt), SCMP_SYS(setsockopt), SCMP_SYS(getsockname),
    SCMP_SYS(getpeername), SCMP_SYS(shutdown),   SCMP_SYS(pselect6),   SCMP_SYS(select),
    SCMP_SYS(readv),       SCMP_SYS(writev),     SCMP_SYS(newfstatat), SCMP_SYS(geteuid),
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

Result<> shut_in(Beyond beyond) {
  const Filter filter(seccomp_init(SCMP_ACT_ERRNO(EPERM)));
  if (!filter) return failed(ENOMEM);
  std::vector<int> allowed(std::begin(kAllowed), std::end(kAllowed));
  if (beyond == Beyond::Connection)
    allowed.insert(allowed.end(), std::begin(kWithConnection), std::end(kWithConnection));
  if (beyond == Beyond::Device) allowed.push_back(SCMP_SYS(ioctl));
  // libcurl 7.88 connects even a connection that it was handed as made. Told that it is on the way it looks,
  // and finds it made; no connection comes of the call.
  if (beyond == Beyond::Connection)
    if (const int error =
            seccomp_rule_add_exact(filter.get(), SCMP_ACT_ERRNO(EINPROGRESS), SCMP_SYS(connect), 0);
        error != 0)
      return failed(-error);
  for (const int call : allowed)
    if (const int error = seccomp_rule_add_exact(filter.get(), SCMP_ACT_ALLOW, call, 0); error != 0)
      return failed(-error);
  if (const int error = seccomp_load(filter.get()); error != 0) return failed(-error);
  return {};
}

void strip_process(int socket, const char* name) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  prctl(PR_SET_NAME, name);
  // The libraries complain of broken pictures on stderr; what matters is in the answer.
  const int nowhere = open("/dev/null", O_RDWR);
  for (const int standard : {0, 1, 2}) dup2(nowhere, standard);
  if (socket != kOnlySocket) dup2(socket, kOnlySocket);
  close_range(kOnlySocket + 1, ~0U, 0);
  const rlimit none{0, 0};
  setrlimit(RLIMIT_CORE, &none);
  setrlimit(RLIMIT_FSIZE, &none);
  signal(SIGXFSZ, SIG_IGN);
}

}  // namespace sealkeep::vision
