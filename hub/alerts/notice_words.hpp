// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "hub/alerts/telling.hpp"
#include "hub/notices/outbox.hpp"

/// The words of notices. Pure.
namespace sealkeep::hub {

/// What a message needs to know beside the alert.
struct WordsContext {
  std::string hub;   ///< its name
  std::string site;  ///< the code; empty: over several
  std::string link;  ///< where the pages are; empty: none
  std::int64_t now_ms = 0;
  std::int32_t utc_offset_min = 0;  ///< of the moments in the words
};

/// A notice of its own about one thing that happened; channel and address are the caller's. `no` is the
/// step's place in the alert's history: the same step gives the same id.
[[nodiscard]] Notice notice_of(const Alert& alert, const AlertLife& life, const Happening& happening,
                               const Telling& telling, const std::vector<std::string>& because,
                               std::uint32_t no, const WordsContext& context);
/// Its line in a digest.
[[nodiscard]] std::string digest_words(const Alert& alert, const AlertLife& life, const Telling& telling,
                                       const WordsContext& context);
/// A person's digest, or gathered critical words; `lines` is not empty and all of that person.
[[nodiscard]] Notice digest_of(const std::vector<DigestLine>& lines, const WordsContext& context);
/// "It works": asked for by a person, or waiting for a channel that is down.
[[nodiscard]] Notice test_of(const std::string& channel, const Way& way, const std::string& person,
                             Moment moment, const WordsContext& context);

}  // namespace sealkeep::hub
