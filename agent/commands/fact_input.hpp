// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "agent/commands/directory.hpp"
#include "common/cli/command.hpp"
#include "common/cli/program.hpp"

namespace sealkeep::agent {

/// The register that a command is about: --exporter, else the only one, else the one that knows the seal that
/// the command names. Refused `enrol.none`, BadInput `exporter.needed`, NotFound `exporter.unknown`.
[[nodiscard]] Result<RegisterId> chosen_register(Agent& agent, const cli::Command& command);

[[nodiscard]] Result<ses::Family> parse_family(std::string_view text);

/// What a command says, as values of the domain. Each accessor reads one option. Understands the common
/// options (who, when, how, why) once. Valid while its command is.
class FactInput {
 public:
  [[nodiscard]] static Result<FactInput> open(Agent& agent, const cli::Command& command, RegisterId id);

  /// A fact with the common options. The facts of one request that comes again have the same request ids
  /// again, in the order in which they are made; photos and signatures stand beside the first.
  [[nodiscard]] Fact fact(ses::Event event);

  [[nodiscard]] ses::Family family() const;
  [[nodiscard]] ses::SealKind kind() const;
  [[nodiscard]] bool has(std::string_view option) const { return command_->has(option); }
  /// An option with at most `max_bytes` of UTF-8; empty if it was not given.
  [[nodiscard]] Result<std::string> text(std::string_view option,
                                         std::size_t max_bytes = limits::kTextBytes) const;
  [[nodiscard]] Result<ses::SealNumber> seal(std::string_view option) const;
  [[nodiscard]] Result<std::vector<ses::SealNumber>> seals(std::string_view option) const;
  /// first, last, count; in pieces that one entry can hold.
  [[nodiscard]] Result<ses::SealRange> range() const;
  /// The same in pieces of which one entry can hold each.
  [[nodiscard]] Result<std::vector<ses::SealRange>> pieces() const;
  /// unit, container, package: BadInput `unit.missing` if there is none, `unit.two` if there are two.
  [[nodiscard]] Result<ses::UnitId> unit();
  /// Empty text if none is named.
  [[nodiscard]] Result<ses::UnitId> unit_or_none();
  /// 0 if not given.
  [[nodiscard]] Result<ses::PersonNo> person(std::string_view option) const;
  [[nodiscard]] Result<ses::Place> place(std::string_view option) const;
  [[nodiscard]] Result<std::int64_t> time(std::string_view option, std::int64_t fallback_ms) const;
  [[nodiscard]] Result<std::int64_t> number(std::string_view option, std::int64_t min, std::int64_t max,
                                            std::int64_t fallback) const;
  /// "1/42": an entry.
  [[nodiscard]] Result<ses::Ref> reference(std::string_view option) const;
  [[nodiscard]] ses::Vvtt vvtt() const;
  /// The option's text as a detail of the fact, if it was given.
  [[nodiscard]] Result<> add_detail(Fact& fact, ses::DetailKind kind, std::string_view option) const;
  static void add_detail_text(Fact& fact, ses::DetailKind kind, std::string_view text);

  [[nodiscard]] Agent& agent() const { return *agent_; }
  [[nodiscard]] RegisterId register_id() const { return id_; }
  [[nodiscard]] const Directory& directory() const { return directory_; }
  [[nodiscard]] const cli::Command& command() const { return *command_; }
  [[nodiscard]] const Now& now() const { return now_; }
  /// When it happened, as claimed; now if nothing is claimed.
  [[nodiscard]] std::int64_t happened_ms() const {
    return common_.happened_ms == 0 ? now_.unix_ms : common_.happened_ms;
  }
  /// One more thing to look at again; empty: nothing.
  void note(std::string words) {
    if (!words.empty()) notes_.push_back(std::move(words));
  }
  /// What to look at again: a wrong check digit and its like.
  [[nodiscard]] const std::vector<std::string>& notes() const { return notes_; }

 private:
  FactInput(Agent& agent, const cli::Command& command, RegisterId id, Directory directory)
      : agent_(&agent),
        command_(&command),
        id_(id),
        directory_(std::move(directory)),
        now_(agent.parts().clock.now()) {}
  [[nodiscard]] Result<> read_common();
  [[nodiscard]] ses::Step step(std::string_view option) const;
  Agent* agent_;
  const cli::Command* command_;
  RegisterId id_;
  Directory directory_;
  Now now_;
  Fact common_;
  std::uint16_t facts_made_ = 0;
  std::vector<std::string> notes_;
};

using Facts = Result<std::vector<Fact>>;

/// A command that records facts: its name and how its options become facts.
struct FactCommand {
  std::string_view name;
  Facts (*make)(FactInput& in);
};

/// The themes. Each command stands once among the makers and once among the specs.
[[nodiscard]] std::span<const FactCommand> stock_facts();
[[nodiscard]] std::span<const FactCommand> count_facts();
[[nodiscard]] std::span<const FactCommand> unit_facts();
[[nodiscard]] std::span<const FactCommand> sealing_facts();
[[nodiscard]] std::span<const FactCommand> trouble_facts();
[[nodiscard]] std::span<const FactCommand> record_facts();
[[nodiscard]] std::vector<cli::CommandSpec> stock_specs();
[[nodiscard]] std::vector<cli::CommandSpec> count_specs();
[[nodiscard]] std::vector<cli::CommandSpec> unit_specs();
[[nodiscard]] std::vector<cli::CommandSpec> sealing_specs();
[[nodiscard]] std::vector<cli::CommandSpec> trouble_specs();
[[nodiscard]] std::vector<cli::CommandSpec> record_specs();
[[nodiscard]] std::vector<cli::CommandSpec> site_specs();

/// One fact as the whole answer of a maker.
[[nodiscard]] inline Facts one(Fact fact) {
  std::vector<Fact> facts;
  facts.push_back(std::move(fact));
  return facts;
}

}  // namespace sealkeep::agent
