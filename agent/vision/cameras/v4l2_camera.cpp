// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <linux/videodev2.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <opencv2/imgproc.hpp>

#include "agent/vision/cameras/fetch.hpp"
#include "agent/vision/cameras/motion_sensor.hpp"
#include "agent/vision/cameras/video_frame.hpp"

namespace sealkeep::vision {
namespace {

constexpr std::uint32_t kBuffers = 3;
constexpr std::uint32_t kWidth = 1920, kHeight = 1080;

int request(int fd, unsigned long what, void* argument) {
  int outcome = 0;
  do outcome = ioctl(fd, what, argument);
  while (outcome < 0 && errno == EINTR);
  return outcome;
}

tl::unexpected<Error> unplugged(const std::filesystem::path& device) {
  return camera_away("The camera at " + printable(device.string(), 100) + " is not there",
                     std::strerror(errno), "Plug it in, and let this user read the device (group video)");
}

/// An open device that sends MJPEG or, where it has none, YUYV.
class Device {
 public:
  Device(int fd, const MotionSettings& motion) : fd_(fd), sensor_(motion) {}
  ~Device() { close(fd_); }
  Device(const Device&) = delete;
  Device& operator=(const Device&) = delete;

  Result<> begin(const std::filesystem::path& path) {
    v4l2_capability can{};
    if (request(fd_, VIDIOC_QUERYCAP, &can) < 0)
      return camera_away(printable(path.string(), 100) + " is no camera", std::strerror(errno),
                         "Name a device such as /dev/video0");
    const std::uint32_t does =
        (can.capabilities & V4L2_CAP_DEVICE_CAPS) != 0 ? can.device_caps : can.capabilities;
    if ((does & V4L2_CAP_VIDEO_CAPTURE) == 0 || (does & V4L2_CAP_STREAMING) == 0)
      return camera_away(printable(path.string(), 100) + " gives no pictures",
                         "it is another function of the device",
                         "Name the camera's other device, often the one before");
    if (!set_format(V4L2_PIX_FMT_MJPEG) && !set_format(V4L2_PIX_FMT_YUYV))
      return camera_broken("The camera sends neither MJPEG nor YUYV");
    v4l2_requestbuffers wish{};
    wish.count = kBuffers;
    wish.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    wish.memory = V4L2_MEMORY_MMAP;
    if (request(fd_, VIDIOC_REQBUFS, &wish) < 0) return unplugged(path);
    for (std::uint32_t i = 0; i < wish.count; ++i) {
      v4l2_buffer buffer = blank();
      buffer.index = i;
      if (request(fd_, VIDIOC_QUERYBUF, &buffer) < 0) return unplugged(path);
      void* at = mmap(nullptr, buffer.length, PROT_READ | PROT_WRITE, MAP_SHARED, fd_, buffer.m.offset);
      if (at == MAP_FAILED) return unplugged(path);
      buffers_.emplace_back(static_cast<const std::uint8_t*>(at), buffer.length);
      if (request(fd_, VIDIOC_QBUF, &buffer) < 0) return unplugged(path);
    }
    int type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    if (request(fd_, VIDIOC_STREAMON, &type) < 0) return unplugged(path);
    return {};
  }

  Result<> run(const std::filesystem::path& path, Desk& desk) {
    while (true) {
      pollfd waiting{fd_, POLLIN, 0};
      poll(&waiting, 1, 1'000);
      if (waiting.revents == 0) continue;
      v4l2_buffer buffer = blank();
      if (request(fd_, VIDIOC_DQBUF, &buffer) < 0) {
        if (errno == EAGAIN) continue;
        return unplugged(path);
      }
      if (buffer.index < buffers_.size() && (buffer.flags & V4L2_BUF_FLAG_ERROR) == 0)
        SEALKEEP_TRY(frame(buffers_[buffer.index].first(
                               std::min<std::size_t>(buffer.bytesused, buffers_[buffer.index].size())),
                           desk));
      if (request(fd_, VIDIOC_QBUF, &buffer) < 0) return unplugged(path);
    }
  }

 private:
  static v4l2_buffer blank() {
    v4l2_buffer buffer{};
    buffer.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    buffer.memory = V4L2_MEMORY_MMAP;
    return buffer;
  }

  bool set_format(std::uint32_t format) {
    format_ = {};
    format_.type = V4L2_BUF_TYPE_VIDEO_CAPTURE;
    format_.fmt.pix.width = kWidth;
    format_.fmt.pix.height = kHeight;
    format_.fmt.pix.pixelformat = format;
    return request(fd_, VIDIOC_S_FMT, &format_) == 0 && format_.fmt.pix.pixelformat == format;
  }

  Result<> frame(ByteView bytes, Desk& desk) {
    const bool jpeg = format_.fmt.pix.pixelformat == V4L2_PIX_FMT_MJPEG;
    if (jpeg && !check_camera_picture(bytes)) return {};  // the first after a start are often cut off
    const std::size_t width = format_.fmt.pix.width, height = format_.fmt.pix.height;
    if (!jpeg && (bytes.size() < width * height * 2)) return {};
    desk.alive();
    const bool watched = sensor_.due(), wanted = desk.wanted();
    if (jpeg && watched) sensor_.look_at_file(bytes, desk);
    if (jpeg && wanted) desk.hand_over(bytes, true);
    if (jpeg || (!watched && !wanted)) return {};
    Bytes raw = to_bytes(bytes.first(width * height * 2));
    const cv::Mat yuyv(static_cast<int>(height), static_cast<int>(width), CV_8UC2, raw.data());
    cv::Mat picture;
    if (watched) {
      cv::cvtColor(yuyv, picture, cv::COLOR_YUV2GRAY_YUYV);
      sensor_.look(picture, desk);
    }
    if (!wanted) return {};
    cv::cvtColor(yuyv, picture, cv::COLOR_YUV2BGR_YUYV);
    desk.hand_over(encoded_once(picture), false);
    return {};
  }

  int fd_;
  MotionSensor sensor_;
  v4l2_format format_{};
  std::vector<ByteView> buffers_;
};

}  // namespace

Result<Fetching> prepare_v4l2(const Camera& camera) {
  const int fd = open(camera.path.c_str(), O_RDWR | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return unplugged(camera.path);
  const auto device = std::make_shared<Device>(fd, camera.motion);
  SEALKEEP_TRY(device->begin(camera.path));
  return Fetching{[device, path = camera.path](Desk& desk) { return device->run(path, desk); },
                  Beyond::Device};
}

}  // namespace sealkeep::vision
