// SPDX-License-Identifier: Apache-2.0
#include "hub/reports/past_register.hpp"

namespace sealkeep::hub {
namespace {

constexpr std::uint64_t kEntriesPerSlice = 4'096;

// The logs end before the first entry that was recorded at that moment or later. An entry that cannot be read
// says nothing of its time, and stays.
Result<RegisterLogs> recorded_before(LogStore& store, RegisterLogs logs, std::int64_t until_ms) {
  bool over = false;
  for (RegisterLogs::EpochLog& epoch : logs.site) {
    SEALKEEP_LET(size, store.size(epoch.log));
    std::uint64_t end = 0;
    const std::uint64_t count = over ? 0 : std::min(size, epoch.end);
    SEALKEEP_LET(read, store.read_entries(epoch.log, 0, count, UINT64_MAX,
                                          [&](std::uint64_t index, ByteView bytes) -> Result<> {
                                            if (over) return {};
                                            const auto entry = ses::decode_entry(bytes);
                                            over = entry && entry->header.recorded_ms >= until_ms;
                                            if (!over) end = index + 1;
                                            return {};
                                          }));
    static_cast<void>(read);
    epoch.end = end;
  }
  return logs;
}

}  // namespace

Result<std::unique_ptr<PastRegister>> PastRegister::fold(HubRecords& of, RegisterId site,
                                                         std::int64_t until_ms,
                                                         std::filesystem::path scratch) {
  std::unique_ptr<PastRegister> past(new PastRegister(of, std::move(scratch)));
  past->remove_files();
  OpenOptions options;
  options.application_id = 0x534B5054;  // "SKPT": nothing else opens it
  options.migrations = {Migration{{RegisterRows::schema()}}};
  options.create = true;
  SEALKEEP_LET(db, Db::open(past->scratch_, options));
  past->db_.emplace(std::move(db));
  SEALKEEP_TRY(past->db_->set_durable(false));
  SEALKEEP_LET(rows, RegisterRows::open(*past->db_));
  past->rows_.emplace(std::move(rows));
  SEALKEEP_LET(all, of.register_logs(site));
  SEALKEEP_LET(logs, recorded_before(of.logs(), std::move(all), until_ms));
  RegisterFold folds(of.logs(), *past->rows_);
  for (std::uint64_t folded = kEntriesPerSlice; folded > 0;) {
    SEALKEEP_TRY(past->db_->transaction([&]() -> Result<> {
      ses::Rows working;
      SEALKEEP_TRY(past->rows_->begin(site, working));
      SEALKEEP_LET(count, folds.follow(logs, kEntriesPerSlice, working, {}));
      folded = count;
      return count == 0 ? Result<>{} : past->rows_->save(site, working);
    }));
    past->entries_ += folded;
  }
  return past;
}

PastRegister::~PastRegister() {
  rows_.reset();
  db_.reset();
  remove_files();
}

void PastRegister::remove_files() const {
  std::error_code ignored;
  for (const char* suffix : {"", "-wal", "-shm", "-journal"})
    std::filesystem::remove(scratch_.string() + suffix, ignored);
}

}  // namespace sealkeep::hub
