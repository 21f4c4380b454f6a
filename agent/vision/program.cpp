// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/commands.hpp"
#include "common/cli/config.hpp"
#include "common/cli/entry_point.hpp"
#include "common/cli/input_file.hpp"

namespace sealkeep::vision {
namespace {

constexpr std::size_t kListBytes = 4 * 1024 * 1024;
constexpr const char* kLoginsCredential = "camera-logins";  // systemd/sealkeep-vision.service

cli::OptionSpec option(std::string name, std::string help, cli::OptionType type) {
  cli::OptionSpec spec;
  spec.name = std::move(name);
  spec.help = std::move(help);
  spec.type = type;
  return spec;
}

/// What a reader knows before it sees a picture.
std::vector<cli::OptionSpec> knowledge_options() {
  cli::OptionSpec models = option(
      "models", "Where deploy/install.sh --vision put ONNX Runtime and the models", cli::OptionType::Path);
  models.default_value = SEALKEEP_VISION_PREFIX;
  return {option("stock", "A file with seal numbers that are in stock or awaited, one a line",
                 cli::OptionType::Path),
          option("owners",
                 "A file with the owner codes that containers here carry, one a line, with a count if known",
                 cli::OptionType::Path),
          models};
}

std::vector<cli::OptionSpec> with(std::vector<cli::OptionSpec> options, std::vector<cli::OptionSpec> more) {
  options.insert(options.end(), more.begin(), more.end());
  return options;
}

std::vector<cli::OptionSpec> common_options() {
  cli::OptionSpec kind = option("kind", "What to read", cli::OptionType::Choice);
  kind.choices = {"container", "barcode", "seal", "presence"};
  kind.default_value = "container";
  return with({kind, option("together", "The pictures are of one visit: what they say counts together",
                            cli::OptionType::Flag)},
              knowledge_options());
}

std::vector<cli::CommandSpec> camera_commands() {
  cli::OptionSpec camera = option("camera", "Its name in the configuration file", cli::OptionType::Text);
  cli::OptionSpec address =
      option("address", "Its device service, http://host/onvif/device_service", cli::OptionType::Text);
  camera.positional = camera.required = address.positional = address.required = true;
  return {
      {"camera test",
       "Take two pictures of a camera of the configuration file, and say what they are and how long each "
       "took. The daemon need not run.",
       {camera},
       {"camera test gate"}},
      {"discover",
       "Look for ONVIF cameras on the networks of this machine, or ask one host.",
       {option("at", "A numeric address; everybody if it lacks", cli::OptionType::Text),
        option("port", "Where WS-Discovery listens", cli::OptionType::Integer),
        option("seconds", "How long to wait for answers", cli::OptionType::Integer)},
       {"discover", "discover --at 10.0.5.20"}},
      {"streams",
       "Ask one ONVIF camera for the addresses of its streams, as they go into the configuration file.",
       {address, option("name", "The line of the file of logins to use", cli::OptionType::Text),
        option("logins", "The file of logins, 0600", cli::OptionType::Path)},
       {"streams http://10.0.5.20/onvif/device_service --name gate --logins /etc/sealkeep/camera-logins"}},
  };
}

}  // namespace

cli::ProgramSpec program_spec() {
  cli::OptionSpec files = option("file", "Pictures: JPEG, PNG or WebP", cli::OptionType::Path);
  files.positional = files.repeatable = files.required = true;
  cli::OptionSpec folder = option("folder", "A folder with pictures and a truth.tsv", cli::OptionType::Path);
  folder.positional = folder.required = true;
  cli::ProgramSpec program{
      "sealkeep-vision",
      "Reads container numbers, barcodes and seals on pictures. Each picture is read in a process that is "
      "shut in: no "
      "network, no files, limits on memory and time.",
      SEALKEEP_VERSION,
      "/etc/sealkeep/vision.toml",
      "/var/lib/sealkeep-vision",
      {
          {"read",
           "Read pictures and print one JSON line for each, or one for all of them with --together. "
           "\"number\" is "
           "null unless everything was seen and agrees; a check digit that was computed and not seen is "
           "never "
           "reported as verified.",
           with({files,
                 option("region", "Only this part, in thousandths: \"left top width height\"",
                        cli::OptionType::Text),
                 option("trace", "Also what was seen on the way", cli::OptionType::Flag)},
                common_options()),
           {"read door.jpg", "read --kind seal --stock stock.txt seal.jpg",
            "read --kind presence --region \"620 410 40 60\" rear.jpg", "read --together left.jpg rear.jpg"}},
          {"bench",
           "Read all pictures of a folder whose truth.tsv says what stands on each (file, expected; several "
           "with | between; empty means nothing), and count exact, wrong and unread, with processor time and "
           "memory. With --together pictures of the same truth are one visit.",
           with({folder}, common_options()),
           {"bench samples/ocr", "bench samples/barcodes --kind barcode", "bench samples/ocr --together"}},
          {"serve",
           "Take pictures of the cameras that the configuration file names and read pictures, for other "
           "programs of this machine, over the local socket in the data folder.",
           knowledge_options(),
           {"serve --data /var/lib/sealkeep-vision"}},
      },
  };
  for (cli::CommandSpec& command : camera_commands()) program.commands.push_back(std::move(command));
  return program;
}

Result<ReaderSetup> setup_of(const cli::Command& command) {
  ReaderSetup setup;
  if (const auto models = command.one("models")) setup.prefix = *models;
  if (const auto file = command.one("owners")) {
    SEALKEEP_LET(text, cli::read_input(*file, kListBytes));
    SEALKEEP_LET(owners, OwnerPrior::parse(as_text(text)));
    setup.owners = std::move(owners);
  }
  if (const auto file = command.one("stock")) {
    SEALKEEP_LET(text, cli::read_input(*file, kListBytes));
    SEALKEEP_LET(stock, parse_stock(as_text(text)));
    setup.stock = std::move(stock);
  }
  return setup;
}

Result<PictureRegion> region_of(const cli::Command& command) {
  const auto text = command.one("region");
  return text ? parse_region(*text) : PictureRegion{};
}

Result<std::vector<Camera>> cameras_of(const cli::Globals& globals) {
  auto text = cli::read_input(globals.config.string(), cli::kConfigBytes);
  if (text) {
    SEALKEEP_LET(cameras, parse_cameras(as_text(*text), globals.config.string()));
    const std::filesystem::path credential = cli::credentials_folder() / kLoginsCredential;
    std::error_code unknown;
    for (Camera& camera : cameras)
      if (camera.logins.empty() && std::filesystem::exists(credential, unknown)) camera.logins = credential;
    return cameras;
  }
  if (text.error().kind == ErrorKind::NotFound && !globals.config_given) return std::vector<Camera>{};
  return tl::unexpected<Error>(std::move(text.error()));
}

}  // namespace sealkeep::vision
