// SPDX-License-Identifier: Apache-2.0
// Sealed bytes, key files and the two text encodings. An envelope with any byte changed stays shut.
#include <filesystem>
#include <fstream>

#include "common/crypto/encoding.hpp"
#include "common/crypto/envelope.hpp"
#include "common/crypto/key_file.hpp"
#include "tests/fuzz/choices.hpp"
#include "tests/fuzz/input.hpp"
#include "tests/support/test_folder.hpp"

using namespace sealkeep;
using namespace sealkeep::fuzz;

namespace {

const BoxKey& our_key() {
  static const BoxKey key{Bytes(32, 3)};
  return key;
}

void sealed(ByteView bytes) {
  if (const auto clear = envelope::open(bytes, our_key()))
    SEALKEEP_ASSERT(clear->size() + envelope::kOverheadBytes == bytes.size());
}

void damaged(Input& in) {
  const std::size_t at = in.u16();
  const std::uint8_t change = in.u8();
  const std::size_t cut = in.u8();
  const ByteView clear = in.rest();
  SeededRandom random(at);
  Bytes bytes = envelope::seal(clear, our_key().public_key(), random);
  const auto opened = envelope::open(bytes, our_key());
  SEALKEEP_ASSERT(opened && std::equal(clear.begin(), clear.end(), opened->begin(), opened->end()));
  if (change == 0 && cut == 0) return;
  bytes[at % bytes.size()] = static_cast<std::uint8_t>(bytes[at % bytes.size()] ^ change);
  bytes.resize(bytes.size() - std::min(cut, bytes.size()));
  SEALKEEP_ASSERT(!envelope::open(bytes, our_key()));
}

void key_file(std::string_view content) {
  static const test::TestFolder folder;
  folder.put("log.key", content);
  std::filesystem::permissions(folder / "log.key",
                               std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  if (const auto key = KeyFolder(folder.path(), {}).load("log"))
    SEALKEEP_ASSERT(content == "sealkeep-key-v1 log " + base64(key->expose()) + "\n");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  Input in(data, size);
  const auto choice = in.choose<EnvelopeChoice>();
  if (choice == EnvelopeChoice::Sealed) {
    sealed(in.rest());
  } else if (choice == EnvelopeChoice::Damaged) {
    damaged(in);
  } else if (choice == EnvelopeChoice::KeyFile) {
    key_file(as_text(in.rest()));
  } else {
    const std::string_view text = as_text(in.rest());
    SEALKEEP_ASSERT(*from_base64(base64(as_bytes(text))) == to_bytes(as_bytes(text)));
    SEALKEEP_ASSERT(*from_hex(hex(as_bytes(text))) == to_bytes(as_bytes(text)));
    if (choice == EnvelopeChoice::Base64) {
      if (const auto bytes = from_base64(text)) SEALKEEP_ASSERT(base64(*bytes) == text);
    } else if (const auto bytes = from_hex(text)) {
      SEALKEEP_ASSERT(bytes->size() * 2 == text.size() && *from_hex(hex(*bytes)) == *bytes);
    }
  }
  return 0;
}
