// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "common/store/wal_keeper.hpp"
#include "hub/alerts/alert_desk.hpp"
#include "hub/customs/customs_book.hpp"
#include "hub/high_water.hpp"
#include "hub/hub.hpp"
#include "hub/hub_keys.hpp"
#include "hub/intake/intake.hpp"
#include "hub/journal.hpp"
#include "hub/oversight/compliance_book.hpp"
#include "hub/oversight/oversight.hpp"
#include "hub/pictures/picture_desk.hpp"
#include "hub/reports/report_desk.hpp"

namespace sealkeep::hub {

/// The class behind Hub::open. Pieces hold pointers to each other: it never moves.
class OpenHub final : public Hub {
 public:
  struct State {
    HubSettings settings;
    PublicKey root;
    Bytes roles;
    LogId journal = 0;
  };
  OpenHub(const HubParts& parts, std::unique_ptr<Db> db, LogStore logs, DetailStore details,
          RegisterRows rows, Chronicle chronicle, Alerts alerts, CustomsBook customs, SiteBook sites,
          PictureBook pictures, HubKeys keys, State state, sync::RolesBundle roles, Accounts accounts,
          HighWater high_water);
  OpenHub(const OpenHub&) = delete;
  OpenHub& operator=(const OpenHub&) = delete;
  [[nodiscard]] Result<> start();

  [[nodiscard]] Result<sync::Invitation> add_site(std::string_view code) override;
  [[nodiscard]] Result<sync::Invitation> add_site_again(std::string_view code) override;
  [[nodiscard]] Result<Bytes> on_enrol_request(ByteView frame, const BoxPublicKey* curve_key) override;
  [[nodiscard]] Result<SiteInfo> approve_site(std::string_view code, std::string_view fingerprint) override;
  [[nodiscard]] Result<SiteInfo> revoke_site(std::string_view code) override;
  [[nodiscard]] Result<std::vector<SiteInfo>> sites() override;
  [[nodiscard]] std::set<BoxPublicKey> allowed_keys() override;
  [[nodiscard]] Result<std::uint64_t> issue(RegisterId site, const ses::DirectiveBody& body) override;
  [[nodiscard]] Result<> note_export(const DataExport& data) override;
  [[nodiscard]] Result<> note(JournalKind kind, const PackWriter& body,
                              const std::function<Result<>()>& rows) override;

  [[nodiscard]] Result<> note_customs(RegisterId site, ses::Ref incident, const CustomsStep& step) override;
  [[nodiscard]] CustomsBook& customs() override { return customs_; }

  [[nodiscard]] Result<std::vector<PeerReply>> on_frames(std::span<const PeerFrame> frames) override;
  [[nodiscard]] Result<std::vector<PeerReply>> outgoing() override;
  void peer_gone(ByteView peer) override { intake_.peer_gone(peer); }
  [[nodiscard]] Result<std::uint64_t> oversee(std::uint64_t max_entries) override;
  [[nodiscard]] Result<> tick() override;
  [[nodiscard]] std::int64_t next_tick_ms() override { return warming_ ? 0 : oversight_.next_tick_ms(); }
  [[nodiscard]] Result<> idle() override;

  [[nodiscard]] AlertDesk& desk() override { return *desk_; }
  [[nodiscard]] ReportDesk& reports() override { return *reports_; }

  [[nodiscard]] const HubSettings& settings() override { return state_.settings; }
  [[nodiscard]] const BoxKey& curve_key() override { return keys_.curve; }
  [[nodiscard]] const sync::RolesBundle& roles() override { return roles_; }
  [[nodiscard]] Db& db() override { return *db_; }
  [[nodiscard]] LogStore& logs() override { return logs_; }
  [[nodiscard]] DetailStore& details() override { return details_; }
  [[nodiscard]] RegisterRows& rows() override { return rows_; }
  [[nodiscard]] ComplianceBook& compliance() override { return compliance_; }
  [[nodiscard]] Chronicle& chronicle() override { return chronicle_; }
  [[nodiscard]] const HubParts& parts() override { return parts_; }
  [[nodiscard]] Accounts& accounts() override { return accounts_; }
  [[nodiscard]] Result<RegisterLogs> register_logs(RegisterId site) override;

