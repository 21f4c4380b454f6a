// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <ctime>

#include "hub/commands/parts.hpp"

namespace sealkeep::hub::commands {
namespace {

// "2026-01-31", "2026-01-31T14:05", with "Z" or "+13:00" behind the time.
Result<std::int64_t> parse_moment(std::string_view option, const std::string& text) {
  const auto refuse = [&] {
    return bad_input("cli.value", fmt::format("--{} is not a date: \"{}\"", option, printable(text)), {},
                     "Write 2026-01-31, or 2026-01-31T14:05+13:00");
  };
  std::tm parts{};
  const char* rest = ::strptime(text.c_str(), "%Y-%m-%d", &parts);
  if (rest == nullptr || text.size() > 40) return refuse();
  std::int64_t offset_s = 0;
  if (*rest == 'T' || *rest == ' ') {
    const char* after = ::strptime(rest + 1, "%H:%M:%S", &parts);
    if (after == nullptr) after = ::strptime(rest + 1, "%H:%M", &parts);
    if (after == nullptr) return refuse();
    rest = after;
    if (*rest == 'Z') {
      ++rest;
    } else if (*rest == '+' || *rest == '-') {
      int hours = 0, minutes = 0, used = 0;
      if (std::sscanf(rest + 1, "%2d:%2d%n", &hours, &minutes, &used) != 2 || hours > 14 || minutes > 59)
        return refuse();
      offset_s = (hours * 3600 + minutes * 60) * (*rest == '-' ? -1 : 1);
      rest += 1 + used;
    }
  }
  if (*rest != '\0') return refuse();
  const std::tm wanted = parts;
  const std::time_t seconds = ::timegm(&parts);
  if (parts.tm_mday != wanted.tm_mday || parts.tm_mon != wanted.tm_mon || seconds < 0) return refuse();
  return (std::int64_t{seconds} - offset_s) * 1000;
}

Result<ses::Scope> scope_of(const Command& command) {
  const std::string scope = command.one("scope").value_or("sea");
  return scope == "sea" ? ses::Scope::Sea : scope == "air" ? ses::Scope::Air : ses::Scope::Both;
}

Result<ses::SealKind> kind_of(const Command& command) {
  const std::string kind = command.one("kind").value_or("bolt");
  constexpr std::pair<const char*, ses::SealKind> kKinds[] = {
      {"bolt", ses::SealKind::Bolt},       {"cable", ses::SealKind::Cable},
      {"strap", ses::SealKind::Strap},     {"tape", ses::SealKind::Tape},
      {"marking", ses::SealKind::Marking}, {"substance", ses::SealKind::Substance}};
  for (const auto& [name, value] : kKinds)
    if (kind == name) return value;
  return bad_input("cli.value", "No such kind of seal: " + printable(kind), {},
                   "bolt, cable, strap, tape, marking or substance");
}

Result<std::vector<ses::SealRange>> ranges_of(const Command& command) {
  SEALKEEP_LET(first_text, command.required("first"));
  SEALKEEP_LET(first, ses::SealNumber::parse(first_text));
  SEALKEEP_LET(last, ses::SealNumber::parse(command.one("last").value_or(first_text)));
  SEALKEEP_LET(range, ses::SealRange::between(first, last, 1'000'000));
  return range.pieces();
}

}  // namespace

Result<std::vector<SiteInfo>> addressed(Hub& hub, const Command& command) {
  if (const auto code = command.one("site")) {
    SEALKEEP_LET(site, site_named(hub, *code));
    return std::vector{site};
  }
  SEALKEEP_LET(sites, hub.sites());
  std::vector<SiteInfo> approved;
  for (SiteInfo& site : sites)
    if (site.state == SiteState::Approved) approved.push_back(std::move(site));
  if (approved.empty())
    return fail(ErrorKind::NotFound, "site.none_approved", "There is no approved site to tell", {},
                "Approve a site first");
  return approved;
}

Result<Value> issue_to(Hub& hub, const Command& command, const std::vector<ses::DirectiveBody>& bodies) {
  SEALKEEP_LET(sites, addressed(hub, command));
  Value list = Value::list();
  Value held_back = Value::list();
  // The others are told all the same; where nobody can be told, the error says why.
  const bool any =
      std::any_of(sites.begin(), sites.end(), [](const SiteInfo& s) { return !s.directives_held_back; });
  bool all = true;
  for (const SiteInfo& site : sites) {
    if (any && site.directives_held_back) {
      held_back.add(site.code);
      all = false;
      continue;
    }
    std::uint64_t index = 0;
    for (const ses::DirectiveBody& body : bodies) {
      SEALKEEP_LET(at, hub.issue(site.id, body));
      index = at;
    }
    list.add(Value::object({{"site", site.code},
                            {"instruction", index},
                            {"what", ses::kind_name(ses::kind_of(bodies.back()))}}));
  }
  Value value = Value::object({{"issued", list}});
  if (!all) {
    value.set("not_told", std::move(held_back));
    value.set("why",
              "This hub was put back from a copy: those sites may hold instructions that are missing here. "
              "Tell them with --site CODE once they were connected.");
  }
  value.set("next", "It takes effect at a site when the site has heard it, also offline from then on.");
  return value;
}

Result<std::string> short_text(const Command& command, std::string_view option) {
  constexpr std::size_t kTextBytes = 300;
  std::string text = command.one(option).value_or("");
  if (text.size() <= kTextBytes) return text;
  return bad_input("cli.value", "--" + std::string(option) + " is too long", {},
                   "At most " + std::to_string(kTextBytes) + " bytes");
}

Result<std::int64_t> moment(const Command& command, std::string_view option) {
  const auto text = command.one(option);
  return text ? parse_moment(option, *text) : std::int64_t{0};
}

Result<ses::Family> family_of(const Command& command) {
  const std::string family = command.one("family").value_or("ses");
  if (family == "ses") return ses::Family::Ses;
  if (family == "mpi") return ses::Family::Mpi;
  if (family == "other") return ses::Family::Other;
  return bad_input("cli.value", "No such seal family: " + printable(family), {}, "ses, mpi or other");
}

Result<Value> approve_customs(Hub& hub, const Command& command) {
  ses::SiteApproved body;
  SEALKEEP_LET(from, moment(command, "from"));
  SEALKEEP_LET(until, moment(command, "until"));
  SEALKEEP_LET(scope, scope_of(command));
  body.from_ms = from;
  body.until_ms = until;
  body.scope = scope;
  SEALKEEP_LET(version, approved_plan(hub, command, "an approval of a site"));
  body.plan_version = version;
  return issue_to(hub, command, {body});
}

Result<Value> approve_delivery(Hub& hub, const Command& command) {
  SEALKEEP_LET(ranges, ranges_of(command));
  SEALKEEP_LET(approval, command.required("approval"));
  SEALKEEP_LET(given, moment(command, "expected"));
  const std::int64_t expected = given != 0 ? given : hub.parts().clock.now().unix_ms;
  SEALKEEP_LET(family, family_of(command));
  SEALKEEP_LET(kind, kind_of(command));
  std::vector<ses::DirectiveBody> bodies;
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    // A large delivery is several directives, each with a number of its own behind the approval's.
    const std::string name = ranges.size() == 1 ? approval : fmt::format("{}/{}", approval, i + 1);
    bodies.push_back(ses::DeliveryApproved{name, family, kind, ranges[i], expected});
  }
  return issue_to(hub, command, bodies);
}

