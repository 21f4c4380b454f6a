// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <functional>

#include "hub/alerts/alert_desk.hpp"
#include "hub/commands/commands.hpp"
#include "tests/bench/bench_site.hpp"

/// How long each question of head office takes on a hub that hub_fill filled: hub_pages FOLDER [TIMES
/// [QUESTION]]. Prints a table, p50 and p95 in ms, and the memory that the program used at most. Enrols one
/// more site at each run, to measure from a fact to its alert.
namespace sealkeep::bench {
namespace {

using Words = std::vector<std::string>;

std::int64_t peak_kib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmHWM:")) return std::strtol(line.c_str() + 6, nullptr, 10);
  return 0;
}

class Pages {
 public:
  Pages(std::filesystem::path folder, std::string only)
      : parts_{std::move(folder), {}, {}, clock_, random_, log_}, only_(std::move(only)) {}

  Result<> run(std::size_t times) {
    const auto start = std::chrono::steady_clock::now();
    SEALKEEP_LET(opened, hub::Hub::open(parts_));
    hub_ = std::move(opened);
    SEALKEEP_TRY(hub_->tick());
    std::printf("started in %.0f ms\n", ms_since(start));
    SEALKEEP_LET(all, hub_->sites());
    for (const hub::SiteInfo& site : all) codes_.push_back(site.code);
    SEALKEEP_LET(first, ask({"compliance"}));
    std::printf("the compliance of %zu sites, read for the first time: %.0f ms\n\n", codes_.size(), first);
    std::printf("| question | p50 ms | p95 ms | most |\n| --- | --- | --- | --- |\n");
    const auto some_site = [this] { return codes_[random_.below(codes_.size())]; };
    const auto some_seal = [this] { return fmt::format("NZ{:08}", 1 + random_.below(seals_)); };
    SEALKEEP_LET(seals, count_seals());
    seals_ = seals;
    const std::pair<const char*, std::function<Words()>> kAsked[] = {
        {"overview", [] { return Words{"overview"}; }},
        {"site list",
         [] {
           return Words{"site", "list"};
         }},
        {"site show",
         [&] {
           return Words{"site", "show", some_site()};
         }},
        {"seal find NUMBER",
         [&] {
           return Words{"seal", "find", some_seal()};
         }},
        {"seal find, beginning",
         [&] {
           return Words{"seal", "find", some_seal().substr(0, 6)};
         }},
        {"seal find, digits only",
         [&] {
           return Words{"seal", "find", some_seal().substr(2, 6)};
         }},
        {"seal find, container",
         [&] {
           return Words{"seal", "find", container(1'000 + random_.below(codes_.size() * 1'000)).text};
         }},
        {"seal find --state lost",
         [] {
           return Words{"seal", "find", "--state", "lost"};
         }},
        {"seal find --site --state in_stock",
         [&] { return Words{"seal", "find", "--site", some_site(), "--state", "in_stock"}; }},
        {"seal show",
         [&] {
           return Words{"seal", "show", some_seal()};
         }},
        {"compliance, matrix of 200 sites", [] { return Words{"compliance"}; }},
        {"deliveries", [] { return Words{"deliveries"}; }},
        {"incidents list",
         [] {
           return Words{"incidents", "list"};
         }},
        {"people --site",
         [&] {
           return Words{"people", "--site", some_site()};
         }},
        {"plan show",
         [] {
           return Words{"plan", "show"};
         }},
        {"alerts list",
         [] {
           return Words{"alerts", "list"};
         }},
        {"trends --days 90",
         [] {
           return Words{"trends", "--days", "90"};
         }},
        {"journal list",
         [] {
           return Words{"journal", "list"};
         }},
    };
    for (const auto& [name, words] : kAsked)
      if (only_.empty() || std::string_view(name).starts_with(only_))
        SEALKEEP_TRY(row(name, times, [&, &asked = words] { return ask(asked()); }));
    SEALKEEP_TRY(row("what the door looks at every 500 ms", times, [this] { return look(); }));
    SEALKEEP_TRY(add_site(times * 6));
    SEALKEEP_TRY(row("from a fact to its alert", times, [this] { return fact_to_alert(); }));
    SEALKEEP_TRY(an_event(times));
    std::printf("\n%zu sites, %llu seals; memory at most %lld MiB\n", codes_.size(),
                static_cast<unsigned long long>(seals_), static_cast<long long>(peak_kib() / 1024));
    return {};
  }

