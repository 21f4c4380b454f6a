// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/crypto/secret.hpp"
#include "hub/notices/carrier.hpp"

/// A notice in the forms that other systems take. Pure.
namespace sealkeep::hub {

/// An RFC 5322 message, lines ended by CR LF: one Message-ID however often it is sent, and one thread for an
/// alert. Nothing from a notice can add a header. `file` is the notice's attachment, if it has one.
[[nodiscard]] std::string email_of(const Parcel& parcel, ByteView file = {});
/// The body of a webhook: the notice's facts, with its words as "words".
[[nodiscard]] std::string webhook_body(const Notice& notice);
/// Slack's incoming webhook: {"text": ...}.
[[nodiscard]] std::string slack_body(const Notice& notice);
/// Teams' workflow webhook: a message with one adaptive card.
[[nodiscard]] std::string teams_body(const Notice& notice);

/// "t=1767225600,v1=<hex>": HMAC-SHA-256 under the channel's key of "<t>.<body>". Who checks it refuses a `t`
/// that is old, and an id (header Sealkeep-Message-Id, also in the body) that it knows.
[[nodiscard]] std::string signature_of(const Secret& key, std::int64_t unix_ms, std::string_view body);

}  // namespace sealkeep::hub
