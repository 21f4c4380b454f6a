// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <cstring>
#include <mutex>

#include "agent/serve.hpp"
#include "common/crypto/system_random.hpp"
#include "common/store/folder_lock.hpp"
#include "common/sync/enrolment.hpp"
#include "tests/bench/dock_stream.hpp"
#include "tests/bench/line_protocol.hpp"
#include "tests/bench/roles.hpp"

namespace sealkeep::bench {
namespace {

constexpr std::int64_t kMonthMs = 30LL * 86'400'000;
constexpr std::int64_t kLongestStepMs = 60'000;

/// The machine's clock, set back for a backlog: each fact of it has a time of its own over the last month, as
/// if it had been recorded offline, and not one that compresses to nothing.
class OfflineClock final : public Clock {
 public:
  Now now() override {
    Now now = clock_.now();
    now.unix_ms += offset_ms_;
    now.mono_ms += kMonthMs + offset_ms_;
    return now;
  }
  std::string boot_id() override { return clock_.boot_id(); }
  void set_offset(std::int64_t ms) { offset_ms_ = ms; }

 private:
  SystemClock clock_;
  std::int64_t offset_ms_ = 0;
};

/// Forwards to the agent, which the daemon's loop drives, and records the live facts that are due at the
/// beginning of each turn of that loop: where the facts of terminals and commands come in.
class FedAgent final : public agent::Agent {
 public:
  FedAgent(std::unique_ptr<Agent> agent, DockStream& stream, Clock& clock)
      : agent_(std::move(agent)), stream_(stream), clock_(clock) {}

  struct Plan {
    std::int64_t first_ns = 0, step_ns = 0;  // CLOCK_MONOTONIC
    std::uint64_t facts = 0;
  };
  void feed(const Plan& plan) {
    const std::lock_guard lock(mutex_);
    plan_ = plan;
  }
  void wait_until_fed() {
    std::unique_lock lock(mutex_);
    fed_.wait(lock, [&] { return plan_.facts == 0; });
  }

  std::vector<Link> links() override { return agent_->links(); }
  /// Asked once a turn before frames are taken: here the live facts come in, as those of terminals do.
  bool take_reconnect(RegisterId id) override {
    const std::lock_guard lock(mutex_);
    while (plan_.facts > 0 && plan_.first_ns <= now_ns()) {
      plan_.first_ns += plan_.step_ns;
      agent::Fact fact = stream_.next(clock_.now().unix_ms);
      const std::int64_t started_ns = now_ns();
      std::memcpy(fact.request_id.data(), &started_ns, sizeof started_ns);
      const auto recorded = agent_->record(1, std::span(&fact, 1));
      SEALKEEP_ASSERT(recorded && recorded->front());
      --plan_.facts;
    }
    if (plan_.facts == 0) fed_.notify_all();
    return agent_->take_reconnect(id);
  }
  std::int64_t next_tick_ms() override {
    const std::int64_t due_ms = agent_->next_tick_ms();
    const std::lock_guard lock(mutex_);
    if (plan_.facts == 0) return due_ms;
    return std::min(due_ms, clock_.now().mono_ms + (plan_.first_ns - now_ns()) / 1'000'000 + 1);
  }

  Result<agent::ExporterInfo> enrol(const sync::Invitation& i) override { return agent_->enrol(i); }
  Result<Bytes> enrol_request(RegisterId id) override { return agent_->enrol_request(id); }
  Result<sync::EnrolAnswer> on_enrol_answer(RegisterId id, ByteView frame) override {
    return agent_->on_enrol_answer(id, frame);
  }
  std::vector<agent::ExporterInfo> exporters() override { return agent_->exporters(); }
  agent::SiteRegister* site_register(RegisterId id) override { return agent_->site_register(id); }
  Result<std::vector<Result<agent::Recorded>>> record(RegisterId id,
                                                      std::span<const agent::Fact> facts) override {
    return agent_->record(id, facts);
  }
  void on_connected(RegisterId id) override { agent_->on_connected(id); }
  void on_disconnected(RegisterId id) override { agent_->on_disconnected(id); }
  Result<> on_message(RegisterId id, ByteView frame) override { return agent_->on_message(id, frame); }
  Result<> tick() override { return agent_->tick(); }
  Result<std::optional<Bytes>> next_frame(RegisterId id) override { return agent_->next_frame(id); }
  void sent(RegisterId id, bool taken) override { agent_->sent(id, taken); }
  Result<> idle() override { return agent_->idle(); }
  Db& db() override { return agent_->db(); }
  LogStore& logs() override { return agent_->logs(); }
  DetailStore& details() override { return agent_->details(); }
  RegisterRows& rows() override { return agent_->rows(); }
  const agent::AgentParts& parts() override { return agent_->parts(); }
  access::Access& access() override { return agent_->access(); }
  Result<sync::RolesBundle> hub_roles(RegisterId id) override { return agent_->hub_roles(id); }

 private:
  std::unique_ptr<Agent> agent_;
  DockStream& stream_;
  Clock& clock_;
  std::mutex mutex_;
  std::condition_variable fed_;
  Plan plan_;
};

/// One load site: its folder, its agent and what happens on its dock.
struct Site {
  Site(std::uint32_t number, std::filesystem::path where, Logger& log)
      : no(number),
        folder(std::move(where)),
        parts{folder, {}, {}, clock, random, log},
        stream(number + 1, random) {}

