// SPDX-License-Identifier: Apache-2.0
#include "common/access/secret_rules.hpp"

#include <glib.h>

#include <algorithm>
#include <vector>

namespace sealkeep::access {
namespace {

/// Text that is wiped when it goes away.
struct Scratch {
  std::string text;
  Scratch() { text.reserve(4 * kPasswordBytes); }
  ~Scratch() { wipe({reinterpret_cast<std::uint8_t*>(text.data()), text.size()}); }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
};

/// What GLib allocated, wiped and given back.
struct GlibText {
  gchar* text;
  explicit GlibText(gchar* taken) : text(taken) {}
  ~GlibText() {
    if (text != nullptr) wipe({reinterpret_cast<std::uint8_t*>(text), view().size()});
    g_free(text);
  }
  GlibText(const GlibText&) = delete;
  GlibText& operator=(const GlibText&) = delete;
  [[nodiscard]] std::string_view view() const { return text; }
};

// Words of which common long passwords are made, besides the names that the caller knows.
constexpr std::string_view kCommonWords[] = {
    "sealkeep",  "password",  "passw0rd",      "passwort",   "contrasena", "kupuhipa",  "welcome",
    "letmein",   "changeme",  "administrator", "admin",      "qwerty",     "asdfgh",    "zxcvbn",
    "iloveyou",  "monkey",    "dragon",        "football",   "rugby",      "allblacks", "princess",
    "sunshine",  "superman",  "batman",        "summer",     "autumn",     "winter",    "spring",
    "january",   "february",  "december",      "newzealand", "aotearoa",   "auckland",  "wellington",
    "customs",   "container", "seal",          "seals",      "secret",     "login",     "default",
    "temporary", "master",    "manager",       "supervisor", "packer",     "company",   "internet",
    "computer",  "forever",   "access",        "trustno1",   "this",       "that",      "my",
    "is",        "the",       "please",        "hello",      "kiaora",     "test"};

// Long ones that people really choose, without blanks and marks.
constexpr std::string_view kCommonPasswords[] = {"correcthorsebatterystaple",
                                                 "thequickbrownfoxjumpsoverthelazydog",
                                                 "thequickbrownfox",
                                                 "maytheforcebewithyou",
                                                 "tobeornottobethatisthequestion",
                                                 "tobeornottobe",
                                                 "onceuponatime",
                                                 "iamyourfather",
                                                 "luckycharms123456",
                                                 "manchesterunited",
                                                 "liverpoolfootballclub",
                                                 "youllneverwalkalone",
                                                 "godblessamerica",
                                                 "godsavethequeen",
                                                 "godsavetheking",
                                                 "goddefendnewzealand",
                                                 "jesuschristislord",
                                                 "jesuslovesme",
                                                 "ilovemyfamily",
                                                 "ilovemymother",
                                                 "ilovemychildren",
                                                 "loveyouforever",
                                                 "forgetmenot",
                                                 "openthedoorplease",
                                                 "opensesame",
                                                 "mothersmaidenname",
                                                 "idontknowmypassword",
                                                 "iforgotmypassword",
                                                 "nopasswordneeded",
                                                 "youwillneverguess",
                                                 "neverguessthis",
                                                 "abcdefghijklmnopqrstuvwxyz",
                                                 "qwertyuiopasdfghjklzxcvbnm",
                                                 "1qaz2wsx3edc4rfv",
                                                 "1q2w3e4r5t6y7u8i9o0p",
                                                 "q1w2e3r4t5y6u7i8o9p0",
                                                 "qazwsxedcrfvtgb",
                                                 "zaq12wsxcde34rfv",
                                                 "aaaabbbbccccdddd",
                                                 "startrekvoyager",
                                                 "harrypotterandthe",
                                                 "gameofthrones",
                                                 "lordoftherings",
                                                 "starwarsstarwars",
                                                 "viewverifytugtwist",
                                                 "everybodylovesme",
                                                 "whatsthepassword",
                                                 "correctpassword",
                                                 "supersecretpassword"};

constexpr std::string_view kRuns[] = {"abcdefghijklmnopqrstuvwxyz",
                                      "01234567890",
                                      "qwertyuiop",
                                      "asdfghjkl",
                                      "zxcvbnm",
                                      "qwertzuiop",
                                      "azertyuiop",
                                      "!@#$%^&*()"};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool counts(char c) {  // letters (also of other scripts) and digits
  return is_digit(c) || (c >= 'a' && c <= 'z') || static_cast<unsigned char>(c) >= 0x80;
}

bool follows(char a, char b) {
  if (a == b) return true;
  for (std::string_view run : kRuns)
    for (std::size_t i = 0; i + 1 < run.size(); ++i)
      if ((run[i] == a && run[i + 1] == b) || (run[i] == b && run[i + 1] == a)) return true;
  return false;
}

/// A few runs of the keyboard, the alphabet or digits, or one character again and again.
bool is_runs(std::string_view text, std::size_t most_breaks) {
  std::size_t breaks = 0;
  for (std::size_t i = 1; i < text.size(); ++i)
    if (!follows(text[i - 1], text[i])) ++breaks;
  return breaks <= most_breaks;
}

/// The whole is a pattern of at most `longest` bytes, again and again.
bool is_repeated(std::string_view text, std::size_t longest) {
  for (std::size_t period = 1; period <= longest && 2 * period <= text.size(); ++period) {
    bool same = true;
    for (std::size_t i = period; same && i < text.size(); ++i) same = text[i] == text[i - period];
    if (same) return true;
  }
  return false;
}

char without_leet(char c) {
  switch (c) {
    case '@':
    case '4':
      return 'a';
    case '0':
      return 'o';
    case '1':
    case '!':
      return 'i';
    case '3':
      return 'e';
    case '5':
    case '$':
      return 's';
    case '7':
      return 't';
    default:
      return c;
  }
}

/// Takes the words out; true if any was there. What is left of letters and digits stays in `text`.
bool take_out(std::string& text, const std::vector<std::string>& words) {
  bool any = false;
  for (const std::string& word : words) {
    for (std::size_t at = text.find(word); at != std::string::npos; at = text.find(word, at)) {
      // A mark in its place, so that what stood around it does not become another word.
      text.replace(at, word.size(), 1, ' ');
      any = true;
    }
  }
  return any;
}

std::vector<std::string> all_words(std::span<const std::string> own_words) {
  std::vector<std::string> words(std::begin(kCommonWords), std::end(kCommonWords));
  for (const std::string& own : own_words) {
    auto key = name_key(own);
    if (!key) continue;
    // Each part of a name of its own: "Mere Parata" is two words.
    std::string part;
    for (char c : *key + " ") {
      if (counts(c)) {
        part += c;
      } else {
        if (part.size() >= 3) words.push_back(part);
        part.clear();
      }
    }
  }
  std::sort(words.begin(), words.end(), [](const std::string& a, const std::string& b) {
    return a.size() != b.size() ? a.size() > b.size() : a < b;
  });
  return words;
}

bool made_of_words(std::string_view folded, const std::vector<std::string>& words, bool leet) {
  constexpr std::size_t kLeftAtLeast = 8;  // letters and digits that are nobody's word
  Scratch rest;
  for (char c : folded) rest.text += leet ? without_leet(c) : c;
  if (!take_out(rest.text, words)) return false;
  Scratch left;
  for (char c : rest.text)
    if (counts(c)) left.text += c;
  return left.text.size() < kLeftAtLeast || is_runs(left.text, 1);
}

tl::unexpected<Error> common_password(const char* why) {
  return bad_input(
      "access.password_common", "This password is easy to guess", why,
      "Choose another: four or more words that have nothing to do with each other are easy to remember");
}

tl::unexpected<Error> common_pin(const char* why) {
  return bad_input("access.pin_common", "This PIN is easy to guess", why, "Choose other digits");
}

int two_digits(std::string_view text, std::size_t at) {
  return (text[at] - '0') * 10 + (text[at + 1] - '0');
}
bool is_date(std::string_view digits) {
  if (digits.size() != 8) return false;
  const auto day_and_month = [&](std::size_t day, std::size_t month) {
    return two_digits(digits, day) >= 1 && two_digits(digits, day) <= 31 && two_digits(digits, month) >= 1 &&
           two_digits(digits, month) <= 12;
  };
  const auto century = [&](std::size_t at) {
    return two_digits(digits, at) == 19 || two_digits(digits, at) == 20;
  };
  return (century(0) && (day_and_month(6, 4) || day_and_month(4, 6))) ||
         (century(4) && (day_and_month(0, 2) || day_and_month(2, 0)));
}

}  // namespace

Result<Secret> normalised(ByteView text, std::size_t most_bytes) {
  const auto refused = [&](const char* why) {
    return bad_input("access.text", "This text cannot be taken", why,
                     "Type it again; letters, digits, marks and blanks of any language are fine");
  };
  if (text.empty()) return refused("it is empty");
  if (text.size() > most_bytes) return refused("it is too long");
  if (!is_utf8(as_text(text))) return refused("it is not UTF-8");
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool c1 = text[i] == 0xc2 && i + 1 < text.size() && text[i + 1] < 0xa0;
    if (text[i] < 0x20 || text[i] == 0x7f || c1) return refused("it has a control character in it");
  }
  const GlibText out(
      g_utf8_normalize(as_text(text).data(), static_cast<gssize>(text.size()), G_NORMALIZE_ALL_COMPOSE));
  if (out.text == nullptr) return refused("it is not UTF-8");
  if (out.view().size() > most_bytes) return refused("it is too long");
  return Secret(as_bytes(out.view()));
}

