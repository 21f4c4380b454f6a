// SPDX-License-Identifier: Apache-2.0
#include "hub/notices/setup.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "common/base/bytes.hpp"
#include "common/base/clock.hpp"

namespace sealkeep::hub {
namespace {

constexpr std::size_t kNameBytes = 60;
constexpr std::int64_t kMinuteMs = 60'000, kHourMs = 60 * kMinuteMs;
constexpr std::pair<std::string_view, Role> kRoles[] = {{"supervisor", Role::Supervisor},
                                                        {"ses-manager", Role::SesManager},
                                                        {"deputy", Role::Deputy},
                                                        {"it", Role::It},
                                                        {"administrator", Role::Administrator}};
constexpr std::pair<std::string_view, ChannelKind> kKinds[] = {{"smtp", ChannelKind::Smtp},
                                                               {"webhook", ChannelKind::Webhook},
                                                               {"slack", ChannelKind::Slack},
                                                               {"teams", ChannelKind::Teams}};

std::string_view trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

std::vector<std::string_view> split(std::string_view text, char at) {
  std::vector<std::string_view> out;
  while (true) {
    const std::size_t end = text.find(at);
    out.push_back(trimmed(text.substr(0, end)));
    if (end == std::string_view::npos) return out;
    text.remove_prefix(end + 1);
  }
}

// One line of the configuration: a name, then key=value or a bare word.
struct Line {
  std::string_view name;
  std::vector<std::pair<std::string_view, std::string_view>> parts;
};

Line line_of(std::string_view text) {
  const auto pieces = split(text, ';');
  Line line{pieces.front(), {}};
  for (std::size_t i = 1; i < pieces.size(); ++i) {
    if (pieces[i].empty()) continue;
    const std::size_t equals = pieces[i].find('=');
    line.parts.emplace_back(
        trimmed(pieces[i].substr(0, equals)),
        equals == std::string_view::npos ? std::string_view() : trimmed(pieces[i].substr(equals + 1)));
  }
  return line;
}

bool clean(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c != 0x7F; });
}

bool is_name(std::string_view text) {
  return !text.empty() && text.size() <= kNameBytes && clean(text);
}

// A secret is a file beside the keys: no way out of its folder.
bool is_file_name(std::string_view text) {
  return !text.empty() && text.size() <= kNameBytes && text.front() != '.' &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
         });
}

bool to_this_machine(std::string_view url) {
  const std::size_t at = url.find("://");
  const std::string_view host = at == std::string_view::npos ? url : url.substr(at + 3);
  for (const std::string_view own : {"127.0.0.1", "localhost", "[::1]"})
    if (host.starts_with(own) &&
        (host.size() == own.size() || host[own.size()] == ':' || host[own.size()] == '/'))
      return true;
  return false;
}

tl::unexpected<Error> wrong(std::string code, std::string_view line, std::string why) {
  return bad_input(std::move(code), "The configuration has a line about notices that cannot be used",
                   "\"" + printable(line) + "\": " + std::move(why), "docs/operations.md, Notices");
}

Result<Role> role_of(std::string_view text) {
  for (const auto& [name, role] : kRoles)
    if (text == name) return role;
  return bad_input("notices.role", "there is no role " + printable(text));
}

// "22:30" in minutes.
std::optional<int> minute_of_day(std::string_view text) {
  int hour = -1, minute = -1;
  const char* const end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, hour);
  if (first.ec != std::errc{} || first.ptr == end || *first.ptr != ':') return std::nullopt;
  const auto second = std::from_chars(first.ptr + 1, end, minute);
  if (second.ec != std::errc{} || second.ptr != end) return std::nullopt;
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59) return std::nullopt;
  return hour * 60 + minute;
}

std::optional<int> zone_of(std::string_view text) {
  if (text.size() < 2 || (text.front() != '+' && text.front() != '-')) return std::nullopt;
  const auto size = minute_of_day(text.substr(1));
  if (!size || *size > 14 * 60) return std::nullopt;
  return text.front() == '-' ? -*size : *size;
}

std::string url_trouble(const Channel& channel) {
  const std::string& url = channel.url;
  const bool mail = channel.kind == ChannelKind::Smtp;
  if (url.empty()) return "url= is missing";
  if (channel.plain && !to_this_machine(url)) return "plain=yes is only for this machine";
  if (mail && !url.starts_with("smtp://") && !url.starts_with("smtps://"))
    return "url= of e-mail begins with smtp:// or smtps://";
  if (!mail && !url.starts_with("https://") && !(url.starts_with("http://") && to_this_machine(url)))
    return "url= begins with https:// (http:// only to this machine)";
  if (url.find('@') != std::string::npos) return "a password does not belong into url=; take secret=";
  return {};
}

