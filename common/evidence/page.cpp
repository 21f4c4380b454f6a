// SPDX-License-Identifier: Apache-2.0
#include "common/evidence/page.hpp"

#include <algorithm>

#include "common/crypto/encoding.hpp"
#include "common/evidence/pack_format.hpp"
#include "common/evidence/page_html.hpp"
#include "common/evidence/page_js.hpp"
#include "common/ses/event.hpp"
#include "common/ses/ledger.hpp"

namespace sealkeep::evidence {
namespace {

constexpr std::string_view kScriptMark = "/*SCRIPT*/";
constexpr std::string_view kPackMark = "PACK-BASE64";
constexpr std::string_view kPackBegins = "<script type=\"application/x-sealkeep-evidence\" id=\"pack\">";
constexpr std::string_view kPackEnds = "</script>";
constexpr std::size_t kSliceBytes = 48 * 1024;  // a multiple of three
constexpr std::uint16_t kKindsEnd = 256;
constexpr std::string_view kUnknownKind = "unknown";
constexpr std::size_t kPageBytesMax = std::size_t{1} << 31;

// Text as a JavaScript literal that cannot end a script.
std::string literal(std::string_view text) {
  std::string out = "'";
  for (char c : text) {
    if (c == '\n')
      out += "\\n";
    else if (c == '<' || c == '\'' || c == '\\')
      out += "\\x" + hex(as_bytes(std::string_view(&c, 1)));
    else
      out += c;
  }
  return out + "'";
}

void fill_in(std::string& text, std::string_view mark, std::string_view with) {
  const std::size_t at = text.find(mark);
  SEALKEEP_ASSERT(at != std::string::npos);
  text.replace(at, mark.size(), with);
}

struct Template {
  std::string before, after;
};

// The page is one template with two marks: where the script goes and where the pack goes.
Template page_template() {
  std::string text(text::page_html);
  fill_in(text, kScriptMark, page_script());
  const std::size_t at = text.find(kPackMark);
  SEALKEEP_ASSERT(at != std::string::npos);
  return {text.substr(0, at), text.substr(at + kPackMark.size())};
}

}  // namespace

Result<> PageWriter::begin() {
  return sink_(as_bytes(page_template().before));
}

Result<> PageWriter::add(ByteView pack_bytes) {
  while (!pack_bytes.empty()) {
    const std::size_t taken = std::min(pack_bytes.size(), kSliceBytes - rest_.size());
    append(rest_, pack_bytes.first(taken));
    pack_bytes = pack_bytes.subspan(taken);
    const std::size_t whole = rest_.size() - rest_.size() % 3;
    SEALKEEP_TRY(sink_(as_bytes(base64(ByteView(rest_).first(whole)))));
    rest_.erase(rest_.begin(), rest_.begin() + static_cast<std::ptrdiff_t>(whole));
  }
  return {};
}

Result<> PageWriter::finish() {
  SEALKEEP_TRY(sink_(as_bytes(base64(rest_))));
  return sink_(as_bytes(page_template().after));
}

bool is_page(ByteView bytes) {
  return as_text(bytes).starts_with("<!DOCTYPE html>");
}

Result<Bytes> pack_of_page(ByteView page) {
  const auto malformed = [](const char* why) {
    return bad_input("page.malformed", "This page holds no evidence pack that can be read", why,
                     "Ask for the file again");
  };
  if (page.size() > kPageBytesMax) return malformed("it is too large");
  const std::string_view text = as_text(page);
  const std::size_t begins = text.find(kPackBegins);
  if (begins == std::string_view::npos) return malformed("the pack's place is missing");
  const std::size_t from = begins + kPackBegins.size();
  const std::size_t until = text.find(kPackEnds, from);
  if (until == std::string_view::npos) return malformed("the pack does not end");
  auto bytes = from_base64(text.substr(from, until - from));
  if (!bytes) return malformed("the pack is not base64");
  return std::move(*bytes);
}

// The tables of this program, so that the page knows no others.
std::string page_script() {
  std::string script(text::page_js), kinds = "{", states = "[";
  for (std::uint16_t number = 0; number < kKindsEnd; ++number) {
    const std::string_view name = ses::kind_name(static_cast<ses::Kind>(number));
    if (name != kUnknownKind) kinds += std::to_string(number) + ": " + literal(name) + ", ";
  }
  for (std::size_t state = 0; state < ses::kSealStates; ++state)
    states += literal(ses::state_words(static_cast<ses::SealState>(state))) + ", ";
  fill_in(script, "__README__", literal(kReadme));
  fill_in(script, "__KINDS__", kinds + "}");
  fill_in(script, "__STATES__", states + "]");
  return script;
}

}  // namespace sealkeep::evidence
