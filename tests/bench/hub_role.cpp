// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstring>
#include <map>
#include <mutex>

#include "common/crypto/system_random.hpp"
#include "common/ses/entry.hpp"
#include "common/store/folder_lock.hpp"
#include "hub/serve.hpp"
#include "tests/bench/line_protocol.hpp"
#include "tests/bench/roles.hpp"

namespace sealkeep::bench {
namespace {

/// Counts facts as they get somewhere and says when the n-th got there.
class Milestone {
 public:
  void reach(std::uint64_t count, std::int64_t at_ns) {
    const std::lock_guard lock(mutex_);
    if (count == count_) return;
    count_ = count;
    at_ns_ = at_ns;
    changed_.notify_all();
  }
  std::int64_t wait_for(std::uint64_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return count_ >= count; });
    return at_ns_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::uint64_t count_ = 0;
  std::int64_t at_ns_ = 0;
};

/// Forwards to the hub, which the daemon's loop drives, and looks at the clock when facts are acknowledged
/// and when they are projected.
class WatchedHub final : public hub::Hub {
 public:
  WatchedHub(std::unique_ptr<Hub> hub) : hub_(std::move(hub)) {}

  void wait_until_it_listens() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return turns_; });
  }
  /// From now on looks for the times that live facts carry.
  void watch_live() {
    const std::lock_guard lock(mutex_);
    watch_ = true;
  }
  std::vector<double> take_latencies_ms() {
    const std::lock_guard lock(mutex_);
    return std::exchange(latencies_ms_, {});
  }
  /// CPU time that the projection has taken so far: what the hub uses beside it is the sync.
  [[nodiscard]] std::int64_t projection_cpu_ns() const { return projection_cpu_ns_; }
  Milestone stored, projected;

  Result<std::vector<hub::PeerReply>> on_frames(std::span<const hub::PeerFrame> frames) override {
    auto replies = hub_->on_frames(frames);
    stored_since_ = true;
    return replies;
  }
  // The loop asks for it right after it has handed the replies of on_frames to the transport.
  Result<std::vector<hub::PeerReply>> outgoing() override {
    if (!turns_) {
      const std::lock_guard lock(mutex_);
      turns_ = true;
      changed_.notify_all();
    }
    if (std::exchange(stored_since_, false)) {
      const std::int64_t at_ns = now_ns();
      SEALKEEP_LET(all, hub_->sites());
      std::uint64_t count = 0;
      for (const hub::SiteInfo& site : all) count += site.mirrored_size;
      stored.reach(count, at_ns);
    }
    return hub_->outgoing();
  }
  Result<std::uint64_t> oversee(std::uint64_t max_entries) override {
    {
      const std::lock_guard lock(mutex_);
      if (watch_ && cursors_.empty()) SEALKEEP_TRY(remember_cursors());
    }
    const std::int64_t cpu_before_ns = thread_cpu_ns();
    SEALKEEP_LET(folded, hub_->oversee(max_entries));
    if (folded == 0) return 0;
    const std::int64_t at_ns = now_ns();
    projection_cpu_ns_ += thread_cpu_ns() - cpu_before_ns;
    projected_count_ += folded;
    const std::lock_guard lock(mutex_);
    if (!cursors_.empty()) SEALKEEP_TRY(note_latencies(at_ns));
    projected.reach(projected_count_, at_ns);
    return folded;
  }

  Result<sync::Invitation> add_site(std::string_view code) override { return hub_->add_site(code); }
  Result<sync::Invitation> add_site_again(std::string_view code) override {
    return hub_->add_site_again(code);
  }
  Result<Bytes> on_enrol_request(ByteView frame, const BoxPublicKey* key) override {
    return hub_->on_enrol_request(frame, key);
  }
  Result<hub::SiteInfo> approve_site(std::string_view code, std::string_view fingerprint) override {
    return hub_->approve_site(code, fingerprint);
  }
  Result<hub::SiteInfo> revoke_site(std::string_view code) override { return hub_->revoke_site(code); }
  Result<std::vector<hub::SiteInfo>> sites() override { return hub_->sites(); }
  std::set<BoxPublicKey> allowed_keys() override { return hub_->allowed_keys(); }
  Result<std::uint64_t> issue(RegisterId site, const ses::DirectiveBody& body) override {
    return hub_->issue(site, body);
  }
  Result<> note_export(const hub::DataExport& data) override { return hub_->note_export(data); }
  Result<> note_customs(RegisterId site, ses::Ref incident, const hub::CustomsStep& step) override {
    return hub_->note_customs(site, incident, step);
  }
  hub::CustomsBook& customs() override { return hub_->customs(); }
  void peer_gone(ByteView peer) override { hub_->peer_gone(peer); }
  Result<> tick() override { return hub_->tick(); }
  std::int64_t next_tick_ms() override { return hub_->next_tick_ms(); }
  Result<> idle() override { return hub_->idle(); }
  const hub::HubSettings& settings() override { return hub_->settings(); }
  const BoxKey& curve_key() override { return hub_->curve_key(); }
  const sync::RolesBundle& roles() override { return hub_->roles(); }
  Db& db() override { return hub_->db(); }
  LogStore& logs() override { return hub_->logs(); }
  DetailStore& details() override { return hub_->details(); }
  RegisterRows& rows() override { return hub_->rows(); }
  hub::AlertDesk& desk() override { return hub_->desk(); }
  hub::ReportDesk& reports() override { return hub_->reports(); }
  hub::ComplianceBook& compliance() override { return hub_->compliance(); }
  hub::Chronicle& chronicle() override { return hub_->chronicle(); }
  const hub::HubParts& parts() override { return hub_->parts(); }
  hub::Accounts& accounts() override { return hub_->accounts(); }
  Result<> note(hub::JournalKind kind, const PackWriter& body,
                const std::function<Result<>()>& rows) override {
    return hub_->note(kind, body, rows);
  }
  Result<RegisterLogs> register_logs(RegisterId site) override { return hub_->register_logs(site); }

 private:
  Result<> remember_cursors() {
    SEALKEEP_LET(all, hub_->sites());
    for (const hub::SiteInfo& site : all) cursors_[site.id] = site.folded_size;
    return {};
  }
  Result<> note_latencies(std::int64_t at_ns) {
    SEALKEEP_LET(all, hub_->sites());
    for (const hub::SiteInfo& site : all) {
      std::uint64_t& cursor = cursors_[site.id];
      if (site.folded_size <= cursor) continue;
      SEALKEEP_LET(logs, hub_->register_logs(site.id));
      SEALKEEP_TRY(hub_->logs().read_entries(
          logs.site.back().log, cursor, site.folded_size - cursor, UINT64_MAX,
          [&](std::uint64_t, ByteView bytes) -> Result<> {
            SEALKEEP_LET(entry, ses::decode_entry(bytes));
            std::int64_t started_ns = 0;
            std::memcpy(&started_ns, entry.header.request_id.data(), sizeof started_ns);
            latencies_ms_.push_back(static_cast<double>(at_ns - started_ns) / 1e6);
            return {};
          }));
      cursor = site.folded_size;
    }
    return {};
  }

  std::unique_ptr<Hub> hub_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool turns_ = false;
  bool stored_since_ = false;
  bool watch_ = false;
  std::uint64_t projected_count_ = 0;
  std::atomic<std::int64_t> projection_cpu_ns_ = 0;
  std::map<RegisterId, std::uint64_t> cursors_;
  std::vector<double> latencies_ms_;
};

