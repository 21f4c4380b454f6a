// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/base/error.hpp"

namespace sealkeep::vision {

/// From now on this process may still read files, but neither reach a network, nor start a program, nor write
/// a file: what libraries may do while they are loaded. ONNX Runtime 1.29 would otherwise keep a database and
/// send events to its maker.
[[nodiscard]] Result<> cut_off();

/// From now on this process may compute, use memory and talk over the descriptors it has: no file, no socket,
/// no program, no thread, no other process. What is asked beyond that fails with EPERM. Cannot be undone.
/// Refused `vision.sandbox` if the kernel has no seccomp: then nothing is read.
[[nodiscard]] Result<> shut_in();

}  // namespace sealkeep::vision
