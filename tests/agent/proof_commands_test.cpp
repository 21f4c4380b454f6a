// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "agent/register/software.hpp"
#include "common/tlog/checkpoint.hpp"
#include "common/tlog/cosignature.hpp"
#include "common/tlog/tile.hpp"
#include "common/tlog/tree.hpp"
#include "tests/agent/command_bench.hpp"

using namespace sealkeep;
using namespace sealkeep::test;

namespace {

Bytes read_whole(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  REQUIRE(in.good());
  return Bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
}

}  // namespace

TEST_CASE_METHOD(CommandBench, "verify finds everything in order and shows how far it is") {
  said({"seal", "receive", "NZ300001", "--count", "50"});
  bench.connect(id, hub);
  const std::string answer = said({"verify"});
  CHECK(holds(answer, "\"valid\":true"));
  CHECK(holds(answer, "\"equals_its_log\":true"));
  CHECK(holds(answer, "\"ledger_recounted\":true"));
  CHECK_FALSE(holds(answer, "\"valid\":false"));
  for (const auto& file : std::filesystem::directory_iterator(bench.folder()))
    CHECK_FALSE(file.path().filename().string().starts_with("verify-"));
}

TEST_CASE_METHOD(CommandBench, "verify names the entry of which one byte was changed in the file") {
  said({"seal", "receive", "NZ300001", "--count", "3", "--delivery", "DN-UNCHANGED"});
  const std::uint64_t index = size() - 1;
  bench.record(id, 600);
  must(bench.agent().db().checkpoint_wal(WalCheckpoint::Passive));
  bench.close();
  const std::filesystem::path file = bench.folder() / agent::kDatabaseName;
  Bytes bytes = read_whole(file);
  const std::string_view needle = "DN-UNCHANGED";
  std::size_t changed = 0;
  for (auto at = bytes.begin();
       (at = std::search(at, bytes.end(), needle.begin(), needle.end())) != bytes.end(); ++at) {
    *at = 'X';
    ++changed;
  }
  REQUIRE(changed > 0);
  std::ofstream(file, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
  bench.open();
  const cli::Value answer = must(run({"verify"}));
  CHECK(*answer.find("valid") == cli::Value(false));
  const auto* findings = answer.find("findings")->as_list();
  REQUIRE(findings != nullptr);
  CHECK(std::any_of(findings->begin(), findings->end(), [&](const cli::Value& finding) {
    return finding.find("index") != nullptr && *finding.find("index") == cli::Value(index);
  }));
}

TEST_CASE_METHOD(CommandBench, "an exported log is read back by the standard's functions alone") {
  bench.record(id, 700);
  bench.connect(id, hub);
  const std::filesystem::path out = files.path() / "export";
  const std::string answer = said({"export-log", out.string()});
  CHECK(holds(answer, "\"cosigned\":true"));

  std::string vkey(as_text(read_whole(out / "vkey")));
  vkey.pop_back();
  const VerifierKey log_key = must(parse_verifier_key(vkey));
  const auto roles = must(bench.agent().hub_roles(id));
  const VerifierKey mirror{roles.hub + "/mirror", NoteKeyType::Cosignature, *roles.signing_key("mirror")};
  const OpenedCheckpoint opened =
      must(open_checkpoint(read_whole(out / "checkpoint"), log_key, std::span(&mirror, 1)));
  CHECK(opened.checkpoint.size == size());
  CHECK(opened.cosigned.size() == 1);
  Frontier frontier;
  std::size_t leaf = 0;
  for (const BundleId& id_of : bundles_at(opened.checkpoint.size)) {
    const Bytes bundle = read_whole(out / bundle_path(id_of));
    const auto hashes =
        must(decode_tile(read_whole(out / tile_path({0, id_of.n, id_of.width})), id_of.width));
    for (ByteView entry : must(decode_bundle(bundle, id_of.width))) {
      CHECK(hash_leaf(entry) == hashes[leaf % kTileWidth]);
      frontier.append(hash_leaf(entry));
      ++leaf;
    }
  }
  CHECK(frontier.root() == opened.checkpoint.root);
  for (const TileId& tile : tiles_at(opened.checkpoint.size))
    CHECK(std::filesystem::exists(out / tile_path(tile)));

  bench.record(id, 5);
  CHECK(holds(said({"export-log", out.string()}), "\"cosigned\":false"));
  static_cast<void>(file("other", "x"));
  CHECK(code_of(run({"export-log", files.path().string()})) == "export.folder");
}
