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
/// Connection: it may also set up and ask about the sockets that it has or is given, and make none. Device:
/// also ioctl(), for a camera device that it holds open.
enum class Beyond { Nothing, Connection, Device };
[[nodiscard]] Result<> shut_in(Beyond beyond = Beyond::Nothing);

/// In a process just forked: keeps descriptor `socket` alone, as kOnlySocket, with nothing on stdin, stdout
/// and stderr; ends when its parent ends; writes no file and no core. `name` is what ps shows.
inline constexpr int kOnlySocket = 3;
void strip_process(int socket, const char* name);

}  // namespace sealkeep::vision
