// SPDX-License-Identifier: Apache-2.0
#include "tests/scenarios/player.hpp"

#include <algorithm>
#include <fstream>
#include <iostream>

#include "common/cli/render.hpp"
#include "common/ses/duty.hpp"
#include "common/ses/ledger.hpp"

namespace sealkeep::scenarios {
namespace {

constexpr std::int64_t kCommandTakesMs = 2'000;
constexpr std::size_t kBudget = 6;  // messages a person in a day (domain-rules section 5)

bool holds(std::string_view text, std::string_view part) {
  return text.find(part) != std::string_view::npos;
}

std::string text_of(const cli::Value& object, std::string_view name) {
  const cli::Value* found = object.find(name);
  if (found == nullptr || found->is_null()) return {};
  const std::string* text = found->as_text();
  return text != nullptr ? *text : to_json(*found);
}

std::string squeezed(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool blank = c == ' ' || c == '\n' || c == '\t';
    if (!blank) out += c;
    if (blank && !out.empty() && out.back() != ' ') out += ' ';
  }
  return out;
}

// Alerts that are not a duty's, by what their words have; the word on the left is for scenarios.
constexpr std::pair<std::string_view, std::string_view> kAlertWords[] = {
    {"same_seal_at_two_sites", "two seals with one number"},
    {"never_received", "never received it"},
    {"silent_site", "was not heard of"},
    {"ledger_imbalance", "does not balance"},
    {"late_digest", "late at"},  // done late before head office heard of it
};
constexpr std::string_view kSeverities[] = {"list", "warn", "high", "critical", "digest"};

bool is_severity(std::string_view word) {
  return std::find(std::begin(kSeverities), std::end(kSeverities), word) != std::end(kSeverities);
}

const ses::DutyRule* rule_named(std::string_view name) {
  for (const ses::DutyRule& rule : ses::duty_rules())
    if (rule.name == name) return &rule;
  return nullptr;
}

/// The words by which an alert of that rule is known; empty: there is no such rule.
std::string_view alert_words(std::string_view rule) {
  if (const ses::DutyRule* duty = rule_named(rule)) return duty->overdue_words;
  for (const auto& [name, words] : kAlertWords)
    if (name == rule) return words;
  return {};
}

class Player {
 public:
  Player(const Script& script, const std::filesystem::path& folder, bool trace)
      : script_(script), folder_(folder), trace_(trace), world_(folder / "world", script.exporters) {}

  std::vector<std::string> play() {
    try {
      for (const auto& [name, content] : script_.files)
        std::ofstream(folder_ / name, std::ios::binary) << content;
      for (const Site& site : script_.sites) {
        line_ = site.line;
        world_.add_site(site);
      }
      for (const Step& step : script_.steps) {
        line_ = step.line;
        check_refusal(step);
        if (step.at_ms != 0) world_.pass_to(step.at_ms);
        take(step);
      }
      check_refusal({});
      check_end();
    } catch (const Broken& broken) {
      wrong(broken.what());
    }
    return std::move(wrong_);
  }

 private:
  struct Last {
    Result<cli::Value> answer = cli::Value();
    bool recorded = false;
  };

  void wrong(const std::string& what) {
    wrong_.push_back(script_.name + ":" + std::to_string(line_) + ": " + what);
  }
  void expect(bool met, const std::string& expected, const std::string& actual) {
    if (!met) wrong("expected " + expected + "; there is " + actual);
  }

  void take(const Step& step) {
    switch (step.what) {
      case Do::Command:
        return command(step);
      case Do::GoOffline:
      case Do::ComeBack:
        return world_.connect(step.actor, step.what == Do::ComeBack);
      case Do::ToDo:
        return to_do(step);
      case Do::Alert:
      case Do::HadAlert:
        return alert(step);
      case Do::NoAlert:
      case Do::NeverAlert:
        return no_alert(step);
      case Do::Irregular:
      case Do::StopSign:
      case Do::Avoided:
        return codes(step);
      case Do::SealIs:
        return seal_is(step);
      case Do::Ledger:
        return ledger(step);
      case Do::Answers:
      case Do::AnswersNot:
        return answers(step);
      case Do::Refused:
        return refused(step);
      case Do::Finally:
        finally_ = step.text;
    }
  }

  // ---- commands

