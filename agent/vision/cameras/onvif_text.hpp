// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "agent/vision/cameras/camera.hpp"

/// What of ONVIF is needed to find cameras and their addresses: SOAP texts, written and searched. Pure.
namespace sealkeep::vision {

/// One element of a document: the first `kElements` of that name, whatever their prefix.
struct XmlElement {
  std::string attributes;
  std::string content;  ///< with the elements inside it
};
inline constexpr std::size_t kElements = 64;
[[nodiscard]] std::vector<XmlElement> elements_of(std::string_view xml, std::string_view name);
/// The text of the first element of that name, entities resolved, at most 1,000 bytes; empty if there is
/// none.
[[nodiscard]] std::string text_of(std::string_view xml, std::string_view name);

/// WS-Discovery's question for cameras; `id` is a UUID.
[[nodiscard]] std::string probe_text(std::string_view id);

/// A camera that answered.
struct FoundCamera {
  std::string address;  ///< of its device service, http://...
  std::string name, hardware;
  friend bool operator==(const FoundCamera&, const FoundCamera&) = default;
};
/// What one datagram says; nothing if it is no answer of a camera.
[[nodiscard]] std::vector<FoundCamera> parse_probe_match(std::string_view datagram);

/// A SOAP request around `body`, signed with the login if there is one (WS-Security, PasswordDigest).
/// `nonce` is chance, `created` the time as 2026-01-31T01:05:09Z.
[[nodiscard]] std::string soap(std::string_view body, const CameraLogin& login, ByteView nonce,
                               std::string_view created);

/// One stream of a camera, as its addresses are to be written into the configuration file.
struct CameraStream {
  std::string profile, size, rtsp, snapshot;
  friend bool operator==(const CameraStream&, const CameraStream&) = default;
};
[[nodiscard]] Bytes encode(const std::vector<CameraStream>& streams);
/// BadInput `pack.malformed`.
[[nodiscard]] Result<std::vector<CameraStream>> decode_streams(ByteView bytes);

}  // namespace sealkeep::vision
