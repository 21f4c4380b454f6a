// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/cameras/rtp_video.hpp"

#include "agent/vision/cameras/fetch.hpp"

namespace sealkeep::vision {
namespace {

constexpr std::uint8_t kBegin[] = {0, 0, 0, 1};

/// What stands behind the head of a packet; nothing if it is no RTP.
std::optional<ByteView> payload_of(ByteView packet, bool& marker, std::uint16_t& sequence,
                                   std::uint32_t& time) {
  ByteReader in(packet);
  const std::uint8_t first = in.u8(), second = in.u8();
  sequence = in.u16();
  time = in.u32();
  in.u32();
  if ((first >> 6) != 2) return std::nullopt;
  marker = (second & 0x80) != 0;
  in.raw(std::size_t{4} * (first & 0x0FU));
  if ((first & 0x10) != 0) {
    in.u16();
    const std::size_t words = in.u16();
    in.raw(words * 4);
  }
  ByteView rest = in.rest();
  if (!in.ok() || rest.empty()) return std::nullopt;
  if ((first & 0x20) != 0) {
    const std::size_t padding = rest.back();
    if (padding == 0 || padding > rest.size()) return std::nullopt;
    rest = rest.first(rest.size() - padding);
  }
  return rest;
}

}  // namespace

Result<std::optional<AccessUnit>> RtpVideo::feed(ByteView packet) {
  bool marker = false;
  std::uint16_t sequence = 0;
  std::uint32_t time = 0;
  const auto content = payload_of(packet, marker, sequence, time);
  if (!content) return std::optional<AccessUnit>{};
  std::optional<AccessUnit> whole;
  const auto finish = [&] {
    if (!spoilt_ && !in_fragment_ && !going_.bytes.empty()) whole = std::move(going_);
    going_ = {};
    spoilt_ = in_fragment_ = false;
  };
  if (begun_ && time != time_) finish();  // some cameras set no marker
  if (begun_ && sequence != static_cast<std::uint16_t>(sequence_ + 1)) spoilt_ = true;
  begun_ = true;
  sequence_ = sequence;
  time_ = time;
  payload(*content);
  if (going_.bytes.size() > kAccessUnitBytes)
    return camera_broken("A frame of the camera's video does not end", "more than 8 MiB came");
  if (marker && !whole) finish();
  return whole;
}

void RtpVideo::payload(ByteView payload) {
  if (payload.size() < 3) return;
  codec_ == VideoCodec::H264 ? h264(payload) : h265(payload);
}

void RtpVideo::begin_unit(std::uint8_t type) {
  append(going_.bytes, kBegin);
  if (codec_ == VideoCodec::H264)
    going_.key = going_.key || type == 5 || type == 7;
  else
    going_.key = going_.key || (type >= 16 && type <= 21) || type == 32 || type == 33;
}

void RtpVideo::unit(ByteView nal) {
  if (nal.size() < 2) return;
  begin_unit(codec_ == VideoCodec::H264 ? nal[0] & 0x1F : nal[0] >> 1 & 0x3F);
  append(going_.bytes, nal);
}

void RtpVideo::several(ByteView packed) {
  ByteReader in(packed);
  while (!in.rest().empty()) {
    const std::size_t size = in.u16();
    const ByteView nal = in.raw(size);
    if (!in.ok()) {
      spoilt_ = true;
      return;
    }
    unit(nal);
  }
}

void RtpVideo::h264(ByteView payload) {
  constexpr std::uint8_t kStapA = 24, kFuA = 28;
  const std::uint8_t type = payload[0] & 0x1F;
  if (type >= 1 && type < kStapA) return unit(payload);
  if (type == kStapA) return several(payload.subspan(1));
  if (type != kFuA) {
    spoilt_ = true;
    return;
  }
  if ((payload[1] & 0x80) != 0) {
    begin_unit(payload[1] & 0x1F);
    going_.bytes.push_back(static_cast<std::uint8_t>((payload[0] & 0xE0) | (payload[1] & 0x1F)));
    in_fragment_ = true;
  } else if (!in_fragment_) {
    spoilt_ = true;
  }
  append(going_.bytes, payload.subspan(2));
  if ((payload[1] & 0x40) != 0) in_fragment_ = false;
}

void RtpVideo::h265(ByteView payload) {
  constexpr std::uint8_t kAggregation = 48, kFragment = 49;
  const std::uint8_t type = payload[0] >> 1 & 0x3F;
  if (type < kAggregation) return unit(payload);
  if (type == kAggregation) return several(payload.subspan(2));
  if (type != kFragment) {
    spoilt_ = true;
    return;
  }
  const std::uint8_t inner = payload[2] & 0x3F;
  if ((payload[2] & 0x80) != 0) {
    begin_unit(inner);
    going_.bytes.push_back(static_cast<std::uint8_t>((payload[0] & 0x81) | inner << 1));
    going_.bytes.push_back(payload[1]);
    in_fragment_ = true;
  } else if (!in_fragment_) {
    spoilt_ = true;
  }
  append(going_.bytes, payload.subspan(3));
  if ((payload[2] & 0x40) != 0) in_fragment_ = false;
}

}  // namespace sealkeep::vision