Result<std::string> name_key(std::string_view name) {
  SEALKEEP_LET(plain, normalised(as_bytes(name), kNameBytes));
  const std::string_view text = as_text(plain.expose());
  const GlibText folded(g_utf8_casefold(text.data(), static_cast<gssize>(text.size())));
  const GlibText composed(g_utf8_normalize(folded.text, -1, G_NORMALIZE_ALL_COMPOSE));
  SEALKEEP_ASSERT(composed.text != nullptr);
  std::string key;
  for (char c : composed.view()) {
    if (c != ' ') {
      key += c;
    } else if (!key.empty() && key.back() != ' ') {
      key += ' ';
    }
  }
  while (!key.empty() && key.back() == ' ') key.pop_back();
  if (key.empty())
    return bad_input("access.text", "A name is needed", "there are only blanks", "Type the name");
  return key;
}

Result<> check_new_password(ByteView password, std::span<const std::string> own_words) {
  const std::string_view text = as_text(password);
  const auto characters =
      static_cast<std::size_t>(g_utf8_strlen(text.data(), static_cast<gssize>(text.size())));
  if (characters < kPasswordCharacters) {
    return bad_input(
        "access.password_short", "This password is too short",
        "it has " + std::to_string(characters) + " characters; " + std::to_string(kPasswordCharacters) +
            " are needed",
        "Make it longer: a few words with blanks between them are fine, and nothing else is asked of it");
  }
  const GlibText folded(g_utf8_casefold(text.data(), static_cast<gssize>(text.size())));
  Scratch tight;
  for (char c : folded.view())
    if (counts(c)) tight.text += c;
  if (is_repeated(folded.view(), 8) || is_repeated(tight.text, 8))
    return common_password("it repeats a short pattern");
  if (is_runs(folded.view(), 2) || is_runs(tight.text, 2))
    return common_password("it is a run of the keyboard, the alphabet or digits");
  for (std::string_view common : kCommonPasswords)
    if (std::string_view(tight.text).starts_with(common) && tight.text.size() < common.size() + 6)
      return common_password("many people have it");
  const std::vector<std::string> words = all_words(own_words);
  if (made_of_words(folded.view(), words, false) || made_of_words(folded.view(), words, true))
    return common_password("it is made of common words or of names that everybody here knows");
  return {};
}