Result<Channel> channel_of(std::string_view text) {
  const Line line = line_of(text);
  Channel channel;
  channel.name = line.name;
  bool kind_given = false;
  if (!is_name(line.name) || line.name.find(':') != std::string_view::npos)
    return wrong("notices.channel", text, "it begins with the channel's name, without a colon");
  for (const auto& [key, value] : line.parts) {
    if (!clean(value)) return wrong("notices.channel", text, "a control character");
    if (key == "kind") {
      for (const auto& [name, kind] : kKinds)
        if (value == name) {
          channel.kind = kind;
          kind_given = true;
        }
    } else if (key == "url") {
      channel.url = value;
    } else if (key == "from") {
      channel.from = value;
    } else if (key == "user") {
      channel.user = value;
    } else if (key == "secret") {
      channel.secret_name = value;
    } else if (key == "ca") {
      channel.ca = value;
    } else if (key == "plain" && value == "yes") {
      channel.plain = true;
    } else {
      return wrong("notices.channel", text, "it does not know " + printable(key));
    }
  }
  if (!kind_given) return wrong("notices.channel", text, "kind= is smtp, webhook, slack or teams");
  const bool chat = channel.kind == ChannelKind::Slack || channel.kind == ChannelKind::Teams;
  if (const std::string trouble = chat ? std::string() : url_trouble(channel); !trouble.empty())
    return wrong("notices.channel", text, trouble);
  if (chat && !channel.url.empty())
    return wrong("notices.channel", text, "the address of a chat is a secret: take secret=, a file");
  if (channel.kind == ChannelKind::Smtp && channel.from.find('@') == std::string::npos)
    return wrong("notices.channel", text, "from= is missing");
  const bool needs_secret = channel.kind != ChannelKind::Smtp || !channel.user.empty();
  if ((needs_secret || !channel.secret_name.empty()) && !is_file_name(channel.secret_name))
    return wrong("notices.channel", text, "secret= names a file of a-z, 0-9, -, _ and .");
  return channel;
}

Result<> read_quiet(Recipient& person, std::string_view value, std::string_view text) {
  const std::size_t dash = value.find('-');
  const auto from = minute_of_day(trimmed(value.substr(0, dash)));
  const auto until = dash == std::string_view::npos ? std::nullopt : minute_of_day(value.substr(dash + 1));
  if (!from || !until || *from == *until) return wrong("notices.person", text, "quiet= is like 22:00-06:00");
  person.quiet_from_min = *from;
  person.quiet_until_min = *until;
  return {};
}

Result<Recipient> person_of(std::string_view text, const NoticeSetup& setup) {
  const Line line = line_of(text);
  if (!is_name(line.name)) return wrong("notices.person", text, "it begins with the person's name");
  Recipient person;
  person.name = line.name;
  bool role_given = false;
  for (const auto& [key, value] : line.parts) {
    if (!clean(value)) return wrong("notices.person", text, "a control character");
    if (key == "role") {
      const auto role = role_of(value);
      if (!role) return wrong("notices.person", text, role.error().what);
      person.role = *role;
      role_given = true;
    } else if (key == "to") {
      const std::size_t colon = value.find(':');
      Way way{std::string(value.substr(0, colon)),
              colon == std::string_view::npos ? std::string() : std::string(value.substr(colon + 1))};
      const Channel* channel = setup.channel(way.channel);
      if (channel == nullptr)
        return wrong("notices.person", text, "no channel has this name: " + way.channel);
      const bool mail = channel->kind == ChannelKind::Smtp;
      const bool address = way.to.find('@') != std::string::npos && way.to.find(' ') == std::string::npos &&
                           way.to.find_first_of("<>,") == std::string::npos;
      if (mail != address) return wrong("notices.person", text, "e-mail needs an address: to=mail:a@b.nz");
      person.ways.push_back(std::move(way));
    } else if (key == "sites") {
      for (const std::string_view code : split(value, ',')) person.sites.emplace_back(code);
    } else if (key == "quiet") {
      SEALKEEP_TRY(read_quiet(person, value, text));
    } else if (key == "zone") {
      const auto zone = zone_of(value);
      if (!zone) return wrong("notices.person", text, "zone= is like +13:00");
      person.utc_offset_min = *zone;
    } else if (key == "digest") {
      const auto at = minute_of_day(value);
      if (!at) return wrong("notices.person", text, "digest= is a time like 07:00");
      person.digest_at_min = *at;
    } else {
      return wrong("notices.person", text, "it does not know " + printable(key));
    }
  }
  if (!role_given) return wrong("notices.person", text, "role= is missing");
  if (person.ways.empty() || person.ways.size() > kWaysOfOne)
    return wrong("notices.person", text, "1 to " + std::to_string(kWaysOfOne) + " times to=CHANNEL");
  return person;
}