  [[nodiscard]] std::string named(const std::string& word) const {
    if (const auto label = labels_.find(word); label != labels_.end()) return label->second;
    constexpr std::string_view kNew = "new:";
    if (word.starts_with(kNew)) return (folder_ / word.substr(kNew.size())).string();
    return script_.files.contains(word) ? (folder_ / word).string() : word;
  }

  [[nodiscard]] std::string with_labels(std::string text) const {
    for (const auto& [label, entry] : labels_)
      if (const std::size_t at = text.find(label); at != std::string::npos)
        text.replace(at, label.size(), entry);
    return text;
  }

  void command(const Step& step) {
    std::vector<std::string> words = words_of(step.text);
    for (std::string& word : words) word = named(word);
    const std::uint64_t before = world_.recorded(step.actor);
    Last& last = last_[step.actor];
    last.answer = world_.run(step.actor, words);
    last.recorded = world_.recorded(step.actor) != before;
    newest_ = step.actor;
    if (trace_)
      std::cout << script_.name << ":" << line_ << " " << step.text << "\n  "
                << (last.answer ? to_json(*last.answer) : last.answer.error().text()) << "\n";
    if (!last.answer) unanswered_ = last.answer.error();
    if (last.answer && !step.label.empty()) {
      const std::string entry = text_of(*last.answer, "entry");
      if (entry.empty()) wrong("this command recorded no entry that could be called " + step.label);
      labels_[step.label] = entry;
    }
    world_.pass_to(world_.now_ms() + kCommandTakesMs);
  }

  // A command that was refused must be followed by the line that says so.
  void check_refusal(const Step& next) {
    if (unanswered_ && next.what != Do::Refused) {
      const std::size_t here = std::exchange(line_, refused_line_);
      wrong("the command was refused: " + unanswered_->text());
      line_ = here;
      unanswered_.reset();
    }
    refused_line_ = next.line;
  }

  void refused(const Step& step) {
    const Last& last = last_[newest_];
    expect(!last.answer && last.answer.error().code == step.text, "a refusal " + step.text,
           last.answer ? to_json(*last.answer) : last.answer.error().text());
    if (!last.answer) expect(!last.recorded, "nothing recorded", "a record of the refused command");
    unanswered_.reset();
  }

  [[nodiscard]] const cli::Value& last_answer(const std::string& actor) {
    const Last& last = last_[actor];
    if (!last.answer) throw Broken("the last command was refused: " + last.answer.error().text());
    return *last.answer;
  }

  void answers(const Step& step) {
    const cli::Value& answer = last_answer(step.actor);
    const std::string shown = squeezed(cli::render(answer, {}));
    const std::string text = with_labels(step.text);
    const bool there = holds(shown, squeezed(text)) || holds(to_json(answer), text);
    expect(there == (step.what == Do::Answers),
           (step.what == Do::Answers ? "an answer with " : "no answer with ") + step.text, shown);
  }

  void codes(const Step& step) {
    const cli::Value& answer = last_answer(step.actor);
    std::vector<std::string> actual;
    const char* where = step.what == Do::Avoided ? "avoided" : "irregular";
    if (const cli::Value* list = answer.find(where)) {
      if (const auto* items = list->as_list())
        for (const cli::Value& item : *items) actual.push_back(text_of(item, "code"));
      else
        actual.push_back(text_of(*list, "code"));
    }
    std::vector<std::string> expected = pieces_of(step.text, ',');
    std::sort(expected.begin(), expected.end());
    std::sort(actual.begin(), actual.end());
    if (step.what == Do::StopSign)
      expect(text_of(answer, "stop") == "true" && text_of(answer, "recorded") == "nothing" &&
                 !last_[step.actor].recorded,
             "a stop sign and nothing recorded", to_json(answer));
    expect(actual == expected, "irregular: " + (step.text.empty() ? "nothing" : step.text), to_json(answer));
  }

  // ---- the register

  cli::Value ask(const std::string& actor, const std::vector<std::string>& words) {
    auto answer = world_.run(actor, words);
    if (!answer) throw Broken(words.front() + " is refused: " + answer.error().text());
    return std::move(*answer);
  }

