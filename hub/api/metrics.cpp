// SPDX-License-Identifier: Apache-2.0
#include "hub/api/metrics.hpp"

#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <sstream>

#include "hub/alerts/alerts.hpp"

namespace sealkeep::hub::api {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Labels = std::vector<ClientMetric::Label>;

constexpr std::size_t kAlertsCounted = 100'000;
constexpr double kMsInSecond = 1000.0;

class Families {
 public:
  void gauge(const char* name, const char* help, double value, Labels labels = {}) {
    ClientMetric& metric = add(name, help, MetricType::Gauge, std::move(labels));
    metric.gauge.value = value;
  }
  void counter(const char* name, const char* help, std::uint64_t value, Labels labels = {}) {
    ClientMetric& metric = add(name, help, MetricType::Counter, std::move(labels));
    metric.counter.value = static_cast<double>(value);
  }
  [[nodiscard]] std::string text() const {
    std::ostringstream out;
    prometheus::TextSerializer().Serialize(out, families_);
    return out.str();
  }

 private:
  ClientMetric& add(const char* name, const char* help, MetricType type, Labels labels) {
    if (families_.empty() || families_.back().name != name) families_.push_back({name, help, type, {}});
    ClientMetric& metric = families_.back().metric.emplace_back();
    metric.label = std::move(labels);
    return metric;
  }
  std::vector<MetricFamily> families_;
};

void add_sites(Families& out, const std::vector<SiteInfo>& sites) {
  std::map<std::string_view, int> states = {{"invited", 0}, {"pending", 0}, {"approved", 0}, {"revoked", 0}};
  std::uint64_t mirrored = 0;
  int connected = 0, frozen = 0;
  for (const SiteInfo& site : sites) {
    ++states[site_state_name(site.state)];
    mirrored += site.mirrored_size;
    connected += site.connected ? 1 : 0;
    frozen += site.frozen ? 1 : 0;
  }
  for (const auto& [state, count] : states)
    out.gauge("sealkeep_sites", "Sites by state.", count, {{"state", std::string(state)}});
  out.gauge("sealkeep_sites_connected", "Sites with an open connection.", connected);
  out.gauge("sealkeep_sites_frozen", "Sites whose log waits for a person's decision.", frozen);
  out.gauge("sealkeep_records_mirrored", "Records held of the logs of all sites.",
            static_cast<double>(mirrored));
  for (const SiteInfo& site : sites)
    if (site.state == SiteState::Approved)
      out.gauge("sealkeep_site_heard_timestamp_seconds", "When a site was last heard of; 0: never.",
                static_cast<double>(site.heard_ms) / kMsInSecond, {{"site", site.code}});
}

Result<> add_alerts(Families& out, Hub& hub) {
  SEALKEEP_LET(alerts, Alerts::open(hub.db()));
  SEALKEEP_LET(open, alerts.list(0, true, kAlertsCounted));
  std::map<std::string_view, int> severities;
  for (const ses::Severity severity : {ses::Severity::Digest, ses::Severity::List, ses::Severity::Warn,
                                       ses::Severity::High, ses::Severity::Critical})
    severities[ses::severity_name(severity)] = 0;
  int unaccounted = 0, silent = 0;
  for (const Alert& alert : open) {
    ++severities[ses::severity_name(alert.severity)];
    unaccounted += alert.unaccounted ? 1 : 0;
    silent += alert.rule == static_cast<std::uint16_t>(AlertRule::SilentSite) ? 1 : 0;
  }
  for (const auto& [severity, count] : severities)
    out.gauge("sealkeep_alerts_open", "Open alerts by severity.", count,
              {{"severity", std::string(severity)}});
  out.gauge("sealkeep_unaccounted", "Open matters with seals that are not accounted for.", unaccounted);
  out.gauge("sealkeep_sites_not_heard", "Sites that are silent for too long.", silent);
  return {};
}

void add_door(Families& out, const http::ServerCounters& c) {
  out.counter("sealkeep_http_connections_total", "Connections that came.", c.connections);
  out.counter("sealkeep_http_connections_refused_total", "Connections above a limit.", c.connections_refused);
  out.counter("sealkeep_http_handshakes_failed_total", "TLS handshakes that failed.", c.handshakes_failed);
  out.counter("sealkeep_http_requests_total", "Complete requests.", c.requests);
  out.counter("sealkeep_http_requests_refused_total", "Requests that were not taken, by reason.",
              c.requests_bad, {{"reason", "bad"}});
  out.counter("sealkeep_http_requests_refused_total", "", c.requests_often, {{"reason", "often"}});
  out.counter("sealkeep_http_requests_refused_total", "", c.requests_busy, {{"reason", "busy"}});
  out.counter("sealkeep_http_timeouts_total", "Connections closed because they were too slow.", c.timeouts);
}

}  // namespace

Result<std::uint64_t> entries_waiting(Hub& hub) {
  SEALKEEP_LET(sites, hub.sites());
  std::uint64_t waiting = 0;
  for (const SiteInfo& site : sites)
    if (site.mirrored_size > site.folded_size) waiting += site.mirrored_size - site.folded_size;
  return waiting;
}

Result<std::string> metrics_text(Hub& hub, const http::ServerCounters& counters) {
  Families out;
  out.gauge("sealkeep_build_info", "The program; always 1.", 1, {{"version", SEALKEEP_VERSION}});
  SEALKEEP_LET(sites, hub.sites());
  add_sites(out, sites);
  SEALKEEP_LET(waiting, entries_waiting(hub));
  out.gauge("sealkeep_records_waiting", "Records that arrived and are not in the registers yet.",
            static_cast<double>(waiting));
  SEALKEEP_TRY(add_alerts(out, hub));
  out.gauge("sealkeep_database_bytes", "The database file.", static_cast<double>(hub.db().db_bytes()));
  out.gauge("sealkeep_wal_bytes", "Its write-ahead log, as far as it waits to be moved.",
            static_cast<double>(hub.db().wal_bytes()));
  add_door(out, counters);
  return out.text();
}

}  // namespace sealkeep::hub::api
