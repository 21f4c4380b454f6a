// SPDX-License-Identifier: Apache-2.0
#include "common/cli/dispatch.hpp"

#include <bit>
#include <chrono>
#include <thread>

#include "common/store/folder_lock.hpp"

namespace sealkeep::cli {
namespace {

using Steady = std::chrono::steady_clock;
constexpr auto kPause = std::chrono::milliseconds(50);

tl::unexpected<Error> no_final_part() {
  return fail(ErrorKind::Disconnected, "daemon.malformed_answer", "The daemon's answer is not understood",
              "the daemon may be of another version",
              "Look whether the command was carried out, then restart the daemon");
}

Result<Value> ask_daemon(net::NetContext& context, ByteView request, const std::filesystem::path& folder,
                         const OnProgress& on_progress, std::int64_t silence_ms) {
  Result<Value> outcome = no_final_part();
  SEALKEEP_TRY(net::LocalClient(context, folder).ask(request, silence_ms, [&](ByteView bytes, bool last) {
    Result<AnswerPart> part = decode_answer_part(bytes);
    if (!part) {
      if (last) outcome = tl::unexpected<Error>(std::move(part).error());
      return;
    }
    if (const Progress* progress = std::get_if<Progress>(&*part)) {
      if (!last && on_progress) on_progress(*progress);
    } else if (Error* error = last ? std::get_if<Error>(&*part) : nullptr) {
      outcome = tl::unexpected<Error>(std::move(*error));
    } else if (Value* value = last ? std::get_if<Value>(&*part) : nullptr) {
      outcome = std::move(*value);
    }
  }));
  return outcome;
}

/// Thins progress out: what nobody would see is not sent, so that a client that reads slowly never stands in
/// the way.
class Thinner {
 public:
  bool worth_sending(const Progress& progress) {
    const std::uint64_t step = progress.total > 0
                                   ? static_cast<std::uint64_t>(static_cast<double>(progress.done) * 100.0 /
                                                                static_cast<double>(progress.total))
                                   : static_cast<std::uint64_t>(std::bit_width(progress.done));
    if (sent_ >= kMost || (sent_ > 0 && step == last_step_ && progress.words == words_)) return false;
    last_step_ = step;
    words_ = progress.words;
    ++sent_;
    return true;
  }

 private:
  static constexpr int kMost = 500;
  int sent_ = 0;
  std::uint64_t last_step_ = 0;
  std::string words_;
};

}  // namespace

Result<Value> run_command(net::NetContext& context, const Command& command,
                          const std::filesystem::path& data_folder, const Handler& execute_locally,
                          const OnProgress& on_progress, const DispatchOptions& options) {
  SEALKEEP_LET(request, encode(command));
  std::error_code ignored;
  const bool exists = std::filesystem::is_directory(data_folder, ignored);
  if (!exists && !options.folder_may_be_new) {
    return fail(ErrorKind::NotFound, "cli.data_folder",
                "There is no data folder " + printable(data_folder.string(), 400), {},
                "Name the right one with --data or in the configuration file, or set it up first");
  }
  const auto deadline = Steady::now() + std::chrono::milliseconds(options.patience_ms);
  for (;;) {
    if (std::filesystem::is_directory(data_folder, ignored)) {
      Result<Value> outcome = ask_daemon(context, request, data_folder, on_progress, options.silence_ms);
      // Only this code promises that nobody took the command.
      if (outcome || outcome.error().code != "daemon.not_running") return outcome;
    }
    Result<FolderLock> lock = FolderLock::take(data_folder);
    if (lock)
      return execute_locally(
          command, on_progress ? on_progress : [](const Progress&) {});
    if (lock.error().kind != ErrorKind::Busy || Steady::now() >= deadline) {
      return tl::unexpected<Error>(std::move(lock).error());
    }
    std::this_thread::sleep_for(kPause);
  }
}

Result<> answer(net::LocalServer& server, const net::LocalRequest& request, const Handler& handler) {
  Thinner thinner;
  const OnProgress send_progress = [&](const Progress& progress) {
    if (!thinner.worth_sending(progress)) return;
    // A client that is gone or slow does not stop the command.
    if (Result<Bytes> part = encode(AnswerPart(progress))) (void)server.reply(request.client, *part, false);
  };
  Result<Command> command = decode_command(request.payload);
  Result<Value> outcome =
      command ? handler(*command, send_progress) : tl::unexpected<Error>(std::move(command).error());
  return send_outcome(server, request.client, std::move(outcome));
}

Result<> send_outcome(net::LocalServer& server, const net::PeerId& client, Result<Value> outcome) {
  Result<Bytes> last =
      outcome ? encode(AnswerPart(std::move(*outcome))) : encode(AnswerPart(std::move(outcome).error()));
  if (!last) last = encode(AnswerPart(std::move(last).error()));
  SEALKEEP_LET(bytes, std::move(last));
  return server.reply(client, bytes);
}

}  // namespace sealkeep::cli
