// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/commands.hpp"
#include "agent/vision/picture.hpp"
#include "agent/vision/visit.hpp"
#include "common/cli/input_file.hpp"

namespace sealkeep::vision {
namespace {

Result<Reading> read_file(PictureReader& reader, ReadRequest asked, const std::string& file) {
  SEALKEEP_LET(bytes, cli::read_input(file, kPictureBytes));
  asked.file = bytes;
  return reader.read(asked);
}

}  // namespace

Result<> read_files(const cli::Command& command, const OnLine& line) {
  SEALKEEP_LET(setup, setup_of(command));
  SEALKEEP_LET(word, command.required("kind"));
  SEALKEEP_LET(kind, read_kind(word));
  SEALKEEP_LET(region, region_of(command));
  const std::vector<std::string> files = command.all("file");
  PictureReader reader(std::move(setup));
  std::vector<Reading> visit;
  std::optional<Error> first_error;
  for (const std::string& file : files) {
    auto reading = read_file(reader, {kind, {}, region, command.has("trace")}, file);
    if (!reading && !first_error) first_error = reading.error();
    if (reading && command.has("together"))
      visit.push_back(std::move(*reading));
    else if (!command.has("together"))
      line(reading ? to_value(*reading, {file}) : to_value(reading.error(), kind, {file}));
  }
  if (!command.has("together")) return {};
  if (visit.empty() && first_error)
    line(to_value(*first_error, kind, files));
  else
    line(to_value(together(visit, kind), files).set("pictures_read", visit.size()));
  return {};
}

}  // namespace sealkeep::vision
