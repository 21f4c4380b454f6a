// SPDX-License-Identifier: Apache-2.0
#include "agent/api/picture.hpp"

#include <charconv>

#include "agent/commands/capture.hpp"
#include "agent/commands/directory.hpp"
#include "common/cli/value.hpp"
#include "common/crypto/encoding.hpp"
#include "common/ses/picture_file.hpp"
#include "common/ses/words.hpp"

namespace sealkeep::agent::api {
namespace {

std::optional<std::uint64_t> number_of(std::string_view text) {
  std::uint64_t out = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), out);
  if (text.empty() || read.ec != std::errc{} || read.ptr != text.data() + text.size()) return std::nullopt;
  return out;
}

std::optional<std::uint64_t> number_in(const http::Request& request, std::string_view name) {
  return number_of(request.parameter(name).value_or(""));
}

tl::unexpected<Error> unknown() {
  return fail(ErrorKind::NotFound, "picture.unknown", "This picture is not here",
              "it has not arrived yet, or its time was over", "The record stands without it");
}

http::Response picture_response(const Bytes& file) {
  const std::string_view media = ses::media_of(file);
  return http::bytes_response(std::string(as_text(file)),
                              std::string(media.empty() ? "application/octet-stream" : media));
}

// "1/42"
std::optional<ses::Ref> entry_of(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const auto epoch = number_of(text.substr(0, slash)), index = number_of(text.substr(slash + 1));
  if (!epoch || !index || *epoch > UINT32_MAX) return std::nullopt;
  return ses::Ref{static_cast<std::uint32_t>(*epoch), *index};
}

Result<http::Response> photo_of(Agent& agent, const http::Request& request) {
  const auto at = entry_of(request.parameter("entry").value_or(""));
  const auto n = number_in(request, "detail");
  const std::string_view hub = request.parameter("exporter").value_or("");
  if (!at || !n || *n >= limits::kDetailsPerEntry) return unknown();
  for (const ExporterInfo& exporter : agent.exporters()) {
    if (!hub.empty() && exporter.hub != hub) continue;
    const auto log = site_log(agent.site_register(exporter.id)->logs(), at->epoch);
    if (!log) continue;
    SEALKEEP_LET(detail, agent.details().get(*log, at->index, static_cast<std::uint8_t>(*n)));
    if (detail && detail->state == DetailState::Held && detail->ref.kind == ses::DetailKind::Photo)
      return picture_response(detail->bytes);
  }
  return unknown();
}

}  // namespace

Result<http::Response> picture_piece(Agent& agent, const http::Request& request) {
  SEALKEEP_LET(hash, picture_hash(request.parameter("sha256").value_or("")));
  const auto bytes = number_in(request, "bytes"), from = number_in(request, "from");
  if (!bytes || !from || request.body.size() > kPicturePieceBytes)
    return bad_input("picture.size", "The piece of a picture cannot be taken",
                     "its place is not given, or it has more than 1 MiB",
                     "Send it with ?sha256=&bytes=&from=");
  PictureFolder folder(picture_folder_of(agent.parts().folder));
  SEALKEEP_LET(held, folder.put(hash, *from, *bytes, as_bytes(request.body)));
  return http::json_response(cli::to_json(
      cli::Value::object({{"picture", hex(hash.view())}, {"held", held.bytes}, {"whole", held.whole}})));
}

Result<http::Response> picture_bytes(Agent& agent, const http::Request& request) {
  if (!request.parameter("sha256")) return photo_of(agent, request);
  SEALKEEP_LET(hash, picture_hash(*request.parameter("sha256")));
  SEALKEEP_LET(file, PictureFolder(picture_folder_of(agent.parts().folder)).read(hash));
  return picture_response(file);
}

}  // namespace sealkeep::agent::api
