// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <functional>

#include "agent/vision/cameras/camera.hpp"
#include "agent/vision/picture_reader.hpp"
#include "common/cli/program.hpp"

/// What `sealkeep-vision` does for a shell.
namespace sealkeep::vision {

[[nodiscard]] cli::ProgramSpec program_spec();

/// What --models, --owners and --stock of a command say. The errors of the files.
[[nodiscard]] Result<ReaderSetup> setup_of(const cli::Command& command);

/// `region` of a command; the whole picture if it lacks. The error of parse_region().
[[nodiscard]] Result<PictureRegion> region_of(const cli::Command& command);

/// The cameras of the configuration file; none if there is no file and none was named. Where it names no file
/// of logins, the service's credential "camera-logins" is taken if there is one. The errors of
/// parse_cameras(); NotFound `config.missing`, Refused `config.unreadable`.
[[nodiscard]] Result<std::vector<Camera>> cameras_of(const cli::Globals& globals);

/// `read`: calls `line` once for each picture, or once in all with --together. A picture that cannot be read
/// is a line with an "error"; an Error comes back only for a wrong command.
using OnLine = std::function<void(const cli::Value& line)>;
[[nodiscard]] Result<> read_files(const cli::Command& command, const OnLine& line);

/// `bench`: reads all pictures of a folder's truth.tsv and counts.
[[nodiscard]] Result<cli::Value> bench(
    const cli::Command& command, const std::function<void(std::size_t done, std::size_t total)>& progress);

/// One line of truth.tsv: file, what it says (several with '|' between; empty: nothing), and a layout in the
/// fourth column.
struct Truth {
  std::string file;
  std::vector<std::string> expected;
  std::string layout;
  friend bool operator==(const Truth&, const Truth&) = default;
};
/// BadInput `vision.truth` names the line.
[[nodiscard]] Result<std::vector<Truth>> parse_truth(std::string_view text);

}  // namespace sealkeep::vision