Result<LadderStep> step_of(std::string_view text) {
  const Line line = line_of(text);
  LadderStep step;
  const char* const end = line.name.data() + line.name.size();
  const auto read = std::from_chars(line.name.data(), end, step.rule);
  if (line.name.empty() || read.ec != std::errc{} || read.ptr != end || step.rule == 0)
    return wrong("notices.ladder", text, "it begins with the number of the rule");
  for (const auto& [key, value] : line.parts) {
    if (key == "after") {
      const auto length = parse_length(value);
      if (!length) return wrong("notices.ladder", text, "after= is like 90min, 12h or 2d");
      step.after_ms = *length;
    } else if (key == "to") {
      for (const std::string_view one : split(value, ',')) {
        const auto role = role_of(one);
        if (!role) return wrong("notices.ladder", text, role.error().what);
        step.to.push_back(*role);
      }
    } else if (key == "always") {
      step.always = true;
    } else {
      return wrong("notices.ladder", text, "it does not know " + printable(key));
    }
  }
  if (step.to.empty()) return wrong("notices.ladder", text, "to= is missing");
  return step;
}

}  // namespace

std::string_view role_name(Role role) {
  for (const auto& [name, one] : kRoles)
    if (one == role) return name;
  return "unknown";
}

std::string_view role_words(Role role) {
  switch (role) {
    case Role::Supervisor:
      return "the supervisor";
    case Role::SesManager:
      return "the SES manager";
    case Role::Deputy:
      return "the deputy";
    case Role::It:
      return "IT";
    case Role::Administrator:
      return "the administrator";
  }
  return "somebody";
}

std::string_view channel_kind_name(ChannelKind kind) {
  for (const auto& [name, one] : kKinds)
    if (one == kind) return name;
  return "unknown";
}

const Channel* NoticeSetup::channel(std::string_view name) const {
  const auto found =
      std::find_if(channels.begin(), channels.end(), [&](const auto& c) { return c.name == name; });
  return found == channels.end() ? nullptr : &*found;
}

const Recipient* NoticeSetup::person(std::string_view name) const {
  const auto found =
      std::find_if(people.begin(), people.end(), [&](const auto& p) { return p.name == name; });
  return found == people.end() ? nullptr : &*found;
}

Result<std::int64_t> parse_length(std::string_view text) {
  std::int64_t number = -1;
  const char* const end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  const std::string_view unit(read.ptr, static_cast<std::size_t>(end - read.ptr));
  const std::int64_t unit_ms = unit == "min" ? kMinuteMs : unit == "h" ? kHourMs : unit == "d" ? kDayMs : 0;
  if (read.ec != std::errc{} || unit_ms == 0 || number < 0 || number > 10'000)
    return bad_input("notices.length", "\"" + printable(text) + "\" is no length", {},
                     "Like 90min, 12h or 2d");
  return number * unit_ms;
}

Result<NoticeSetup> parse_notice_setup(const std::vector<std::string>& channels,
                                       const std::vector<std::string>& people,
                                       const std::vector<std::string>& ladder, std::string link) {
  NoticeSetup setup;
  setup.link = std::move(link);
  while (setup.link.ends_with('/')) setup.link.pop_back();
  if (channels.size() > kChannels || people.size() > kRecipients || ladder.size() > kLadderSteps)
    return bad_input("notices.too_many", "The configuration names too many channels, people or rungs");
  for (const std::string& text : channels) {
    SEALKEEP_LET(channel, channel_of(text));
    if (setup.channel(channel.name) != nullptr)
      return wrong("notices.channel", text, "another channel has this name");
    setup.channels.push_back(std::move(channel));
  }
  for (const std::string& text : people) {
    SEALKEEP_LET(person, person_of(text, setup));
    if (setup.person(person.name) != nullptr)
      return wrong("notices.person", text, "somebody else has this name");
    setup.people.push_back(std::move(person));
  }
  for (const std::string& text : ladder) {
    SEALKEEP_LET(step, step_of(text));
    setup.ladder.push_back(std::move(step));
  }
  std::stable_sort(setup.ladder.begin(), setup.ladder.end(), [](const LadderStep& a, const LadderStep& b) {
    return std::pair(a.rule, a.after_ms) < std::pair(b.rule, b.after_ms);
  });
  return setup;
}

}  // namespace sealkeep::hub