class HubRole {
 public:
  explicit HubRole(const RoleArguments& arguments)
      : arguments_(arguments), parts_{arguments.folder, {}, {}, clock_, random_, log_} {}

  Result<> run() {
    SEALKEEP_LET(signals, net::SignalFd::create());
    SEALKEEP_LET(lock, FolderLock::take(parts_.folder));
    const std::string host = "tcp://127.0.0.1:";
    const auto enrol_port = static_cast<std::uint16_t>(arguments_.port + 1);
    SEALKEEP_TRY(hub::Hub::create(parts_, {"hub.example.nz", host + std::to_string(arguments_.port),
                                           host + std::to_string(enrol_port)}));
    SEALKEEP_LET(opened, hub::Hub::open(parts_));
    SEALKEEP_TRY(enrol_sites(*opened));
    hub_ = std::make_unique<WatchedHub>(std::move(opened));
    net::NetContext context;
    std::thread daemon([&] {
      const Result<> ended = hub::serve(*hub_, context, signals, {"127.0.0.1", arguments_.port, enrol_port});
      if (!ended) fmt::print(stderr, "hub: {}\n", ended.error().text());
    });
    serve_lines({{"ready", [&](const std::string& line) { return ready(line); }},
                 {"waitStored", [&](const std::string& line) { return wait_stored(line); }},
                 {"waitCount", [&](const std::string& line) { return wait_projected(line); }},
                 {"liveStats", [&](const std::string&) { return live_stats(); }}});
    std::_Exit(0);
  }

