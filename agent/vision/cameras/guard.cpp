// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/cameras/guard.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "agent/vision/cameras/connect.hpp"
#include "agent/vision/cameras/fetch.hpp"
#include "agent/vision/cameras/note.hpp"
#include "agent/vision/cameras/watch.hpp"
#include "agent/vision/packed_error.hpp"
#include "common/base/clock.hpp"

namespace sealkeep::vision {
namespace {

std::int64_t now_ms() {
  return SystemClock().now().unix_ms;
}

class Guard {
 public:
  Guard(int asker, const Camera& camera)
      : asker_(asker), camera_(camera), watch_(camera.streams(), camera.stalled_after_ms, now_ms()) {
    tell_status();
  }

  [[noreturn]] void run() {
    while (true) {
      act();
      const std::int64_t wait_ms = std::clamp<std::int64_t>(watch_.wake_ms(now_ms()) - now_ms(), 0, 60'000);
      pollfd waiting[2] = {{asker_, POLLIN, 0}, {fetcher_, POLLIN, 0}};
      poll(waiting, fetcher_ < 0 ? 1 : 2, static_cast<int>(wait_ms));
      if (waiting[0].revents != 0) hear_asker();
      if (fetcher_ >= 0 && waiting[1].revents != 0) hear_fetcher();
    }
  }

 private:
  void act() {
    switch (watch_.todo(now_ms())) {
      case CameraWatch::Todo::Wait:
        return;
      case CameraWatch::Todo::GiveUp:
        end_fetcher();
        watch_.stalled(now_ms());
        return trouble_told();
      case CameraWatch::Todo::Start:
        return start();
    }
  }

  void start() {
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) return failed(no_process());
    pid_ = fork();
    if (pid_ == 0) live_fetching(ends[1], camera_);
    close(ends[1]);
    if (pid_ < 0) {
      close(ends[0]);
      return failed(no_process());
    }
    fetcher_ = ends[0];
    notes_ = std::make_unique<NoteReader>();
    watch_.started(now_ms());
    tell_status();
    if (watch_.is_wanted()) send_note(fetcher_, kPictureWanted, {}, -1, false);
  }

  void hear_asker() {
    if (!asked_.receive(asker_)) {
      end_fetcher();
      _exit(0);
    }
    while (const auto note = asked_.take()) {
      if (note->letter != kPictureWanted) continue;
      request_ = note->payload;
      watch_.wanted(now_ms());
      if (fetcher_ >= 0) send_note(fetcher_, kPictureWanted, {}, -1, false);
    }
  }

  void hear_fetcher() {
    const bool there = notes_->receive(fetcher_);
    while (fetcher_ >= 0) {
      const auto note = notes_->take();
      if (!note) break;
      hear(*note);
    }
    if (!there && fetcher_ >= 0) died();
  }

  void hear(const Note& note) {
    switch (note.letter) {
      case kConnect:
        return make_connection();
      case kAlive:
        watch_.alive(now_ms());
        return tell_status();
      case kMotion:
        if (!send_note(asker_, kMotion, {})) _exit(0);
        return;
      case kPicture:
        if (watch_.is_wanted() && !note.payload.empty()) {
          watch_.picture(now_ms());
          tell_status();
          answer(kAnswer, note.payload);
        }
        if (!camera_.streams()) {
          end_fetcher();
          watch_.finished();
        }
        return;
      case kTrouble: {
        auto error = decode_error(note.payload);
        end_fetcher();
        return failed(error ? std::move(*error) : no_sense());
      }
      default:
        end_fetcher();
        return failed(no_sense());
    }
  }

  void make_connection() {
    const auto connection = connect_to(camera_.url.host, camera_.url.port);
    if (connection) {
      send_note(fetcher_, kConnected, {}, *connection, false);
      close(*connection);
      return;
    }
    end_fetcher();
    failed(connection.error());
  }

  void died() {
    int status = 0;
    close(fetcher_);
    fetcher_ = -1;
    kill(pid_, SIGKILL);
    waitpid(pid_, &status, 0);
    Error error = no_sense();
    if (WIFSIGNALED(status) && WTERMSIG(status) != SIGKILL)
      error.why = "the process that fetches ended with signal " + std::to_string(WTERMSIG(status));
    failed(std::move(error));
  }

  void failed(Error error) {
    watch_.failed(now_ms(), std::move(error));
    trouble_told();
  }

  /// As the state, and to whoever waits: in this order, so that who was answered knows the state.
  void trouble_told() {
    tell_status();
    if (!request_.empty()) answer(kRefusal, encode_error(watch_.status().trouble));
  }

  void answer(char letter, ByteView payload) {
    Bytes out = std::move(request_);
    request_.clear();
    append(out, payload);
    if (!send_note(asker_, letter, out)) _exit(0);
  }

  /// Where it changed more than a stream's last sign of life.
  void tell_status() {
    if (watch_.status() == told_ && told_once_) return;
    told_ = watch_.status();
    told_once_ = true;
    if (!send_note(asker_, kStatus, encode(told_))) _exit(0);
  }

  void end_fetcher() {
    if (fetcher_ < 0) return;
    close(fetcher_);
    fetcher_ = -1;
    kill(pid_, SIGKILL);
    while (waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) continue;
  }

  static Error no_process() {
    return {ErrorKind::Busy, "vision.camera_away", "No process can be started to fetch pictures",
            std::strerror(errno), "Free memory on this machine"};
  }
  static Error no_sense() {
    return {ErrorKind::Busy, "vision.camera_broken", "The process that fetches the camera's pictures ended",
            "what the camera sent may have ended it",
            "It is started again; if this stays, replace the camera"};
  }

  int asker_;
  const Camera& camera_;
  CameraWatch watch_;
  NoteReader asked_;
  std::unique_ptr<NoteReader> notes_;
  int fetcher_ = -1;
  pid_t pid_ = -1;
  Bytes request_;  ///< its number; empty: nobody waits
  CameraStatus told_;
  bool told_once_ = false;
};

}  // namespace

void guard_camera(int socket, const Camera& camera) {
  strip_process(socket, "vision-camera");
  // Who asks ends us by closing the socket, after it has stopped in order.
  signal(SIGTERM, SIG_IGN);
  signal(SIGINT, SIG_IGN);
  const Camera own = camera;
  Guard(kOnlySocket, own).run();
}

}  // namespace sealkeep::vision