  // "NZ300001 is applied on MSCU1234566", for head office "NZ300001 at AKL is applied".
  void seal_is(const Step& step) {
    const std::vector<std::string> words = words_of(step.text);
    const auto is = std::find(words.begin(), words.end(), "is");
    if (is == words.end() || is + 1 == words.end()) throw Broken("write \"seal NUMBER is STATE\"");
    const cli::Value shown = ask(step.actor, {"seal", "show", words.front()});
    const cli::Value* row = &shown;
    if (is_office(step.actor))
      for (const cli::Value& one : *shown.find("sites")->as_list())
        if (words.size() > 2 && text_of(one, "site") == words[2]) row = &one;
    std::string_view state;
    for (std::size_t i = 0; i < ses::kSealStates; ++i)
      if (ses::state_name(static_cast<ses::SealState>(i)) == *(is + 1))
        state = ses::state_words(static_cast<ses::SealState>(i));
    if (state.empty()) throw Broken("a seal is never \"" + *(is + 1) + "\"");
    expect(text_of(*row, "state") == state, "state " + std::string(state), text_of(*row, "state"));
    if (const auto on = std::find(is, words.end(), "on"); on != words.end() && on + 1 != words.end()) {
      const std::string unit = text_of(*row, is_office(step.actor) ? "unit" : "container");
      expect(unit == *(on + 1), "container " + *(on + 1), unit);
    }
  }

  void ledger(const Step& step) {
    const cli::Value status = ask(step.actor, {"status"});
    const cli::Value* stock = status.find("stock");
    stock = stock == nullptr ? nullptr : stock->find("ses");
    if (stock == nullptr) throw Broken("status shows no stock");
    for (const std::string& piece : pieces_of(step.text, ',')) {
      const std::vector<std::string> words = words_of(piece);
      if (words.size() != 2) throw Broken("write \"in_stock 199, lost 1\"");
      std::string actual = text_of(*stock, words[0]);
      if (actual.empty()) actual = "0";
      expect(actual == words[1], piece, words[0] + " " + actual);
    }
  }

  [[nodiscard]] static const std::vector<cli::Value>& items(const cli::Value* value) {
    static const std::vector<cli::Value> none;
    const auto* list = value == nullptr ? nullptr : value->as_list();
    return list == nullptr ? none : *list;
  }

  void to_do(const Step& step) {
    const cli::Value list = ask(step.actor, {"todo", "--limit", "10000"});
    const auto words = words_of(step.text);
    if (words.empty()) throw Broken("say what is to do");
    const std::string actual = "to do: " + (items(&list).empty() ? "nothing" : to_json(list));
    if (words.front() != "nothing") {
      const bool there = std::any_of(items(&list).begin(), items(&list).end(),
                                     [&](const cli::Value& one) { return is_duty(one, words); });
      return expect(there, "to do: " + step.text, actual);
    }
    if (words.size() == 1) return expect(items(&list).empty(), "nothing to do", actual);
    for (const cli::Value& one : items(&list)) {
      const bool found = words[1] == "overdue" ? text_of(one, "left").starts_with("overdue")
                                               : is_duty(one, {words.begin() + 2, words.end()});
      expect(!found, step.text, "to do: " + to_json(one));
    }
  }

  // Each word must fit: a rule, "overdue", "in-time", a severity, or a part of what it is about.
  [[nodiscard]] bool is_duty(const cli::Value& one, const std::vector<std::string>& words) const {
    return std::all_of(words.begin(), words.end(), [&](const std::string& word) {
      if (const ses::DutyRule* rule = rule_named(word)) return text_of(one, "to_do") == rule->words;
      if (word == "overdue") return text_of(one, "left").starts_with("overdue");
      if (word == "in-time") return text_of(one, "left").ends_with("left");
      if (is_severity(word)) return text_of(one, "severity") == word;
      return holds(text_of(one, "about"), named(word));
    });
  }

  // ---- alerts

  std::vector<cli::Value> alerts(const std::string& office, bool all) {
    std::vector<std::string> words{"alerts", "list"};
    if (all) words.emplace_back("--all");
    const cli::Value answer = ask(office, words);
    std::vector<cli::Value> out;
    for (const char* group : {"not_accounted_for", "other_alerts", "not_heard_of"})
      for (const cli::Value& one : items(answer.find(group))) out.push_back(one);
    return out;
  }

  [[nodiscard]] static std::string list_words(const std::vector<cli::Value>& list) {
    std::string out;
    for (const cli::Value& one : list) out += "\n    " + to_json(one);
    return out.empty() ? "no alert" : out;
  }

