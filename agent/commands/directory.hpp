// SPDX-License-Identifier: Apache-2.0
#pragma once
#include "agent/agent.hpp"
#include "common/ses/words.hpp"

namespace sealkeep::agent {

/// Names that a register gave to numbers, to be asked by name and by number. A value, as of when it was read.
class Directory final : public ses::Names {
 public:
  [[nodiscard]] static Result<Directory> read(Agent& agent, RegisterId id);

  [[nodiscard]] const std::vector<Named>& people() const { return names_->people; }
  [[nodiscard]] const std::vector<Named>& places() const { return names_->places; }

  /// By name (capitals do not matter) or number. NotFound `person.unknown` names the nearest; BadInput
  /// `person.ambiguous` if two people have that name. A number that the register does not know is taken: the
  /// fact is marked then.
  [[nodiscard]] Result<ses::PersonNo> person(std::string_view text) const;
  /// The same for a store or dock box: `place.unknown`, `place.ambiguous`; an unknown number is refused too,
  /// because nobody can tell a store from a dock box by it.
  [[nodiscard]] Result<ses::Place> place(std::string_view text) const;

  [[nodiscard]] std::string person_words(ses::PersonNo no) const override;
  [[nodiscard]] std::string place_words(const ses::Place& place) const override;

 private:
  explicit Directory(std::shared_ptr<const NameBook> names) : names_(std::move(names)) {}
  std::shared_ptr<const NameBook> names_;
};

/// The log of that epoch of a register; nothing if there is none.
[[nodiscard]] std::optional<LogId> site_log(const RegisterLogs& logs, std::uint32_t epoch);
/// The entry at `at`, decoded. NotFound `entry.unknown`.
[[nodiscard]] Result<ses::Entry> read_entry(Agent& agent, const RegisterLogs& logs, ses::Ref at);
/// The first detail of that kind of an entry as text; empty if there is none or its bytes are not here.
[[nodiscard]] Result<std::string> detail_text(Agent& agent, const RegisterLogs& logs, ses::Ref at,
                                              const ses::Entry& entry, ses::DetailKind kind);

}  // namespace sealkeep::agent
