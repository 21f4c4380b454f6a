// SPDX-License-Identifier: Apache-2.0
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>

#include "tests/bench/bench_site.hpp"

/// Fills a new hub with the year of many sites, through enrolment, change sets and the fold, as agents would:
/// hub_fill FOLDER SITES SEALS_A_SITE.
namespace sealkeep::bench {
namespace {

using Clock_ns = std::chrono::steady_clock;

double ms_since(Clock_ns::time_point start) {
  return std::chrono::duration<double, std::milli>(Clock_ns::now() - start).count();
}

class Filling {
 public:
  Filling(std::filesystem::path folder) : parts_{std::move(folder), {}, {}, clock_, random_, log_} {}

  Result<> run(std::size_t sites, std::size_t seals) {
    SEALKEEP_TRY(hub::Hub::create(parts_, {"hub.example.nz", "tcp://hub:7441", "tcp://hub:7442"}));
    SEALKEEP_LET(opened, hub::Hub::open(parts_));
    hub_ = std::move(opened);
    for (std::size_t i = 0; i < sites; ++i) {
      SEALKEEP_TRY(fill_site(i, seals));
      if ((i + 1) % 100 == 0) std::fprintf(stderr, "%zu sites, %.0f s\n", i + 1, ms_since(start_) / 1000);
    }
    SEALKEEP_TRY(hub_->tick());
    std::printf("filled %zu sites with %zu seals each in %.0f s\n", sites, seals, ms_since(start_) / 1000);
    return {};
  }

 private:
  Result<> oversee() {
    while (true) {
      SEALKEEP_LET(done, hub_->oversee(100'000));
      if (done == 0) return hub_->idle();
    }
  }
  Result<> fill_site(std::size_t i, std::size_t seals) {
    BenchSite site(*hub_, clock_, fmt::format("s{:04}", i), 1'000 + i);
    SEALKEEP_TRY(site.enrol());
    DockWork work;
    work.first = 1 + i * seals;
    work.boxes = seals / 200;
    work.containers = seals / 10;
    work.trouble = i % 50 == 7;
    SEALKEEP_TRY(record_work(site, work, clock_.reading.unix_ms));
    SEALKEEP_TRY(site.send(clock_.reading.unix_ms));
    return oversee();
  }
  FilledClock clock_;
  SeededRandom random_{7};
  NullLogger log_;
  hub::HubParts parts_;
  std::unique_ptr<hub::Hub> hub_;
  Clock_ns::time_point start_ = Clock_ns::now();
};

}  // namespace
}  // namespace sealkeep::bench

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fputs("hub_fill FOLDER SITES SEALS_A_SITE (FOLDER is made; seals in boxes of 200)\n", stderr);
    return 2;
  }
  std::filesystem::create_directories(argv[1]);
  sealkeep::bench::Filling filling(argv[1]);
  const auto done = filling.run(std::strtoul(argv[2], nullptr, 10), std::strtoul(argv[3], nullptr, 10));
  if (!done) std::fputs((done.error().text() + "\n").c_str(), stderr);
  return done ? 0 : 1;
}
