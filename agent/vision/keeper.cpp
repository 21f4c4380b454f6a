// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/keeper.hpp"

namespace sealkeep::vision {
namespace {

constexpr std::int64_t kKeeperPatienceMs = 300'000;  // longer than any reading process is given

ChildLimits keeper_limits() {
  ChildLimits limits;
  limits.confined = false;
  limits.wall_ms = kKeeperPatienceMs;
  return limits;
}

}  // namespace

Keeper::Keeper(ReaderSetup setup)
    : child_(
          [setup = std::move(setup)]() -> Result<Child::Handler> {
            auto reader = std::make_shared<PictureReader>(setup);
            return [reader](ByteView request) -> Result<Bytes> {
              if (request.empty()) return Bytes{};
              SEALKEEP_LET(asked, decode_request(request));
              SEALKEEP_LET(reading, reader->read(asked));
              return encode(reading);
            };
          },
          keeper_limits()) {}

Result<> Keeper::start() {
  SEALKEEP_TRY(child_.ask({}));
  return {};
}

Result<> Keeper::begin(const ReadRequest& asked) {
  return child_.begin(encode_request(asked));
}

Result<Reading> Keeper::finish() {
  SEALKEEP_LET(answer, child_.finish());
  return decode_reading(answer);
}

void Keeper::add_handles(std::vector<net::PollHandle>& out) const {
  if (child_.fd() >= 0) out.push_back({nullptr, child_.fd()});
}

}  // namespace sealkeep::vision
