// SPDX-License-Identifier: Apache-2.0
#include "common/store/detail_store.hpp"

#include <fstream>

#include "common/base/limits.hpp"
#include "tests/store/store_fixture.hpp"

using namespace sealkeep;
using namespace sealkeep::test;

namespace {

const ses::Salt kSalt{1, 2, 3};

struct Made {
  DetailRef ref;
  Bytes bytes;
};
Made detail(std::uint64_t index, std::uint8_t n, const std::string& text) {
  const Bytes bytes = to_bytes(as_bytes(text));
  return {{index, n, ses::DetailKind::Driver, bytes.size(),
           ses::commit_detail(ses::DetailKind::Driver, kSalt, bytes)},
          bytes};
}

struct Details {
  TestFolder folder;
  Db db = must(Db::open(folder / "test.db", log_options()));
  DetailStore store = must(DetailStore::open(db));
  LogId log = must(db.transaction([&] { return must(LogStore::open(db)).add_log(Signers().info()); }));

  Result<> put(const Made& made) {
    return db.transaction([&] { return store.put(log, made.ref, kSalt, made.bytes); });
  }
  Result<> want(const Made& made) {
    return db.transaction([&] { return store.want(log, made.ref); });
  }
  std::vector<std::uint64_t> wanted(std::uint64_t first, std::uint64_t end, std::size_t most = 100) {
    std::vector<std::uint64_t> indexes;
    for (const auto& ref : must(store.wanted(log, first, end, most))) indexes.push_back(ref.index);
    return indexes;
  }
  Detail get(std::uint64_t index, std::uint8_t n = 0) { return *must(store.get(log, index, n)); }
};

}  // namespace

TEST_CASE("a wanted detail is listed until its bytes arrive, and only the right bytes are taken") {
  Details details;
  const auto a = detail(3, 0, "driver A");
  const auto b = detail(7, 1, "driver B");
  must(details.want(a));
  must(details.want(b));
  must(details.want(b));
  CHECK(details.wanted(0, 100) == std::vector<std::uint64_t>{3, 7});
  CHECK(details.wanted(0, 7) == std::vector<std::uint64_t>{3});
  CHECK(details.wanted(4, 8) == std::vector<std::uint64_t>{7});
  CHECK(details.wanted(0, 100, 1) == std::vector<std::uint64_t>{3});
  auto wrong = a;
  wrong.bytes[0] ^= 1;
  CHECK(code_of(details.put(wrong)) == "detail.wrong");
  wrong.bytes.pop_back();
  CHECK(code_of(details.put(wrong)) == "detail.wrong");
  must(details.put(a));
  must(details.put(a));
  CHECK(details.wanted(0, 100) == std::vector<std::uint64_t>{7});
  CHECK(details.get(3).bytes == a.bytes);
  CHECK(details.get(3).salt == kSalt);
  CHECK(details.get(7, 1).state == DetailState::Wanted);
  CHECK_FALSE(must(details.store.get(details.log, 4, 0)));
}

TEST_CASE("an entry's detail cannot become another one") {
  Details details;
  must(details.put(detail(1, 0, "first")));
  CHECK(code_of(details.want(detail(1, 0, "other"))) == "detail.differs");
  CHECK(code_of(details.put(detail(1, 0, "other"))) == "detail.differs");
  CHECK(details.get(1).bytes == detail(1, 0, "first").bytes);
}

TEST_CASE("a detail is taken up to the limit of its size and not past it") {
  Details details;
  must(details.put(detail(1, 0, std::string(limits::kDetailBytes, 'x'))));
  CHECK(code_of(details.put(detail(2, 0, std::string(limits::kDetailBytes + 1, 'x')))) == "detail.size");
}

TEST_CASE("thinning gives up held bytes before an index, except those that are still missed") {
  Details details;
  for (std::uint64_t index : {1U, 2U, 3U, 4U})
    must(details.put(detail(index, 0, "photo " + std::to_string(index))));
  const auto thin = [&](std::uint64_t through, std::size_t most) {
    return must(details.db.transaction([&] {
      return details.store.thin(details.log, through, {{2, 0}}, most);
    }));
  };
  CHECK(thin(4, 1) == 1);
  CHECK(thin(4, 100) == 1);
  CHECK(thin(4, 100) == 0);
  CHECK(details.get(1).state == DetailState::Thinned);
  CHECK(details.get(1).bytes.empty());
  CHECK(details.get(2).state == DetailState::Held);
  CHECK(details.get(3).state == DetailState::Thinned);
  CHECK(details.get(4).state == DetailState::Held);
  must(details.put(detail(1, 0, "photo 1")));  // fetched back from the other side
  CHECK(details.get(1).state == DetailState::Held);
}

TEST_CASE("an erased detail is gone from the files and never comes back") {
  Details details;
  const std::string secret = "Hone Heke, licence AB123456";
  const auto made = detail(5, 0, secret);
  must(details.put(made));
  must(details.want(detail(6, 0, "not here yet")));
  must(details.db.transaction([&]() -> Result<> {
    must(details.store.erase(details.log, 5, 0));
    return details.store.erase(details.log, 6, 0);
  }));
  must(details.db.checkpoint_wal(WalCheckpoint::Truncate));
  CHECK(details.get(5).state == DetailState::Erased);
  CHECK(code_of(details.put(made)) == "detail.erased");
  CHECK(code_of(details.put(detail(6, 0, "not here yet"))) == "detail.erased");
  CHECK(details.wanted(0, 100).empty());
  CHECK(code_of(details.db.transaction([&] { return details.store.erase(details.log, 9, 0); })) ==
        "detail.unknown");
  for (const char* name : {"test.db", "test.db-wal"}) {
    std::ifstream file(details.folder / name, std::ios::binary);
    const std::string content(std::istreambuf_iterator<char>(file), {});
    CHECK(content.find("Hone Heke") == std::string::npos);
  }
  CHECK_FALSE(details.db.transaction(
      [&] { return details.db.execute_script("UPDATE detail SET state = 1 WHERE idx = 5"); }));
}