Result<Value> approve_operator(Hub& hub, const Command& command) {
  ses::OperatorApproved body;
  SEALKEEP_LET(number, command.number("number", 1, 4'000'000'000));
  if (!number)
    return bad_input("cli.required", "--number is missing", {},
                     "Choose a number for the operator; sites use it");
  SEALKEEP_LET(name, command.required("name"));
  SEALKEEP_LET(from, moment(command, "from"));
  SEALKEEP_LET(until, moment(command, "until"));
  SEALKEEP_LET(scope, scope_of(command));
  body.operator_no = static_cast<ses::OperatorNo>(*number);
  body.name = std::move(name);
  body.scope = scope;
  body.from_ms = from;
  body.until_ms = until;
  // Clause 2.19: RACAs need not be in the plan.
  if (scope == ses::Scope::Air) {
    body.plan_version = command.one("plan-version").value_or("");
  } else {
    SEALKEEP_LET(version, approved_plan(hub, command, "a transport operator for sea freight"));
    body.plan_version = version;
  }
  return issue_to(hub, command, {body});
}

Result<Value> approve_seal_type(Hub& hub, const Command& command) {
  ses::SealTypeApproved body;
  SEALKEEP_LET(width, command.number("width", 1, 18));
  if (!width)
    return bad_input("cli.required", "--width is missing", {}, "Say how many digits follow the prefix");
  SEALKEEP_LET(prefix, command.required("prefix"));
  SEALKEEP_LET(from, moment(command, "from"));
  SEALKEEP_LET(until, moment(command, "until"));
  SEALKEEP_LET(family, family_of(command));
  SEALKEEP_LET(kind, kind_of(command));
  body.family = family;
  body.seal_kind = kind;
  body.prefix = std::move(prefix);
  body.width = static_cast<std::uint8_t>(*width);
  body.from_ms = from;
  body.until_ms = until;
  SEALKEEP_LET(version, approved_plan(hub, command, "a type of seal"));
  body.plan_version = version;
  return issue_to(hub, command, {body});
}

Result<Value> withdraw(Hub& hub, const Command& command) {
  SEALKEEP_LET(ranges, ranges_of(command));
  SEALKEEP_LET(family, family_of(command));
  std::vector<ses::DirectiveBody> bodies;
  for (const ses::SealRange& range : ranges) bodies.push_back(ses::SealsWithdrawn{family, range});
  return issue_to(hub, command, bodies);
}

}  // namespace sealkeep::hub::commands
