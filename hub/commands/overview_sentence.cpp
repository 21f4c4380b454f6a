// SPDX-License-Identifier: Apache-2.0
#include "hub/commands/overview_sentence.hpp"

#include "hub/commands/say.hpp"

namespace sealkeep::hub::commands {

Sentence overview_sentence(const OverviewNumbers& n, const Now& now) {
  Sentence out;
  if (n.approved == 0) {
    out.say("No load site is approved yet.");
    return out;
  }
  const std::string seals = counted(n.seals, "seal", "seals");
  const bool heard_all = n.not_heard == 0 && n.heard_up_to_ms != 0;
  if (n.unaccounted > 0) {
    out.say("Of " + seals + ", ");
    out.say(grouped(n.unaccounted) + (n.unaccounted == 1 ? " is" : " are") + " not accounted for",
            n.unaccounted, "unaccounted");
  } else {
    out.say(n.seals == 0   ? std::string("No seal is on record yet")
            : n.seals == 1 ? std::string("The one seal is accounted for")
                           : "All " + seals + " are accounted for");
    if (n.seals > 0 && heard_all) out.say(", as of " + clock_words(n.heard_up_to_ms, now));
  }
  if (n.must_tell > 0) {
    const bool over = n.tell_by_ms != 0 && n.tell_by_ms <= now.unix_ms;
    out.say("; ");
    out.say(grouped(n.must_tell) + (over ? " should have been told to Customs" : " must be told to Customs") +
                (n.tell_by_ms == 0 ? std::string() : " by " + clock_words(n.tell_by_ms, now)),
            n.must_tell, "tell_customs");
  }
  if (n.not_heard > 0) {
    out.say("; ");
    out.say(counted(n.not_heard, "site", "sites") + " not heard of since " +
                since_words(n.not_heard_since_ms, now),
            n.not_heard, "not_heard");
  }
  out.say(".");
  return out;
}

}  // namespace sealkeep::hub::commands