 private:
  [[nodiscard]] Result<> decide(const std::function<Result<>()>& body);
  [[nodiscard]] IntakeHooks hooks();
  [[nodiscard]] DeskHooks desk_hooks();
  [[nodiscard]] ReportHooks report_hooks();
  [[nodiscard]] Alert alert_of(const LogTrouble& trouble);
  [[nodiscard]] Result<> note_trouble(const LogTrouble& trouble);
  [[nodiscard]] Result<> trouble_settled(const LogTrouble& trouble);
  [[nodiscard]] Result<std::uint64_t> directives_signed();
  [[nodiscard]] Result<> mark_signed();
  [[nodiscard]] Result<std::uint64_t> append_directive(Site& site, const ses::DirectiveBody& body);
  [[nodiscard]] Result<sync::EnrolState> answer_request(const sync::EnrolRequest& request,
                                                        const BoxPublicKey* curve_key);
  [[nodiscard]] sync::Invitation invitation_for(std::string_view code, std::int64_t now_ms);
  [[nodiscard]] Result<sync::EnrolState> answer_again(Site& site, const sync::EnrolRequest& request);
  [[nodiscard]] Result<> note_asked(const Site& site, const sync::SiteKeys& keys);
  [[nodiscard]] bool curve_key_is_known(const BoxPublicKey& key);
  [[nodiscard]] Result<> approve_again(Site& site, const std::string& fingerprint);
  [[nodiscard]] Result<> approve_first(Site& site, const std::string& fingerprint);
  [[nodiscard]] Result<> approve_epoch(Site& site, const SiteEpoch& pending, const std::string& fingerprint);
  [[nodiscard]] Result<> settle_troubles(const std::string& origin, std::int64_t now_ms);
  [[nodiscard]] Result<SiteInfo> info_of(const Site& site);
  [[nodiscard]] Result<SiteInfo> info_of(const Site& site, const std::set<LogId>& frozen);
  [[nodiscard]] Result<std::set<LogId>> frozen_logs();
  [[nodiscard]] const std::string& fingerprint_shown(const Site& site);
  [[nodiscard]] std::string site_name(const Site& site) const {
    return state_.settings.name + "/site/" + site.code;
  }
  [[nodiscard]] Result<> issue_orders();
  void pass_on();

  HubParts parts_;
  std::unique_ptr<Db> db_;
  WalKeeper wal_;
  LogStore logs_;
  DetailStore details_;
  RegisterRows rows_;
  Chronicle chronicle_;
  Alerts alerts_;
  CustomsBook customs_;
  SiteBook sites_;
  PictureDesk pictures_;
  HubKeys keys_;
  State state_;
  sync::RolesBundle roles_;
  Accounts accounts_;
  HighWater high_water_;
  struct Fingerprint {
    std::optional<sync::SiteKeys> of;
    std::string text;
  };
  std::map<RegisterId, Fingerprint> fingerprints_;
  std::vector<Order> orders_;  // of oversight, not issued yet
  bool signed_more_ = false;   // directives than the file high-water says
  Journal journal_;
  Oversight oversight_;
  ComplianceBook compliance_;
  std::int64_t warmed_mono_ms_ = 0;
  bool warming_ = false;  // more is to be read at the next idle moment
  Intake intake_;
  std::optional<AlertDesk> desk_;  // from start() on
  std::optional<ReportDesk> reports_;
};

/// The keys as they will be once what is pending is approved; nothing before somebody asked.
[[nodiscard]] std::optional<sync::SiteKeys> compared_keys(const Site& site);
/// The fingerprint of them, which people compare; empty without.
[[nodiscard]] std::string fingerprint_of(const Site& site);

}  // namespace sealkeep::hub
