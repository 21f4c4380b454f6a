// SPDX-License-Identifier: Apache-2.0
#include "agent/eyes/eyes_worker.hpp"

#include <algorithm>

namespace sealkeep::agent {
namespace {

constexpr std::size_t kPictureLane = 0;

std::size_t lane_of(const LookRequest& request, const std::vector<std::string>& cameras) {
  const auto at = std::find(cameras.begin(), cameras.end(), request.camera);
  if (at == cameras.end()) return kPictureLane;
  return 1 + static_cast<std::size_t>(at - cameras.begin()) % kCameraLanes;
}

}  // namespace

Result<std::unique_ptr<EyesWorker>> EyesWorker::start(Eyes& eyes) {
  const std::size_t lanes = 1 + std::min(eyes.config().cameras.size(), kCameraLanes);
  SEALKEEP_LET(worker, Worker<Job>::start(lanes, kLooksWaiting,
                                          [&eyes](Job& job) { job.outcome = eyes.look(job.request); }));
  return std::unique_ptr<EyesWorker>(new EyesWorker(eyes, std::move(worker)));
}

void EyesWorker::put(LookRequest request, Reply reply) {
  const std::size_t lane = lane_of(request, eyes_.config().cameras);
  const auto refused = worker_->put({std::move(request), std::move(reply)}, lane);
  if (refused)
    refused->reply(fail(ErrorKind::Busy, "eyes.busy", "Too many pictures are looked at at once", {},
                        "Try again in a few seconds"));
}

bool EyesWorker::step() {
  bool answered = false;
  while (const auto job = worker_->take()) {
    job->reply(job->outcome);
    answered = true;
  }
  return answered;
}

}  // namespace sealkeep::agent
