// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "common/base/limits.hpp"
#include "common/crypto/sign.hpp"

namespace sealkeep::sync {

/// Messages that make claims carry their purpose, sender and recipient under the signature, so that none of
/// them can be passed on to somebody else or taken for another kind. Form: str purpose, str sender, str
/// recipient, bin body, bin 64 signature. Signed: "sealkeep/<purpose>/v1\n" and the bytes in front of the
/// signature. Names are as in check_key_name (asserted when signing).
[[nodiscard]] Bytes sign_message(std::string_view purpose, std::string_view sender,
                                 std::string_view recipient, ByteView body, const SigningKey& key);

/// A signed message whose signature was checked. Views into the bytes it was opened from.
struct SignedBody {
  std::string_view sender;
  ByteView body;
};

/// Finds the key with which a sender signs messages now; nothing for a sender that is unknown or revoked.
using FindKey = std::function<std::optional<PublicKey>(std::string_view sender)>;

/// BadInput `message.malformed`; Refused `message.other_purpose`, `message.not_for_us`,
/// `message.unknown_sender`, `message.bad_signature`. Safe on hostile input.
[[nodiscard]] Result<SignedBody> open_signed(ByteView bytes, std::string_view purpose,
                                             const FindKey& find_key, std::string_view recipient);

inline constexpr std::string_view kHelloPurpose = "hello";
inline constexpr std::string_view kHelloAnswerPurpose = "hello-answer";
inline constexpr std::string_view kStatusPurpose = "status";
inline constexpr std::string_view kEpochOfferPurpose = "epoch-offer";

}  // namespace sealkeep::sync