bool looks_like_pin(ByteView secret) {
  return secret.size() >= kPinDigits && secret.size() <= kPinDigitsMost &&
         std::all_of(secret.begin(), secret.end(), [](std::uint8_t c) { return c >= '0' && c <= '9'; });
}

Result<> check_new_pin(ByteView pin) {
  if (!looks_like_pin(pin)) {
    return bad_input("access.pin_form", "This is not a PIN", "a PIN has 6 to 12 digits and nothing else",
                     "Choose 6 to 12 digits");
  }
  const std::string_view digits = as_text(pin);
  if (is_repeated(digits, digits.size() / 2)) return common_pin("it repeats a pattern");
  if (is_runs(digits, 1)) return common_pin("its digits stand in a row");
  if (is_date(digits)) return common_pin("it is a date");
  return {};
}

Result<std::string_view> badge_text(std::string_view scanned) {
  const auto blank = [](char c) { return c == ' ' || c == '\r' || c == '\n' || c == '\t'; };
  while (!scanned.empty() && blank(scanned.front())) scanned.remove_prefix(1);
  while (!scanned.empty() && blank(scanned.back())) scanned.remove_suffix(1);
  const bool fits = scanned.size() >= kBadgeBytes && scanned.size() <= kBadgeBytesMost &&
                    std::all_of(scanned.begin(), scanned.end(), [](char c) { return c >= ' ' && c <= '~'; });
  if (!fits) {
    return bad_input("access.badge_form", "This is not a badge's code",
                     "a badge has 6 to 128 letters, digits and marks",
                     "Scan the badge again, or use another one");
  }
  return scanned;
}

}  // namespace sealkeep::access