  Result<> enrol(const std::filesystem::path& post) {
    clock.set_offset(-kMonthMs);
    SEALKEEP_LET(taken, FolderLock::take(folder));
    lock.emplace(std::move(taken));
    SEALKEEP_TRY(agent::Agent::create(parts));
    SEALKEEP_LET(opened, agent::Agent::open(parts));
    SEALKEEP_LET(letter, take_letter(post, site_code(no) + ".invitation"));
    SEALKEEP_LET(invitation, sync::parse_invitation(as_text(letter)));
    SEALKEEP_TRY(opened->enrol(invitation));
    SEALKEEP_LET(request, opened->enrol_request(1));
    post_letter(post, site_code(no) + ".request", request);
    SEALKEEP_LET(answer, take_letter(post, site_code(no) + ".answer"));
    SEALKEEP_TRY(opened->on_enrol_answer(1, answer));
    SEALKEEP_LET(recorded, opened->record(1, DockStream::setup(random)));
    for (const auto& one : recorded)
      if (!one) return tl::unexpected<Error>(one.error());
    post_letter(post, site_code(no) + ".setup", as_bytes(std::to_string(opened->exporters().front().size)));
    agent = std::make_unique<FedAgent>(std::move(opened), stream, clock);
    return agent->idle();  // as the daemon does whenever nothing waits
  }

  Result<> record_one() {
    const agent::Fact fact = stream.next(clock.now().unix_ms);
    SEALKEEP_LET(recorded, agent->record(1, std::span(&fact, 1)));
    if (!recorded.front()) return tl::unexpected<Error>(recorded.front().error());
    return {};
  }

  /// A month or less of facts, each with a commit and a time of its own; all of them durable at the end.
  Result<> preload(std::uint64_t facts) {
    const std::int64_t step_ms =
        std::min(kLongestStepMs, kMonthMs / static_cast<std::int64_t>(std::max<std::uint64_t>(facts, 1)));
    SEALKEEP_TRY(agent->db().set_durable(false));
    std::int64_t offset_ms = -kMonthMs;
    for (std::uint64_t i = 0; i < facts; ++i) {
      offset_ms += static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(2 * step_ms - 1)));
      clock.set_offset(std::min<std::int64_t>(offset_ms, 0));
      SEALKEEP_TRY(record_one());
    }
    clock.set_offset(0);
    SEALKEEP_TRY(agent->db().set_durable(true));
    return agent->db().checkpoint_wal(WalCheckpoint::Truncate);
  }

  std::uint32_t no;
  std::filesystem::path folder;
  OfflineClock clock;
  SystemRandom random;
  agent::AgentParts parts;
  DockStream stream;
  std::optional<FolderLock> lock;
  std::unique_ptr<FedAgent> agent;
};

class Edge {
 public:
  explicit Edge(const RoleArguments& arguments) : arguments_(arguments) {}

  Result<> run() {
    SEALKEEP_LET(signals, net::SignalFd::create());
    for (std::uint32_t no = 0; no < arguments_.sites; ++no) {
      sites_.push_back(std::make_unique<Site>(no, arguments_.folder / site_code(no), log_));
      SEALKEEP_TRY(sites_.back()->enrol(arguments_.post));
    }
    net::NetContext context;
    serve_lines({{"write", [&](const std::string& line) { return write(line); }},
                 {"preload", [&](const std::string& line) { return preload(line); }},
                 {"connect", [&](const std::string&) { return connect(context, signals); }},
                 {"live", [&](const std::string& line) { return live(line); }}});
    std::_Exit(0);  // the agents survive it, as they survive a power cut
  }

 private:
  Result<std::string> write(const std::string& line) {
    const auto count = static_cast<std::size_t>(number_of(line, "n"));
    std::vector<double> us;
    us.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
      const std::int64_t before_ns = now_ns();
      SEALKEEP_TRY(sites_.front()->record_one());
      us.push_back(static_cast<double>(now_ns() - before_ns) / 1e3);
    }
    if (us.empty()) return "{}";
    std::sort(us.begin(), us.end());
    return fmt::format("{{\"p50\":{:.1f},\"p99\":{:.1f}}}", us[us.size() / 2], us[us.size() * 99 / 100]);
  }

  Result<std::string> preload(const std::string& line) {
    for (auto& site : sites_) SEALKEEP_TRY(site->preload(static_cast<std::uint64_t>(number_of(line, "n"))));
    return "{}";
  }

  Result<std::string> connect(net::NetContext& context, net::SignalFd& signals) {
    for (auto& site : sites_)
      daemons_.emplace_back([&, agent = site->agent.get()] {
        const Result<> ended = agent::serve(*agent, context, signals);
        if (!ended) fmt::print(stderr, "agent: {}\n", ended.error().text());
      });
    return "{}";
  }

  Result<std::string> live(const std::string& line) {
    const auto facts = static_cast<std::uint64_t>(number_of(line, "n"));
    const std::int64_t step_ns = 1'000'000'000 / std::max<std::int64_t>(number_of(line, "rate"), 1);
    // A daemon looks at its timers once a second at the latest, so all of them know the plan when it begins.
    const std::int64_t start_ns = now_ns() + 1'200'000'000;
    const auto sites = static_cast<std::int64_t>(sites_.size());
    for (std::size_t i = 0; i < sites_.size() && i < facts; ++i)
      sites_[i]->agent->feed({start_ns + static_cast<std::int64_t>(i) * step_ns, sites * step_ns,
                              (facts - i + sites_.size() - 1) / sites_.size()});
    for (auto& site : sites_) site->agent->wait_until_fed();
    return "{}";
  }

  RoleArguments arguments_;
  WarnLogger log_;
  std::vector<std::unique_ptr<Site>> sites_;
  std::vector<std::thread> daemons_;
};

}  // namespace

Result<> run_edge(const RoleArguments& arguments) {
  return Edge(arguments).run();
}

}  // namespace sealkeep::bench
