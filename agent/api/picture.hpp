// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "agent/agent.hpp"
#include "common/http/response.hpp"

/// Pictures as bytes, beside the table of commands: docs/formats/api.md.
namespace sealkeep::agent::api {

inline constexpr std::string_view kPicturePath = "/picture";
inline constexpr std::size_t kPicturePieceBytes = 1024 * 1024;  ///< of one request

/// POST ?sha256=&bytes=&from=, the piece as body: {"picture", "held", "whole"}. Errors of PictureFolder::put;
/// BadInput `picture.hash`, `picture.size`.
[[nodiscard]] Result<http::Response> picture_piece(Agent& agent, const http::Request& request);
/// GET ?sha256= gives a whole picture; ?entry=1/42&detail=0[&exporter=] the photo beside an entry. NotFound
/// `picture.unknown`.
[[nodiscard]] Result<http::Response> picture_bytes(Agent& agent, const http::Request& request);

}  // namespace sealkeep::agent::api
