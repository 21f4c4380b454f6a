// SPDX-License-Identifier: Apache-2.0
#include "processes.hpp"

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "common/cli/dispatch.hpp"

namespace sealkeep::fault {

void Program::start() {
  std::vector<char*> words;
  for (std::string& argument : arguments_) words.push_back(argument.data());
  words.push_back(nullptr);
  pid_ = ::fork();
  SEALKEEP_ASSERT(pid_ >= 0);
  if (pid_ != 0) return;
  const int log = ::open(log_.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  ::dup2(log, 1);
  ::dup2(log, 2);
  ::execv(words[0], words.data());
  ::_exit(127);
}

void Program::kill() {
  if (pid_ == 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
  pid_ = 0;
}

int Program::stop() {
  if (pid_ != 0) ::kill(pid_, SIGTERM);
  return wait();
}

int Program::wait() {
  if (pid_ == 0) return 0;
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = 0;
  return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

std::uint16_t free_port() {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  SEALKEEP_ASSERT(::bind(fd, reinterpret_cast<sockaddr*>(&address), length) == 0);
  SEALKEEP_ASSERT(::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &length) == 0);
  ::close(fd);
  return ntohs(address.sin_port);
}

Result<cli::Value> ask(net::NetContext& context, const std::filesystem::path& folder,
                       const cli::Command& command) {
  return cli::run_command(
      context, command, folder,
      [](const cli::Command&, const cli::OnProgress&) -> Result<cli::Value> {
        return fail(ErrorKind::Disconnected, "test.no_daemon", "No daemon runs in that folder now");
      },
      [](const cli::Progress&) {});
}

}  // namespace sealkeep::fault
