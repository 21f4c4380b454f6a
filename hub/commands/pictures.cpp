// SPDX-License-Identifier: Apache-2.0
#include "hub/commands/pictures.hpp"

#include <fmt/format.h>

#include <charconv>
#include <filesystem>

#include "common/cli/spec_kit.hpp"
#include "common/interchange/new_file.hpp"
#include "common/ses/picture.hpp"
#include "common/ses/picture_file.hpp"
#include "common/ses/words.hpp"
#include "hub/oversight/entries.hpp"
#include "hub/oversight/names.hpp"
#include "hub/pictures/originals.hpp"

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

// What a command names with --site, --record and the option that says which detail.
struct Named {
  RegisterId site = 0;
  ses::Ref at;
  PicturePlace place;
};
Result<Named> named(Hub& hub, const Command& command, std::string_view which) {
  SEALKEEP_LET(code, command.required("site"));
  SEALKEEP_LET(record, command.required("record"));
  SEALKEEP_LET(n, command.number(which, 0, static_cast<std::int64_t>(limits::kDetailsPerEntry) - 1));
  SEALKEEP_LET(site, site_named(hub, code));
  SEALKEEP_LET(at, record_of(record));
  SEALKEEP_LET(logs, hub.register_logs(site.id));
  return Named{site.id, at, {log_of(logs, at.epoch), at.index, static_cast<std::uint8_t>(n.value_or(0))}};
}

// The file stands in the journal, or is not there.
Result<Value> taken_out(Hub& hub, const Command& command, const Named& from, std::string_view what,
                        const Bytes& bytes) {
  SEALKEEP_LET(file, command.required("file"));
  SEALKEEP_LET(by, short_text(command, "by"));
  SEALKEEP_TRY(interchange::check_new_file(file));
  SEALKEEP_TRY(interchange::write_new_file(file, bytes));
  DataExport taken;
  taken.site = from.site;
  taken.what = std::string(what) + " beside record " + ses::ref_words(from.at);
  taken.by = by;
  taken.file = sha256(bytes);
  taken.records = 1;
  if (const auto noted = hub.note_export(taken); !noted) {
    std::error_code ignored;
    std::filesystem::remove(file, ignored);
    return tl::unexpected<Error>(noted.error());
  }
  return Value::object({{"written", file}, {"bytes", bytes.size()}});
}

cli::spec::Options place_options(const char* which, const char* help) {
  using namespace cli::spec;
  return Options{needed(placed(path("file", "Where to write it; a new file", "FILE"))),
                 needed(text("site", "The load site", "CODE")),
                 needed(text("record", "The record, as seal show names it: 1/42", "RECORD")),
                 whole(which, help, 0, static_cast<std::int64_t>(limits::kDetailsPerEntry) - 1),
                 text("by", "Who takes it", "PERSON")};
}

Result<Value> original_value(Hub& hub, const PicturePlace& place, const ses::Picture& picture) {
  Value value = Value::object({{"picture", place.n}});
  SEALKEEP_LET(kept, Originals::open(hub.db(), hub.parts().folder));
  SEALKEEP_LET(standing, kept.standing(place));
  if (!standing)
    return std::move(value.set("standing", "elsewhere").set("words", "another system keeps the original"));
  value.set("standing", original_name(*standing)).set("words", original_words(*standing, picture.bytes));
  value.set("held_bytes", standing->held_bytes);
  if (picture.bytes != 0) value.set("bytes", picture.bytes);
  return value;
}

}  // namespace

Result<> add_pictures(Hub& hub, LogId log, std::uint64_t index, const ses::Entry& entry, Value& row) {
  Value pictures = Value::list(), originals = Value::list(), photos = Value::list();
  for (std::size_t n = 0; n < entry.details.size(); ++n) {
    const ses::DetailKind kind = entry.details[n].kind;
    if (kind != ses::DetailKind::Photo && kind != ses::DetailKind::Picture) continue;
    SEALKEEP_LET(bytes, held(hub, log, index, n));
    if (!bytes) continue;
    if (kind == ses::DetailKind::Photo) {
      photos.add(n);
    } else if (const auto picture = ses::decode_picture(*bytes)) {
      pictures.add(ses::picture_words(*picture, entry.event));
      SEALKEEP_LET(original, original_value(hub, {log, index, static_cast<std::uint8_t>(n)}, *picture));
      originals.add(std::move(original));
    }
  }
  if (!pictures.as_list()->empty()) {
    row.set("pictures", std::move(pictures));
    row.set("originals", std::move(originals));
  }
  if (!photos.as_list()->empty()) row.set("photos", std::move(photos));
  return {};
}

Result<Value> seal_photo(Hub& hub, const Command& command) {
  SEALKEEP_LET(from, named(hub, command, "photo"));
  SEALKEEP_LET(detail, hub.details().get(from.place.log, from.place.index, from.place.n));
  if (!detail || detail->state != DetailState::Held || detail->ref.kind != ses::DetailKind::Photo)
    return fail(ErrorKind::NotFound, "picture.unknown", "There is no such photo here",
                "it has not arrived yet, was erased, or never was", "seal show lists those that are here");
  return taken_out(hub, command, from, "photo", detail->bytes);
}

cli::CommandSpec seal_photo_spec() {
  return {"seal photo",
          "Write the small copy of a picture that a site put beside a record. Stands in the journal.",
          place_options("photo", "Which of its details"),
          {"seal photo door.jpg --site akl-01 --record 1/42 --photo 0"}};
}

Result<Value> seal_original(Hub& hub, const Command& command) {
  SEALKEEP_LET(from, named(hub, command, "picture"));
  SEALKEEP_LET(kept, Originals::open(hub.db(), hub.parts().folder));
  SEALKEEP_LET(bytes, kept.read(from.place));
  return taken_out(hub, command, from, "original picture", bytes);
}

cli::CommandSpec seal_original_spec() {
  return {"seal original",
          "Write the original of a picture that a site put beside a record, as its camera made it. Stands in "
          "the journal.",
          place_options("picture", "Which of its details, as seal show names it"),
          {"seal original door-original.jpg --site akl-01 --record 1/42 --picture 1"}};
}

Result<std::string> original_media(Hub& hub, const Command& command) {
  SEALKEEP_LET(from, named(hub, command, "picture"));
  constexpr std::size_t kBeginning = 64;
  SEALKEEP_LET(kept, Originals::open(hub.db(), hub.parts().folder));
  const auto bytes = kept.read(from.place, kBeginning);
  return std::string(bytes ? ses::media_of(*bytes) : std::string_view());
}

std::string awaited_words(std::int64_t awaited) {
  if (awaited == 0) return {};
  return fmt::format("{} {} still to come", awaited,
                     awaited == 1 ? "original of a picture is" : "originals of pictures are");
}

}  // namespace sealkeep::hub::commands
