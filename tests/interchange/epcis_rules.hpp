// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <boost/json.hpp>
#include <string>
#include <vector>

namespace sealkeep::test {

/// What the published JSON schema of EPCIS 2.0 and the vocabulary of CBV 2.0 say of a document with
/// ObjectEvents and AssociationEvents, written down by hand: each breach in one line, empty if there is none.
/// Members that this product has no use for count as a breach.
[[nodiscard]] std::vector<std::string> epcis_breaches(const boost::json::value& document);

}  // namespace sealkeep::test
