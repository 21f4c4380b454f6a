// SPDX-License-Identifier: Apache-2.0
#include "agent/api/operations.hpp"

namespace sealkeep::agent::api {
namespace {

// No role is asked for a fact of the dock: who saw it may say so, and what is
// not in order is marked (domain-rules section 1).
constexpr Operation kOperations[] = {
    {"dock"},
    {"look"},
    {"find"},
    {"status"},
    {"todo"},
    {"seal show"},
    {"seal list"},
    {"store list"},
    {"person list"},
    {"operator list"},
    {"record list", Does::Reads, kSupervisor},
    {"compliance", Does::Reads, kSupervisor},

    {"seal receive", Does::Records},
    {"seal open-box", Does::Records},
    {"seal store", Does::Records},
    {"seal issue", Does::Records},
    {"seal hand-over", Does::Records},
    {"seal return", Does::Records},
    {"seal transfer-out", Does::Records},
    {"seal transfer-in", Does::Records},
    {"seal return-to-supplier", Does::Records},
    {"seal destroy", Does::Records},
    {"seal lost", Does::Records},
    {"seal found", Does::Records},
    {"seal count", Does::Records},
    {"seal explain", Does::Records},
    {"roll receive", Does::Records},
    {"roll use", Does::Records},
    {"container checked-empty", Does::Records},
    {"container start", Does::Records},
    {"container pause", Does::Records},
    {"container end", Does::Records},
    {"container close", Does::Records},
    {"container secure", Does::Records},
    {"container cancel", Does::Records},
    {"container hold", Does::Records},
    {"container looked-at", Does::Records},
    {"container papers-corrected", Does::Records},
    {"container opened", Does::Records},
    {"container resealed", Does::Records},
    {"container other-seal", Does::Records},
    {"seal apply", Does::Records},
    {"seal check", Does::Records},
    {"seal uplift", Does::Records},
    {"seal replace", Does::Records},
    {"seal damaged", Does::Records},
    {"seal tampered", Does::Records},
    {"seal removed", Does::Records},
    {"correct seal", Does::Records},
    {"correct unit", Does::Records},
    {"concern", Does::Records},
    {"incident", Does::Records},
    {"contingency look", Does::Records},
    {"customs told", Does::Records},
    {"contingency start", Does::Records},
    {"contingency end", Does::Records},
    {"entry check", Does::Records},
    {"record keep", Does::Records},
    {"person left", Does::Records},
    {"day close", Does::Records},
    {"store open", Does::Records},
    {"store close", Does::Records},
    {"internet-down", Does::Records},

    {"customs decided", Does::Records, kSupervisor},
    {"concern-read", Does::Records, kSupervisor},
    {"entry import", Does::Records, kSupervisor},
    {"person add", Does::Records, kSupervisor},
    {"store add", Does::Records, kSupervisor},
    {"site moved", Does::Records, kSiteManager},
    {"erase person", Does::Records, kSiteManager},
    {"erase entry", Does::Records, kSiteManager},

    {"devices list", Does::Reads, kSupervisor},
    {"terminal list", Does::Reads, kSupervisor},
    {"terminal trust"},
    {"terminal name", Does::Records, kSupervisor},
    {"terminal remove", Does::Records, kSupervisor},
    {"user list", Does::Reads, kSiteManager},
    {"user log", Does::Reads, kSiteManager},
    {"user add", Does::Records, kSiteManager},
    {"user role", Does::Records, kSiteManager},
    {"user lock", Does::Records, kSiteManager},
    {"user unlock", Does::Records, kSiteManager},
    {"user remove", Does::Records, kSiteManager},
    {"user reset", Does::Records, kSiteManager},
    {"user badge", Does::Records, kSiteManager},

    {"print load-sheet", Does::Makes, kPacker, ".pdf", "application/pdf"},
    {"print register", Does::Makes, kSupervisor, ".pdf", "application/pdf"},
    {"print incident", Does::Makes, kSupervisor, ".pdf", "application/pdf"},
    {"print forms", Does::Makes, kSupervisor, ".pdf", "application/pdf"},
    {"export register", Does::Makes, kSupervisor, ".xlsx",
     "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    {"export evidence", Does::Makes, kSupervisor, ".seals", "application/octet-stream"},
};

}  // namespace

std::span<const Operation> operations() {
  return kOperations;
}

}  // namespace sealkeep::agent::api
