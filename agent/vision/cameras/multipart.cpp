// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/cameras/multipart.hpp"

#include <algorithm>
#include <charconv>

#include "agent/vision/cameras/fetch.hpp"

namespace sealkeep::vision {
namespace {

constexpr std::size_t kBoundaryBytes = 200;

char small(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::size_t find_small(std::string_view text, std::string_view word) {
  const auto at = std::search(text.begin(), text.end(), word.begin(), word.end(),
                              [](char a, char b) { return small(a) == b; });
  return at == text.end() ? std::string_view::npos : static_cast<std::size_t>(at - text.begin());
}

/// What the head of a part says of its length; 0 if nothing that can be believed.
std::size_t claimed_length(std::string_view head) {
  constexpr std::string_view kWord = "content-length:";
  const std::size_t at = find_small(head, kWord);
  if (at == std::string_view::npos) return 0;
  head.remove_prefix(at + kWord.size());
  head.remove_prefix(std::min(head.find_first_not_of(' '), head.size()));
  std::size_t length = 0;
  std::from_chars(head.data(), head.data() + head.size(), length);
  return length;
}

}  // namespace

MultipartReader::MultipartReader(std::string boundary, std::size_t part_bytes, OnPart on_part)
    : part_bytes_(part_bytes), on_part_(std::move(on_part)) {
  // Cameras write the dashes into the header too, or leave them out before the parts.
  boundary.erase(0, boundary.find_first_not_of('-'));
  boundary_ = "--" + boundary;
}

Result<> MultipartReader::feed(ByteView bytes) {
  // In pieces, so that what is held stays near one part whatever the caller hands in.
  constexpr std::size_t kPieceBytes = 64 * 1024;
  while (!bytes.empty()) {
    const ByteView piece = bytes.first(std::min(bytes.size(), kPieceBytes));
    bytes = bytes.subspan(piece.size());
    append(held_, piece);
    while (true) {
      SEALKEEP_LET(more, step());
      if (!more) break;
    }
  }
  return {};
}

Result<bool> MultipartReader::step() {
  const auto drop = [&](std::size_t count) {
    held_.erase(held_.begin(), held_.begin() + static_cast<std::ptrdiff_t>(count));
    searched_ = 0;
  };
  const std::string_view text = as_text(held_);
  if (!in_part_) {
    const std::size_t begin = text.find(boundary_);
    if (begin == std::string_view::npos) {
      if (text.size() > kPartHeadBytes) return camera_broken("The camera sends no boundary between pictures");
      return false;
    }
    std::size_t end = text.find("\r\n\r\n", begin), blank = 4;
    if (const std::size_t bare = text.find("\n\n", begin); bare < end) end = bare, blank = 2;
    if (end == std::string_view::npos) {
      if (text.size() - begin > kPartHeadBytes) return camera_broken("The head of a picture is too long");
      return false;
    }
    claimed_ = claimed_length(text.substr(begin, end - begin));
    in_part_ = true;
    drop(end + blank);
    return true;
  }
  const auto deliver = [&](std::size_t length) {
    on_part_(ByteView(held_).first(length));
    in_part_ = false;
    drop(length);
    return true;
  };
  if (claimed_ >= 4 && held_.size() >= claimed_) {
    const std::size_t length = std::exchange(claimed_, 0);
    if (held_[length - 2] == 0xFF && held_[length - 1] == 0xD9) return deliver(length);
  }
  const std::size_t end = text.find(boundary_, searched_);
  if (end != std::string_view::npos) {
    std::size_t length = end;
    if (length > 0 && text[length - 1] == '\n') --length;
    if (length > 0 && text[length - 1] == '\r') --length;
    return deliver(length);
  }
  if (held_.size() > part_bytes_)
    return camera_broken("A picture of the camera does not end", "more than 16 MiB came",
                         "Set the camera to a smaller picture");
  searched_ = held_.size() - std::min(held_.size(), boundary_.size());
  return false;
}

std::string boundary_of(std::string_view content_type) {
  constexpr std::string_view kWord = "boundary=";
  const std::size_t at = find_small(content_type, kWord);
  if (find_small(content_type, "multipart/") != 0 || at == std::string_view::npos) return {};
  std::string_view value = content_type.substr(at + kWord.size());
  value = value.substr(0, value.find_first_of(";\r\n "));
  if (value.starts_with('"')) value.remove_prefix(1);
  if (value.ends_with('"')) value.remove_suffix(1);
  if (value.size() > kBoundaryBytes || value.find_first_not_of('-') == std::string_view::npos) return {};
  return std::string(value);
}

}  // namespace sealkeep::vision
