// SPDX-License-Identifier: Apache-2.0
#include "hub/commands/pictures.hpp"

#include <charconv>
#include <filesystem>

#include "common/cli/spec_kit.hpp"
#include "common/interchange/new_file.hpp"
#include "common/ses/picture.hpp"
#include "common/ses/words.hpp"
#include "hub/oversight/entries.hpp"
#include "hub/oversight/names.hpp"

namespace sealkeep::hub::commands {
namespace {

Result<std::optional<Bytes>> held(Hub& hub, LogId log, std::uint64_t index, std::size_t n) {
  SEALKEEP_LET(detail, hub.details().get(log, index, static_cast<std::uint8_t>(n)));
  if (!detail || detail->state != DetailState::Held) return std::optional<Bytes>();
  return std::optional(std::move(detail->bytes));
}

// "1/42"
Result<ses::Ref> record_of(std::string_view text) {
  ses::Ref out;
  const char* const end = text.data() + text.size();
  const auto epoch = std::from_chars(text.data(), end, out.epoch);
  const bool slash = epoch.ec == std::errc() && epoch.ptr != end && *epoch.ptr == '/';
  const auto index = slash ? std::from_chars(epoch.ptr + 1, end, out.index) : epoch;
  if (!slash || index.ec != std::errc() || index.ptr != end)
    return bad_input("picture.record", "\"" + printable(text, 40) + "\" names no record", {},
                     "Records are named epoch/index, as 1/42; seal show lists them");
  return out;
}

}  // namespace

Result<> add_pictures(Hub& hub, LogId log, std::uint64_t index, const ses::Entry& entry, Value& row) {
  Value pictures = Value::list(), photos = Value::list();
  for (std::size_t n = 0; n < entry.details.size(); ++n) {
    const ses::DetailKind kind = entry.details[n].kind;
    if (kind != ses::DetailKind::Photo && kind != ses::DetailKind::Picture) continue;
    SEALKEEP_LET(bytes, held(hub, log, index, n));
    if (!bytes) continue;
    if (kind == ses::DetailKind::Photo)
      photos.add(n);
    else if (const auto picture = ses::decode_picture(*bytes))
      pictures.add(ses::picture_words(*picture, entry.event));
  }
  if (!pictures.as_list()->empty()) row.set("pictures", std::move(pictures));
  if (!photos.as_list()->empty()) row.set("photos", std::move(photos));
  return {};
}

Result<Value> seal_photo(Hub& hub, const Command& command) {
  SEALKEEP_LET(code, command.required("site"));
  SEALKEEP_LET(record, command.required("record"));
  SEALKEEP_LET(file, command.required("file"));
  SEALKEEP_LET(n, command.number("photo", 0, static_cast<std::int64_t>(limits::kDetailsPerEntry) - 1));
  SEALKEEP_LET(by, short_text(command, "by"));
  SEALKEEP_LET(site, site_named(hub, code));
  SEALKEEP_LET(at, record_of(record));
  SEALKEEP_LET(logs, hub.register_logs(site.id));
  const LogId log = log_of(logs, at.epoch);
  const auto unknown = [] {
    return fail(ErrorKind::NotFound, "picture.unknown", "There is no such photo here",
                "it has not arrived yet, was erased, or never was", "seal show lists those that are here");
  };
  SEALKEEP_LET(detail, hub.details().get(log, at.index, static_cast<std::uint8_t>(n.value_or(0))));
  if (!detail || detail->state != DetailState::Held || detail->ref.kind != ses::DetailKind::Photo)
    return unknown();
  SEALKEEP_TRY(interchange::check_new_file(file));
  SEALKEEP_TRY(interchange::write_new_file(file, detail->bytes));
  DataExport taken;
  taken.site = site.id;
  taken.what = "photo beside record " + ses::ref_words(at);
  taken.by = by;
  taken.file = sha256(detail->bytes);
  taken.records = 1;
  if (const auto noted = hub.note_export(taken); !noted) {
    std::error_code ignored;
    std::filesystem::remove(file, ignored);
    return tl::unexpected<Error>(noted.error());
  }
  return Value::object({{"written", file}, {"bytes", detail->bytes.size()}});
}

cli::CommandSpec seal_photo_spec() {
  using namespace cli::spec;
  return {"seal photo",
          "Write the small copy of a picture that a site put beside a record. Stands in the journal.",
          Options{needed(placed(path("file", "Where to write it; a new file", "FILE"))),
                  needed(text("site", "The load site", "CODE")),
                  needed(text("record", "The record, as seal show names it: 1/42", "RECORD")),
                  whole("photo", "Which of its details", 0,
                        static_cast<std::int64_t>(limits::kDetailsPerEntry) - 1),
                  text("by", "Who takes it", "PERSON")},
          {"seal photo door.jpg --site akl-01 --record 1/42 --photo 0"}};
}

}  // namespace sealkeep::hub::commands
