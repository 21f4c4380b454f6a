// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/interchange/seal_event.hpp"

namespace sealkeep::interchange {

/// One GS1 EPCIS 2.0 document (JSON-LD, UTF-8): installed seals are AssociationEvents, everything else
/// ObjectEvents, words of CBV 2.0 only (docs/formats/interchange.md has the table). Private identifiers are
/// URLs under `domain` ("hub.example.nz"), the exporter's own. `created_ms` is the document's date.
/// BadInput `epcis.domain` if the domain is not a host name.
[[nodiscard]] Result<std::string> epcis_document(std::span<const SealEvent> events, std::string_view domain,
                                                 std::int64_t created_ms);

}  // namespace sealkeep::interchange
