// SPDX-License-Identifier: Apache-2.0
#include "hub/api/operations.hpp"

#include <algorithm>

#include "common/api/command_from.hpp"

namespace sealkeep::hub::api {
namespace {

constexpr std::string_view kPdf = "application/pdf";

constexpr Operation kOperations[] = {
    {"overview", Does::Reads, kGuest},
    {"status", Does::Reads, kGuest},
    {"site list", Does::Reads, kGuest},
    {"site show", Does::Reads, kGuest},
    {"alerts list", Does::Reads, kGuest},
    {"alerts show", Does::Reads, kGuest},
    {"seal show", Does::Reads, kGuest},
    {"seal find", Does::Reads, kGuest},
    {"seal prove", Does::Makes, kGuest, ".seals", "application/octet-stream"},
    {"seal photo", Does::Makes, kSiteManager, ".jpg", "image/jpeg"},
    {"seal original", Does::Makes, kSiteManager, ".jpg", "image/jpeg"},
    {"deliveries", Does::Reads, kGuest},
    {"incidents list", Does::Reads, kGuest},
    {"incidents show", Does::Reads, kGuest},
    {"plan show", Does::Reads, kGuest},
    {"plan diff", Does::Reads, kGuest},
    {"trends", Does::Reads, kGuest},
    {"seal look-alikes", Does::Reads, kGuest},
    {"compliance", Does::Reads, kGuest},
    {"withdrawn", Does::Reads, kGuest},

    {"erasures", Does::Reads, kViewer},
    {"ladder show", Does::Reads, kViewer},
    {"digest show", Does::Reads, kViewer},
    {"notice channels", Does::Reads, kViewer},
    {"notice list", Does::Reads, kViewer},
    {"plan replay", Does::Reads, kViewer},
    {"filter list", Does::Reads, kViewer},
    {"filter save", Does::Records, kViewer},
    {"filter remove", Does::Records, kViewer},
    {"token list", Does::Reads, kViewer},
    {"token add", Does::Records, kViewer},
    {"token remove", Does::Records, kViewer},
    {"export epcis", Does::Makes, kViewer, ".jsonld", "application/ld+json"},
    {"export dcsa", Does::Makes, kViewer, ".json", "application/json"},
    {"export sel", Does::Makes, kViewer, ".edi", "application/EDIFACT"},

    {"people", Does::Reads, kSiteManager},
    {"export register", Does::Makes, kSiteManager, ".csv", "text/csv"},
    {"print register", Does::Makes, kSiteManager, ".pdf", kPdf},
    {"print incident", Does::Makes, kSiteManager, ".pdf", kPdf},
    {"print load-sheet", Does::Makes, kSiteManager, ".pdf", kPdf},
    {"print forms", Does::Makes, kSiteManager, ".pdf", kPdf},
    {"report register", Does::Records, kSiteManager},
    {"report reconciliation", Does::Records, kSiteManager},
    {"report incidents", Does::Records, kSiteManager},
    {"report compliance", Does::Records, kSiteManager},
    {"report qa-training", Does::Records, kSiteManager},
    {"report day-close", Does::Records, kSiteManager},
    {"report list", Does::Reads, kSiteManager},
    {"report cancel", Does::Records, kSiteManager},
    {"report file", Does::Makes, kSiteManager, ".pdf", kPdf},

    {"alerts acknowledge", Does::Records, kSiteManager},
    {"alerts assign", Does::Records, kSiteManager},
    {"alerts comment", Does::Records, kSiteManager},
    {"alerts snooze", Does::Records, kSiteManager},
    {"alerts wake", Does::Records, kSiteManager},
    {"alerts resolve", Does::Records, kSiteManager},
    {"alerts reopen", Does::Records, kSiteManager},

    {"alerts answer", Does::Records, kSesManager},
    {"alerts severity", Does::Records, kSesManager},
    {"incidents decide", Does::Records, kSesManager},
    {"incidents told", Does::Records, kSesManager},
    {"incidents reply", Does::Records, kSesManager},
    {"report schedule add", Does::Records, kSesManager},
    {"report schedule list", Does::Reads, kSesManager},
    {"report schedule remove", Does::Records, kSesManager},
    {"notice test", Does::Records, kSesManager},
    {"notice retry", Does::Records, kSesManager},
    {"notice drop", Does::Records, kSesManager},
    {"site add", Does::Records, kSesManager},
    {"site ask", Does::Records, kSesManager},
    {"site place", Does::Records, kSesManager},
    {"site approve", Does::Records, kSesManager},
    {"site revoke", Does::Records, kSesManager},
    {"approve customs", Does::Records, kSesManager},
    {"approve delivery", Does::Records, kSesManager},
    {"approve operator", Does::Records, kSesManager},
    {"approve seal-type", Does::Records, kSesManager},
    {"approve plan", Does::Records, kSesManager},
    {"plan set", Does::Records, kSesManager},
    {"plan clause", Does::Records, kSesManager},
    {"plan closed-days", Does::Records, kSesManager},
    {"withdraw", Does::Records, kSesManager},
    {"erase person", Does::Records, kSesManager},
    {"erase entry", Does::Records, kSesManager},
    {"export evidence", Does::Makes, kSesManager, ".seals", "application/octet-stream"},
    {"journal list", Does::Reads, kSesManager},
    {"approval list", Does::Reads, kSesManager},
    {"approval confirm", Does::Records, kSesManager},
    {"approval refuse", Does::Records, kSesManager},

    {"user list", Does::Reads, kAdministrator},
    {"user log", Does::Reads, kAdministrator},
    {"user add", Does::Records, kAdministrator},
    {"user role", Does::Records, kAdministrator},
    {"user lock", Does::Records, kAdministrator},
    {"user unlock", Does::Records, kAdministrator},
    {"user remove", Does::Records, kAdministrator},
    {"user reset", Does::Records, kAdministrator},
};

constexpr ShellOnly kShellOnly[] = {
    {"init", "makes the hub"},
    {"serve", "is the hub"},
    {"verify", "reads everything again, for as long as it takes"},
};

// Commands without --site whose answers name the site beside each thing.
constexpr std::string_view kCut[] = {"overview",  "status",    "site list",
                                     "seal show", "seal find", "report list"};
constexpr std::string_view kNoSite[] = {"token list",  "token add",   "token remove", "ladder show",
                                        "filter list", "filter save", "filter remove"};

bool among(std::span<const std::string_view> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

}  // namespace

std::span<const Operation> operations() {
  return kOperations;
}

std::span<const ShellOnly> shell_only() {
  return kShellOnly;
}

About about(const Operation& operation, const cli::CommandSpec& spec) {
  // Accounts name the sites that somebody gets: no question about a site.
  if (operation.least >= kAdministrator) return About::AllSites;
  if (sealkeep::api::takes(spec, "site")) return About::SitesNamed;
  if (operation.command.starts_with("site ") && sealkeep::api::takes(spec, "code")) return About::SiteCode;
  if (operation.command == "report cancel" || operation.command == "report file") return About::Reports;
  if (operation.command.starts_with("alerts ") && sealkeep::api::takes(spec, "id")) return About::Alerts;
  if (operation.command.starts_with("incidents ") && sealkeep::api::takes(spec, "id")) return About::SiteInId;
  if (among(kCut, operation.command)) return About::Cut;
  if (among(kNoSite, operation.command)) return About::NoSite;
  return About::AllSites;
}

}  // namespace sealkeep::hub::api
