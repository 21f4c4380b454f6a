// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "agent/commands/accounts.hpp"
#include "common/api/operation.hpp"

namespace sealkeep::agent::api {

using sealkeep::api::Does;
using sealkeep::api::Operation;
using sealkeep::api::path_of;

/// What is served to terminals. Not there are enrolment, verification, and whatever names files of this
/// machine: they are for its shell.
[[nodiscard]] std::span<const Operation> operations();

}  // namespace sealkeep::agent::api