  // Each word must fit: a severity, a rule, a site, "clause" and its number, or a part of what it says.
  [[nodiscard]] bool is_alert(const cli::Value& one, const std::vector<std::string>& words) const {
    for (std::size_t i = 0; i < words.size(); ++i) {
      const std::string word = named(words[i]);
      const std::string said = text_of(one, "why") + " " + text_of(one, "about");
      const auto sites = world_.sites();
      bool fits = false;
      if (word == "clause" && i + 1 < words.size())
        fits = holds(", " + text_of(one, "clause") + ",", ", " + words[++i] + ",");
      else if (is_severity(word))
        fits = text_of(one, "severity") == word;
      else if (const std::string_view rule = alert_words(word); !rule.empty())
        fits = holds(said, rule);
      else if (word == "several")
        fits = text_of(one, "site") == "several sites";
      else if (std::find(sites.begin(), sites.end(), word) != sites.end())
        fits = text_of(one, "site") == word;
      else
        fits = holds(said, word);
      if (!fits) return false;
    }
    return true;
  }

  void alert(const Step& step) {
    const auto list = alerts(step.actor, step.what == Do::HadAlert);
    const auto words = words_of(step.text);
    const auto found =
        std::find_if(list.begin(), list.end(), [&](const cli::Value& one) { return is_alert(one, words); });
    expect(found != list.end(), "an alert: " + step.text, list_words(list));
    if (found != list.end() && !step.label.empty()) labels_[step.label] = text_of(*found, "id");
  }

  // "about X", "of site AKL", a rule; nothing: none at all.
  void no_alert(const Step& step) {
    std::vector<std::string> words = words_of(step.text);
    std::erase_if(words, [](const std::string& word) { return word == "about" || word == "at"; });
    for (const cli::Value& one : alerts(step.actor, step.what == Do::NeverAlert))
      expect(!is_alert(one, words), "no alert " + step.text, to_json(one));
  }

  // ---- the end

  void check_end() {
    for (const std::string& site : world_.sites()) world_.connect(site, true);
    world_.pass_to(world_.now_ms() + 60'000);
    for (const std::string& office : world_.offices()) {
      check_verify(office);
      for (const auto& [person, count] : world_.interruptions(office)) {
        if (trace_) std::cout << "interrupted in a day: " << person << " " << count << "\n";
        if (count > kBudget) wrong(person + " was interrupted " + std::to_string(count) + " times in a day");
      }
    }
    for (const std::string& site : world_.sites()) {
      check_verify(site);
      const cli::Value status = ask(site, {"status"});
      std::string unbalanced = unbalanced_in(status);
      for (const cli::Value& exporter : items(status.find("exporters")))
        unbalanced += unbalanced_in(exporter);
      if (!unbalanced.empty() && !holds(finally_, unbalanced))
        wrong("the ledger of " + site + " does not balance for " + unbalanced);
      for (const std::string& difference : world_.register_differences(site))
        wrong("head office's register of " + site + " is not the site's: " + difference);
    }
  }

  static std::string unbalanced_in(const cli::Value& status) {
    const cli::Value* stock = status.find("stock");
    stock = stock == nullptr ? nullptr : stock->find("ses");
    std::string unbalanced;
    for (const cli::Value& number : items(stock == nullptr ? nullptr : stock->find("not_balanced")))
      unbalanced += (unbalanced.empty() ? "" : ", ") + *number.as_text();
    return unbalanced;
  }

  void check_verify(const std::string& actor) {
    const cli::Value report = ask(actor, {"verify"});
    if (text_of(report, "valid") != "true")
      wrong("verify finds something at " + (is_office(actor) ? "head office" + actor : actor) + ": " +
            to_json(report));
  }

  const Script& script_;
  std::filesystem::path folder_;
  bool trace_;
  World world_;
  std::size_t line_ = 0, refused_line_ = 0;
  std::map<std::string, Last> last_;  // by actor
  std::string newest_;
  std::optional<Error> unanswered_;
  std::map<std::string, std::string> labels_;
  std::string finally_;
  std::vector<std::string> wrong_;
};

}  // namespace

std::vector<std::string> play(const Script& script, bool trace) {
  std::string name = (std::filesystem::temp_directory_path() / "sealkeep-scenario-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw Broken("no temporary folder");
  std::vector<std::string> wrong = Player(script, name, trace).play();
  std::error_code ignored;
  std::filesystem::remove_all(name, ignored);
  return wrong;
}

}  // namespace sealkeep::scenarios
