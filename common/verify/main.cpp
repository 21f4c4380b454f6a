// SPDX-License-Identifier: Apache-2.0
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>

#include "common/cli/console.hpp"
#include "common/evidence/page.hpp"
#include "common/verify/report.hpp"

namespace {

using namespace sealkeep;

constexpr int kWrongUse = 2;
constexpr std::string_view kHelp =
    "sealkeep-verify: checks an evidence pack of customs seals, with public keys alone, without a network.\n"
    "\n"
    "usage: sealkeep-verify FILE [--key ANCHOR]... [--fingerprint ANCHOR]... [--json]\n"
    "\n"
    "  FILE          the pack, or the HTML page that holds one\n"
    "  --key ANCHOR  what you know from elsewhere: the fingerprint of head office or of the site as printed "
    "in\n"
    "                the security plan, that of the register's state as printed on a day-close or a load "
    "sheet,\n"
    "                or a verifier key (name+id+base64). May be given several times\n"
    "  --fingerprint ANCHOR  the same\n"
    "  --json        the whole answer as JSON\n"
    "  --version\n"
    "\n"
    "The verdict is \"proven under the keys you gave\", \"consistent, keys not confirmed\" or \"NOT "
    "CONSISTENT\",\n"
    "which names the part and the record. Exit code: 0 proven or consistent, 1 not consistent, 2 wrong use "
    "or a\n"
    "file that cannot be read.\n";

struct Asked {
  std::string file;
  std::vector<evidence::Anchor> anchors;
  bool json = false, help = false, version = false;
};

Result<Asked> read_arguments(int argc, char** argv) {
  const std::vector<std::string> words(argv + 1, argv + argc);
  Asked asked;
  for (const std::string& word : words) asked.json = asked.json || word == "--json";
  for (std::size_t i = 0; i < words.size(); ++i) {
    const std::string& word = words[i];
    if (word == "--json") continue;
    if (word == "--help" || word == "-h") {
      asked.help = true;
    } else if (word == "--version") {
      asked.version = true;
    } else if (const std::string option = word.substr(0, word.find('='));
               option == "--key" || option == "--fingerprint") {
      if (word == option && i + 1 == words.size())
        return bad_input("cli.value", option + " needs a value", {}, "sealkeep-verify --help");
      SEALKEEP_LET(anchor,
                   evidence::parse_anchor(word == option ? words[++i] : word.substr(option.size() + 1)));
      asked.anchors.push_back(std::move(anchor));
    } else if (word.size() > 1 && word.starts_with('-')) {
      return bad_input("cli.unknown_option", "There is no option " + printable(word), {},
                       "sealkeep-verify --help");
    } else if (asked.file.empty()) {
      asked.file = word;
    } else {
      return bad_input("cli.extra", "One file at a time", printable(word), "sealkeep-verify --help");
    }
  }
  if (asked.file.empty() && !asked.help && !asked.version)
    return bad_input("cli.required", "Which file?", {}, "sealkeep-verify FILE --key \"FINGERPRINT\"");
  return asked;
}

// A whole file, as pages that are read when they are looked at.
class MappedFile {
 public:
  static Result<MappedFile> open(const std::string& path) {
    const auto unreadable = [&](const std::string& why) {
      return fail(ErrorKind::NotFound, "pack.unreadable", "Cannot read " + printable(path), why,
                  "Check the name");
    };
    const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (fd < 0) return unreadable(std::strerror(errno));
    struct stat about {};
    MappedFile out;
    const bool known = ::fstat(fd, &about) == 0 && S_ISREG(about.st_mode);
    if (known && about.st_size > 0) {
      out.size_ = static_cast<std::size_t>(about.st_size);
      out.at_ = ::mmap(nullptr, out.size_, PROT_READ, MAP_PRIVATE, fd, 0);
    }
    ::close(fd);
    if (!known) return unreadable("it is no plain file");
    if (out.at_ == MAP_FAILED) return unreadable(std::strerror(errno));
    return out;
  }
  MappedFile(MappedFile&& other) noexcept : at_(other.at_), size_(other.size_) { other.at_ = nullptr; }
  MappedFile& operator=(MappedFile&&) = delete;
  ~MappedFile() {
    if (at_ != nullptr && at_ != MAP_FAILED) ::munmap(at_, size_);
  }
  [[nodiscard]] ByteView bytes() const {
    return {static_cast<const std::uint8_t*>(at_), at_ == nullptr ? 0 : size_};
  }

 private:
  MappedFile() = default;
  void* at_ = nullptr;
  std::size_t size_ = 0;
};

int refuse(const Error& error, bool json) {
  cli::print_err(cli::render(error, cli::style_of(2, json)));
  return kWrongUse;
}

}  // namespace

int main(int argc, char** argv) {
  const auto asked = read_arguments(argc, argv);
  if (!asked) return refuse(asked.error(), false);
  if (asked->help || asked->version)
    return cli::print_out(asked->help ? std::string(kHelp) : "sealkeep-verify " SEALKEEP_VERSION "\n")
               ? 0
               : kWrongUse;
  const auto file = MappedFile::open(asked->file);
  if (!file) return refuse(file.error(), asked->json);
  Bytes from_page;
  ByteView pack = file->bytes();
  if (evidence::is_page(pack)) {
    auto inside = evidence::pack_of_page(pack);
    if (!inside) return refuse(inside.error(), asked->json);
    from_page = std::move(*inside);
    pack = from_page;
  }
  evidence::Findings findings;
  const evidence::CheckedPack checked = evidence::check_pack(pack, asked->anchors, findings);
  const int code = cli::finish(verifier::report(checked, findings, asked->anchors), asked->json);
  return code > 1 ? kWrongUse : code;
}
