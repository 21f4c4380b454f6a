// SPDX-License-Identifier: Apache-2.0
#include "pair.hpp"

using namespace sealkeep;
using namespace sealkeep::test;

// SEALKEEP_PICTURES=FOLDER keeps what the page looks like at two widths, dark and light, and printed.
TEST_CASE_METHOD(Pair,
                 "a browser opens the page from a file, refuses a changed bit, and asks no network for "
                 "anything",
                 "[.browser]") {
  work();
  for (const auto& words : std::vector<std::vector<std::string>>{
           {"seal", "lost", "NZ300009", "--by", "Tama Ruru", "--story", "Fell behind the pallet"},
           {"seal", "apply", "NZ300003", "--container", "MSKU0417021", "--by", "Tama Ruru"}})
    must(at_site(words));
  sync();
  must(at_hub({"export", "evidence", "--html", file("all.html"), "--company", "Kauri Exports Ltd",
               "--client-code", "12345678", "--customs-code", "akl-01=AKL77"}));
  const char* const pictures = std::getenv("SEALKEEP_PICTURES");
  const int status = std::system(("node '" SEALKEEP_SOURCE_DIR "/tests/evidence/page_in_browser.mjs' '" +
                                  file("all.html") + "' '" + enrolled.hub_fingerprint + "' " +
                                  (pictures == nullptr ? "" : "'" + std::string(pictures) + "'") + " > '" +
                                  file("said") + "' 2>&1")
                                     .c_str());
  const int code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  INFO(said());
  if (code == 77 || code == 127) {
    WARN("browser test skipped: there is no chromium, or no node, on this machine");
    return;
  }
  CHECK(code == 0);
}
