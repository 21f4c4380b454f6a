// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/cameras/video_frame.hpp"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libswscale/swscale.h>
}

#include <memory>
#include <opencv2/imgcodecs.hpp>

#include "agent/vision/cameras/fetch.hpp"
#include "agent/vision/picture.hpp"

namespace sealkeep::vision {
namespace {

constexpr int kJpegQuality = 95;

struct Free {
  void operator()(AVCodecContext* it) const { avcodec_free_context(&it); }
  void operator()(AVPacket* it) const { av_packet_free(&it); }
  void operator()(AVFrame* it) const { av_frame_free(&it); }
  void operator()(SwsContext* it) const { sws_freeContext(it); }
};

tl::unexpected<Error> undecodable() {
  return camera_broken("The camera's video cannot be decoded", {},
                       "Restart the camera, or use its snapshot address");
}

class Decoder {
 public:
  static Result<Decoder> open(VideoCodec codec) {
    Decoder out;
    const AVCodec* known =
        avcodec_find_decoder(codec == VideoCodec::H264 ? AV_CODEC_ID_H264 : AV_CODEC_ID_HEVC);
    if (known == nullptr) return undecodable();
    out.context_.reset(avcodec_alloc_context3(known));
    out.packet_.reset(av_packet_alloc());
    out.frame_.reset(av_frame_alloc());
    out.last_.reset(av_frame_alloc());
    if (!out.context_ || !out.packet_ || !out.frame_ || !out.last_) return undecodable();
    out.context_->thread_count = 1;
    out.context_->max_pixels = kKeptPixels;
    if (avcodec_open2(out.context_.get(), known, nullptr) < 0) return undecodable();
    return out;
  }

  void feed(const std::vector<Bytes>& parameter_sets, std::span<const AccessUnit> units) {
    Bytes first;
    for (const Bytes& set : parameter_sets) {
      append(first, Bytes{0, 0, 0, 1});
      append(first, set);
    }
    for (const AccessUnit& unit : units) {
      append(first, unit.bytes);
      feed(first);
      first.clear();
    }
    avcodec_send_packet(context_.get(), nullptr);
    take();
  }

  /// The last frame, its sides divided by `smaller`.
  Result<cv::Mat> picture(int smaller, int type, AVPixelFormat format) const {
    const AVFrame& f = *last_;
    if (f.width < 16 || f.height < 16) return undecodable();
    cv::Mat out(f.height / smaller, f.width / smaller, type);
    const std::unique_ptr<SwsContext, Free> scaler(
        sws_getContext(f.width, f.height, static_cast<AVPixelFormat>(f.format), out.cols, out.rows, format,
                       smaller == 1 ? SWS_BILINEAR | SWS_ACCURATE_RND : SWS_AREA, nullptr, nullptr, nullptr));
    if (!scaler) return undecodable();
    std::uint8_t* rows[] = {out.data};
    const int strides[] = {static_cast<int>(out.step)};
    sws_scale(scaler.get(), f.data, f.linesize, 0, f.height, rows, strides);
    return out;
  }

 private:
  void feed(ByteView unit) {
    if (av_new_packet(packet_.get(), static_cast<int>(unit.size())) < 0) return;
    std::copy(unit.begin(), unit.end(), packet_->data);
    avcodec_send_packet(context_.get(), packet_.get());
    av_packet_unref(packet_.get());
    take();
  }

  void take() {
    while (avcodec_receive_frame(context_.get(), frame_.get()) == 0) {
      std::swap(frame_, last_);
      av_frame_unref(frame_.get());
    }
  }
  std::unique_ptr<AVCodecContext, Free> context_;
  std::unique_ptr<AVPacket, Free> packet_;
  std::unique_ptr<AVFrame, Free> frame_, last_;
};

}  // namespace

Bytes encoded_once(const cv::Mat& picture) {
  Bytes out;
  cv::imencode(".jpg", picture, out, {cv::IMWRITE_JPEG_QUALITY, kJpegQuality});
  return out;
}

Result<Bytes> last_frame(VideoCodec codec, const std::vector<Bytes>& parameter_sets,
                         std::span<const AccessUnit> units) {
  SEALKEEP_LET(decoder, Decoder::open(codec));
  decoder.feed(parameter_sets, units);
  SEALKEEP_LET(picture, decoder.picture(1, CV_8UC3, AV_PIX_FMT_BGR24));
  return encoded_once(picture);
}

Result<cv::Mat> small_grey_frame(VideoCodec codec, const std::vector<Bytes>& parameter_sets,
                                 const AccessUnit& key) {
  SEALKEEP_LET(decoder, Decoder::open(codec));
  decoder.feed(parameter_sets, std::span(&key, 1));
  return decoder.picture(8, CV_8UC1, AV_PIX_FMT_GRAY8);
}

}  // namespace sealkeep::vision
