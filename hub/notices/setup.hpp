// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "common/base/error.hpp"

namespace sealkeep::hub {

inline constexpr std::size_t kChannels = 16, kRecipients = 64, kWaysOfOne = 8, kLadderSteps = 100;

/// What somebody is at head office, where notices are concerned. Supervisors may be told of their own sites.
enum class Role : std::uint8_t { Supervisor = 1, SesManager = 2, Deputy = 3, It = 4, Administrator = 5 };
/// "ses-manager"
[[nodiscard]] std::string_view role_name(Role role);
/// "the SES manager"
[[nodiscard]] std::string_view role_words(Role role);

enum class ChannelKind : std::uint8_t { Smtp = 1, Webhook = 2, Slack = 3, Teams = 4 };
[[nodiscard]] std::string_view channel_kind_name(ChannelKind kind);

/// A way out of the hub. Its secret is a file, named here and never held here.
struct Channel {
  std::string name;  ///< "mail"
  ChannelKind kind = ChannelKind::Smtp;
  std::string url;   ///< smtp://relay:587 (STARTTLS is required), smtps://, https://; http:// and
                     ///< plain=yes only to this machine. Empty for Slack and Teams: theirs is the secret
  std::string from;  ///< of e-mail
  std::string user;  ///< of e-mail; empty: no sign-in
  std::string secret_name;  ///< e-mail: the password; webhook: the signing key; Slack, Teams: the address
  std::string ca;           ///< file of certificates to trust instead of the system's
  bool plain = false;       ///< no TLS: to this machine only
  friend bool operator==(const Channel&, const Channel&) = default;
};

/// One person's address on one channel.
struct Way {
  std::string channel, to;  ///< `to` is an address on e-mail, nothing elsewhere
  friend bool operator==(const Way&, const Way&) = default;
};

/// Somebody who is told. Minutes are of the day in the zone.
struct Recipient {
  std::string name;
  Role role = Role::SesManager;
  std::vector<std::string> sites;                 ///< codes; empty: all
  std::vector<Way> ways;                          ///< the first that works is taken
  int quiet_from_min = -1, quiet_until_min = -1;  ///< -1: no quiet hours; may go over midnight
  int utc_offset_min = kOfTheHub;
  int digest_at_min = 7 * 60;
  static constexpr int kOfTheHub = INT32_MAX;  ///< the zone of the machine
  friend bool operator==(const Recipient&, const Recipient&) = default;
};

/// One rung: who is told, how long after the cause began, unless somebody has it in hand by then.
struct LadderStep {
  std::uint16_t rule = 0;  ///< the alerts that it is for
  std::int64_t after_ms = 0;
  std::vector<Role> to;
  bool always = false;  ///< also if somebody acknowledged: Customs is not told by that
  friend bool operator==(const LadderStep&, const LadderStep&) = default;
};

/// What the configuration says of notices.
struct NoticeSetup {
  std::vector<Channel> channels;
  std::vector<Recipient> people;
  std::vector<LadderStep> ladder;  ///< stands above the product's own, rule by rule
  std::string link;                ///< where people open the pages, "https://hub.example.nz"; may be empty
  [[nodiscard]] const Channel* channel(std::string_view name) const;
  [[nodiscard]] const Recipient* person(std::string_view name) const;
};

/// Reads the lists of the configuration (docs/operations.md): parts between semicolons, the first a name.
/// BadInput `notices.channel`, `notices.person`, `notices.ladder`, each names the line and what is wrong.
[[nodiscard]] Result<NoticeSetup> parse_notice_setup(const std::vector<std::string>& channels,
                                                     const std::vector<std::string>& people,
                                                     const std::vector<std::string>& ladder,
                                                     std::string link);

/// "90min", "12h", "2d" in milliseconds; BadInput `notices.length`.
[[nodiscard]] Result<std::int64_t> parse_length(std::string_view text);

}  // namespace sealkeep::hub
