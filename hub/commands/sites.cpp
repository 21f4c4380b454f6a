// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "hub/commands/parts.hpp"

namespace sealkeep::hub::commands {

Value site_value(const SiteInfo& site) {
  Value value = Value::object({{"code", site.code}, {"state", site_state_name(site.state)}});
  value.set("fingerprint", site.fingerprint.empty() ? Value("nobody asked yet") : Value(site.fingerprint));
  value.set("heard", when(site.heard_ms));
  value.set("heard_everything_up_to", when(site.watermark_ms));
  value.set("records", site.mirrored_size);
  value.set("in_register", site.folded_size);
  value.set("connected", site.connected);
  if (site.frozen) value.set("frozen", "two histories under one key: see `alerts list`, a person decides");
  if (site.next_asked)
    value.set("machine_replaced",
              "another machine asked to take this site's place in epoch " + std::to_string(site.next_epoch) +
                  "; the fingerprint is that machine's. Approving it ends the old machine's access");
  else if (site.next_epoch != 0)
    value.set("machine_replaced",
              "invited again for epoch " + std::to_string(site.next_epoch) + ", nobody asked yet");
  if (site.directives_missing > 0)
    value.set("instructions", std::to_string(site.directives_missing) +
                                  " that this hub has lost come back from the site; no new one until then");
  else if (site.directives_held_back)
    value.set("instructions", "no new one until the site is heard of: this hub was put back from a copy");
  if (!site.software.empty()) value.set("software", site.software);
  return value;
}

namespace {

// An invitation is a secret until it is used, so the file is for its owner alone and is never written over.
Result<> write_private(const std::string& path, std::string_view text) {
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0)
    return fail(
        ErrorKind::Refused, "invitation.file", "The invitation cannot be written to " + printable(path),
        errno == EEXIST ? "a file of that name is there" : "the folder is missing or may not be written to",
        "Choose another file with --out");
  const bool written =
      ::write(fd, text.data(), text.size()) == static_cast<ssize_t>(text.size()) && ::fsync(fd) == 0;
  ::close(fd);
  if (!written)
    return fail(ErrorKind::Full, "invitation.file", "The invitation could not be written whole",
                "the disk is full or fails", "Free some room and try again");
  return {};
}

}  // namespace

Result<SiteInfo> site_named(Hub& hub, std::string_view code) {
  SEALKEEP_LET(sites, hub.sites());
  for (SiteInfo& site : sites)
    if (site.code == code) return std::move(site);
  std::string known;
  for (const SiteInfo& site : sites) known += (known.empty() ? "" : ", ") + site.code;
  return fail(ErrorKind::NotFound, "site.unknown", "There is no site \"" + printable(code) + "\"",
              known.empty() ? "no site was added yet" : "known sites: " + printable(known),
              "sealkeep-hub site list shows all; site add CODE makes a new one");
}

Result<Value> site_add(Hub& hub, const Command& command) {
  SEALKEEP_LET(code, command.required("code"));
  SEALKEEP_LET(invitation, command.has("again") ? hub.add_site_again(code) : hub.add_site(code));
  const std::string text = sync::format_invitation(invitation);
  Value value = Value::object({{"site", code}, {"valid_until", when(invitation.expires_ms)}});
  if (const auto out = command.one("out")) {
    SEALKEEP_TRY(write_private(*out, text + "\n"));
    value.set("file", *out);
  } else {
    value.set("invitation", text);
  }
  if (const auto& follows = invitation.follows) {
    value.set("epoch", invitation.epoch);
    value.set("follows", follows->origin);
    value.set("records_kept", follows->size);
    value.set("why",
              "This site is known. Its records up to here stay and count; another machine goes on behind "
              "them with keys "
              "of its own. Until you approve those keys the old machine is still heard; from then on it is "
              "refused.");
  }
  value.set("next",
            "Bring the invitation to the site and run there: sealkeep-agent enrol --invitation FILE. It "
            "works once; keep it "
            "secret until then.");
  return value;
}

Result<Value> site_ask(Hub& hub, const Command& command) {
  SEALKEEP_LET(answer, hub.on_enrol_request(command.attachment, nullptr));
  static_cast<void>(answer);
  return Value::object(
      {{"taken", true},
       {"next", "Compare the fingerprint in `site list` with the person at the site, then `site approve`."}});
}

Result<Value> site_approve(Hub& hub, const Command& command) {
  SEALKEEP_LET(code, command.required("code"));
  SEALKEEP_LET(fingerprint, command.required("fingerprint"));
  SEALKEEP_LET(site, hub.approve_site(code, fingerprint));
  Value value = site_value(site);
  value.set("next", "The site connects by itself within a minute.");
  return value;
}

Result<Value> site_revoke(Hub& hub, const Command& command) {
  SEALKEEP_LET(code, command.required("code"));
  SEALKEEP_LET(site, hub.revoke_site(code));
  Value value = site_value(site);
  value.set("next", "Its next message is refused. What was mirrored until now stays and counts.");
  return value;
}

}  // namespace sealkeep::hub::commands
