// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "agent/commands/site_commands.hpp"
#include "common/http/authority.hpp"

/// How a tablet comes to trust this agent: where it opens the page that brings the root certificate, and what
/// people compare.
namespace sealkeep::agent {
namespace {

constexpr std::string_view kTls = "https://";
constexpr std::string_view kTrustPath = "/trust";

bool is_everywhere(std::string_view host) {
  return host == "0.0.0.0" || host == "[::]";
}
bool is_loopback(std::string_view host) {
  return host == "localhost" || host.starts_with("127.") || host == "[::1]";
}

// As a browser writes it.
std::string host_in_address(const std::string& name) {
  return name.find(':') == std::string::npos ? name : "[" + name + "]";
}

// Under which addresses tablets reach the listeners with TLS, the best for a tablet first: an address works
// without a name service, and loopback for nobody but this machine.
std::vector<std::string> tablet_addresses(const AgentParts& parts) {
  std::vector<std::string> out, here;
  const http::ServerNames names = http::names_of_this_machine();
  const auto add = [&](const std::string& host, std::string_view port) {
    std::string address = std::string(kTls) + host + std::string(port);
    std::vector<std::string>& to = is_loopback(host) ? here : out;
    if (std::find(to.begin(), to.end(), address) == to.end()) to.push_back(std::move(address));
  };
  for (const std::string& listen : parts.terminal_listen) {
    const std::size_t colon = listen.rfind(':');
    if (!listen.starts_with(kTls) || colon < kTls.size()) continue;
    const std::string host = listen.substr(kTls.size(), colon - kTls.size());
    const std::string port = listen.substr(colon);
    if (!is_everywhere(host)) add(host, port);
    if (is_everywhere(host))
      for (const std::string& address : names.addresses) add(host_in_address(address), port);
    for (const std::string& given : parts.terminal_hosts) add(host_in_address(given), port);
    for (const std::string& name : names.hosts)
      if (name.ends_with(".local")) add(name, port);
  }
  out.insert(out.end(), here.begin(), here.end());
  return out;
}

}  // namespace

Result<cli::Value> terminal_trust(Agent& agent, const cli::Command&, const cli::OnProgress&) {
  const AgentParts& parts = agent.parts();
  const std::vector<std::string> addresses = tablet_addresses(parts);
  if (addresses.empty()) {
    return fail(ErrorKind::Refused, "trust.this_machine_only",
                "Terminals reach this agent on its own machine only", "no address with https is configured",
                "Add https://ADDRESS:8443 to terminal.listen and start the agent; a browser on this machine "
                "needs no certificate");
  }
  SEALKEEP_LET(root, http::root_certificate(parts.folder));
  cli::Value all = cli::Value::list();
  for (const std::string& address : addresses) all.add(address);
  std::string site;
  for (const ExporterInfo& exporter : agent.exporters())
    if (site.empty()) site = exporter.site_code;
  return cli::Value::object(
      {{"site", site},
       {"page", addresses.front() + std::string(kTrustPath)},
       {"fingerprint", root.fingerprint},
       {"fingerprint_in_words", root.in_words},
       {"valid_until", iso_time(root.until_ms, parts.clock.now().utc_offset_min)},
       {"addresses", std::move(all)},
       {"next",
        "Open the page on the tablet, compare the fingerprint with this one, and install the certificate"}});
}

}  // namespace sealkeep::agent