 private:
  template <class F>
  static Result<> row(const char* name, std::size_t times, F&& once) {
    std::vector<double> took;
    for (std::size_t i = 0; i < times; ++i) {
      SEALKEEP_LET(ms, once());
      took.push_back(ms);
    }
    std::sort(took.begin(), took.end());
    std::printf("| %s | %.1f | %.1f | %.1f |\n", name, took[took.size() / 2], took[took.size() * 95 / 100],
                took.back());
    std::fflush(stdout);
    return {};
  }
  static double ms_since(std::chrono::steady_clock::time_point start) {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
  }
  Result<double> look() {
    const auto start = std::chrono::steady_clock::now();
    SEALKEEP_LET(all, hub_->sites());
    const std::vector<Hash> changes = hub_->desk().take_changes();
    return all.empty() && !changes.empty() ? 0 : ms_since(start);
  }
  // One more site than were there, with numbers of its own.
  Result<> add_site(std::size_t seals) {
    constexpr std::size_t kLetters = 26;
    const std::size_t no = codes_.size();
    site_.emplace(*hub_, clock_, fmt::format("a{:04}", no), 20'000 + no);
    work_.prefix = {'Q', static_cast<char>('A' + no / kLetters % kLetters),
                    static_cast<char>('A' + no % kLetters)};
    work_.boxes = seals / 200 + 1;
    work_.containers = 0;
    SEALKEEP_TRY(site_->enrol());
    SEALKEEP_TRY(record_work(*site_, work_, clock_.reading.unix_ms));
    SEALKEEP_TRY(site_->send(clock_.reading.unix_ms));
    SEALKEEP_LET(folded, hub_->oversee(100'000));
    static_cast<void>(folded);
    return hub_->tick();
  }
  ses::SealNumber next_seal() { return ses::SealRange{work_.prefix, work_.first++, 8, 1}.front(); }

  // A dock's live facts come ten at a time; what each costs the projection.
  Result<> an_event(std::size_t times) {
    double spent_ms = 0, cpu_us = 0;
    std::size_t events = 0;
    for (std::size_t i = 0; i < times; ++i) {
      for (int container_no = 0; container_no < 5; ++container_no, events += 2) {
        const ses::UnitId unit = container(900'000 + events);
        SEALKEEP_TRY(site_->record(ses::UnitClosed{unit}, clock_.reading.unix_ms, 1));
        SEALKEEP_TRY(
            site_->record(ses::SealApplied{ses::Family::Ses, ses::SealKind::Bolt, next_seal(), unit, false},
                          clock_.reading.unix_ms, 1));
      }
      SEALKEEP_TRY(site_->send(clock_.reading.unix_ms));
      const auto start = std::chrono::steady_clock::now();
      const std::clock_t cpu = std::clock();
      SEALKEEP_LET(done, hub_->oversee(1'000));
      static_cast<void>(done);
      SEALKEEP_TRY(hub_->tick());
      cpu_us += static_cast<double>(std::clock() - cpu) * 1e6 / CLOCKS_PER_SEC;
      spent_ms += ms_since(start);
    }
    const auto count = static_cast<double>(events);
    std::printf("\nan event, ten at a time: %.1f us, %.1f of CPU (register, duties, alerts, counters)\n",
                spent_ms * 1000 / count, cpu_us / count);
    return {};
  }

  // A lost seal: signed, sent, stored, judged, and what the door tells pages of at its next look.
  Result<double> fact_to_alert() {
    static_cast<void>(hub_->desk().take_changes());
    ses::SealLost lost;
    lost.seals = ses::SealRange::single(next_seal());
    lost.discovered_ms = clock_.reading.unix_ms;
    SEALKEEP_TRY(site_->record(lost, clock_.reading.unix_ms, 1));
    const auto start = std::chrono::steady_clock::now();
    SEALKEEP_TRY(site_->send(clock_.reading.unix_ms));
    SEALKEEP_LET(done, hub_->oversee(2'048));
    SEALKEEP_TRY(hub_->tick());
    if (done == 0 || hub_->desk().take_changes().empty())
      return fail(ErrorKind::Corrupt, "bench.no_alert", "a lost seal raised no alert");
    return ms_since(start);
  }
  Result<std::uint64_t> count_seals() {
    SEALKEEP_LET(sum, hub_->db().prepare("SELECT sum(received) FROM ledger WHERE family = 1"));
    SEALKEEP_LET(rows, sum.query());
    SEALKEEP_LET(there, rows.next());
    return there ? rows.uint64(0) : 0;
  }
  // As a page asks: a caller is named, so no words for a shell are made; the answer is turned into JSON.
  Result<double> ask(const Words& words) {
    SEALKEEP_LET(parsed, cli::parse_command_line(program_, words));
    cli::Command command = std::get<cli::Invocation>(parsed).command;
    command.caller.emplace();
    const auto start = std::chrono::steady_clock::now();
    SEALKEEP_LET(answer, hub::execute(*hub_, command, [](const cli::Progress&) {}));
    const std::string json = cli::to_json(answer);
    return json.empty() ? 0 : ms_since(start);
  }

  FilledClock clock_;
  SeededRandom random_{11};
  NullLogger log_;
  hub::HubParts parts_;
  cli::ProgramSpec program_ = hub::program_spec();
  std::unique_ptr<hub::Hub> hub_;
  std::string only_;
  std::vector<std::string> codes_;
  std::optional<BenchSite> site_;
  DockWork work_;
  std::uint64_t seals_ = 1;
};

}  // namespace
}  // namespace sealkeep::bench

int main(int argc, char** argv) {
  if (argc < 2 || argc > 4) {
    std::fputs("hub_pages FOLDER [TIMES [QUESTION]] (only questions that begin so)\n", stderr);
    return 2;
  }
  sealkeep::bench::Pages pages(argv[1], argc == 4 ? argv[3] : "");
  const auto done = pages.run(argc >= 3 ? std::max(1UL, std::strtoul(argv[2], nullptr, 10)) : 200);
  if (!done) std::fputs((done.error().text() + "\n").c_str(), stderr);
  return done ? 0 : 1;
}