 private:
  // Invites every site, takes the requests that come back and approves them by their fingerprints.
  Result<> enrol_sites(hub::Hub& hub) {
    for (std::uint32_t no = 0; no < arguments_.sites; ++no) {
      SEALKEEP_LET(invitation, hub.add_site(site_code(no)));
      post_letter(arguments_.post, site_code(no) + ".invitation",
                  as_bytes(sync::format_invitation(invitation)));
    }
    for (std::uint32_t no = 0; no < arguments_.sites; ++no) {
      SEALKEEP_LET(request, take_letter(arguments_.post, site_code(no) + ".request"));
      SEALKEEP_LET(pending, hub.on_enrol_request(request, nullptr));
      SEALKEEP_LET(all, hub.sites());
      for (const hub::SiteInfo& site : all)
        if (site.code == site_code(no)) SEALKEEP_TRY(hub.approve_site(site.code, site.fingerprint));
      SEALKEEP_LET(answer, hub.on_enrol_request(request, nullptr));
      post_letter(arguments_.post, site_code(no) + ".answer", answer);
    }
    return {};
  }

  Result<std::string> ready(const std::string& line) {
    for (std::uint32_t no = 0; no < arguments_.sites; ++no) {
      SEALKEEP_LET(entries, take_letter(arguments_.post, site_code(no) + ".setup"));
      setup_entries_ += std::stoull(std::string(as_text(entries)));
    }
    total_ = static_cast<std::uint64_t>(number_of(line, "total"));
    hub_->wait_until_it_listens();
    return "{}";
  }

  // What a site recorded to set itself up is not among the facts that the harness counts.
  [[nodiscard]] std::uint64_t entries_of(const std::string& line) const {
    return static_cast<std::uint64_t>(number_of(line, "n")) + setup_entries_;
  }
  Result<std::string> wait_stored(const std::string& line) {
    return fmt::format("{{\"tNs\":{}}}", hub_->stored.wait_for(entries_of(line)));
  }
  Result<std::string> wait_projected(const std::string& line) {
    if (entries_of(line) > total_ + setup_entries_) hub_->watch_live();
    const std::int64_t at_ns = hub_->projected.wait_for(entries_of(line));
    const double cpu_s = static_cast<double>(hub_->projection_cpu_ns()) / 1e9;
    return fmt::format("{{\"tNs\":{},\"extra\":{{\"projection_cpu_s_100k\":{:.4f}}}}}", at_ns,
                       cpu_s * 1e5 / static_cast<double>(total_));
  }

  Result<std::string> live_stats() {
    std::vector<double> ms = hub_->take_latencies_ms();
    if (ms.empty()) return "{}";
    std::sort(ms.begin(), ms.end());
    return fmt::format("{{\"p50\":{:.4g},\"p99\":{:.4g},\"min\":{:.4g},\"max\":{:.4g}}}", ms[ms.size() / 2],
                       ms[ms.size() * 99 / 100], ms.front(), ms.back());
  }

  RoleArguments arguments_;
  SystemClock clock_;
  SystemRandom random_;
  WarnLogger log_;
  hub::HubParts parts_;
  std::unique_ptr<WatchedHub> hub_;
  std::uint64_t setup_entries_ = 0;
  std::uint64_t total_ = 0;
};

}  // namespace

Result<> run_hub(const RoleArguments& arguments) {
  return HubRole(arguments).run();
}

}  // namespace sealkeep::bench
