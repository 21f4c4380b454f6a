// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <span>
#include <string>
#include <string_view>

#include "common/crypto/secret.hpp"

/// What a password, a PIN and a badge may be (clause 5.2; NIST SP 800-63B section 3.1.1: length and a list of
/// common ones, no rules of composition). Pure; nothing here keeps what it was given.
namespace sealkeep::access {

inline constexpr std::size_t kPasswordCharacters = 15;  ///< at least, after normalisation
inline constexpr std::size_t kPasswordBytes = 256;      ///< at most, before and after normalisation
inline constexpr std::size_t kPinDigits = 6, kPinDigitsMost = 12;
inline constexpr std::size_t kBadgeBytes = 6, kBadgeBytesMost = 128;
inline constexpr std::size_t kNameBytes = 128;  ///< a person's name

/// The text in the form in which passwords are hashed and names compared: Unicode NFKC, so that two keyboards
/// that write one letter differently mean one password. BadInput `access.text` if it is not UTF-8, has a
/// control character, is empty or longer than `most_bytes`; the words do not repeat it.
[[nodiscard]] Result<Secret> normalised(ByteView text, std::size_t most_bytes = kPasswordBytes);
/// A name for comparing: NFKC, lower case, blanks at the ends taken away and those between made one. Errors
/// as above, with kNameBytes.
[[nodiscard]] Result<std::string> name_key(std::string_view name);

/// A new password, normalised() already. BadInput `access.password_short` (fewer than kPasswordCharacters),
/// `access.password_common` (on the list of common ones, one pattern repeated, a run of the keyboard or the
/// alphabet, or made of `own_words` alone: names of the product, the site, the person, with digits and marks
/// around them).
[[nodiscard]] Result<> check_new_password(ByteView password, std::span<const std::string> own_words);

/// BadInput `access.pin_form` (not 6 to 12 digits), `access.pin_common` (123456 and its like: runs up or
/// down, one digit, one pattern repeated, a date of this or the last century).
[[nodiscard]] Result<> check_new_pin(ByteView pin);
/// True for what can only be a PIN: kPinDigits to kPinDigitsMost digits and nothing else.
[[nodiscard]] bool looks_like_pin(ByteView secret);

/// What a scanner sent, without blanks and line ends around it. BadInput `access.badge_form` unless
/// kBadgeBytes to kBadgeBytesMost printable ASCII characters are left.
[[nodiscard]] Result<std::string_view> badge_text(std::string_view scanned);

}  // namespace sealkeep::access
