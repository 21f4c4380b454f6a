// SPDX-License-Identifier: Apache-2.0
#include "agent/api/api.hpp"
#include "agent/commands/capture.hpp"
#include "common/api/document.hpp"
#include "common/cli/check_command.hpp"

namespace sealkeep::agent::api {
namespace {

using cli::Value;
using sealkeep::api::component;
using sealkeep::api::list_of;
using sealkeep::api::nullable;
using sealkeep::api::object_of;
using sealkeep::api::of_type;
using sealkeep::api::one_of;

Value recorded_schema() {
  return object_of(
      {{"recorded", of_type("string")},
       {"repeated", of_type("boolean")},
       {"entry", of_type("string")},
       {"index", of_type("integer")},
       {"irregular", list_of(object_of({{"code", of_type("string")}, {"sentence", of_type("string")}},
                                       {"code", "sentence"}))},
       {"stop", of_type("boolean")}},
      {"recorded"});
}

Value dock_schema() {
  const Value unit = object_of(
      {{"unit", of_type("string")},
       {"kind", one_of({"container", "package"})},
       {"exporter", of_type("string")},
       {"state", one_of({"none", "checked_empty", "loading", "paused", "load_ended", "closed", "secured",
                         "sealed", "checked", "held", "opened"})},
       {"next", one_of({"load", "close", "seal", "check", "settle", "driver", "look_inside"})},
       {"seals", list_of(of_type("string"))},
       {"held", of_type("boolean")},
       {"differs", of_type("boolean")},
       {"since_ms", nullable("integer")},
       {"due_ms", nullable("integer")},
       {"rule", nullable("integer")},
       {"why", of_type("string")}},
      {"unit", "kind", "exporter", "state", "next", "seals", "held", "differs", "since_ms", "due_ms"});
  return object_of(
      {{"site", of_type("string")},
       {"clock", object_of({{"now_ms", of_type("integer")},
                            {"utc_offset_min", of_type("integer")},
                            {"sure", of_type("boolean")}},
                           {"now_ms", "utc_offset_min", "sure"})},
       {"sync", list_of(object_of({{"exporter", of_type("string")},
                                   {"connected", of_type("boolean")},
                                   {"waiting", of_type("integer")},
                                   {"oldest_ms", nullable("integer")},
                                   {"safe", of_type("string")},
                                   {"trouble", of_type("string")}},
                                  {"exporter", "connected", "waiting", "oldest_ms", "safe", "trouble"}))},
       {"units", list_of(unit)},
       {"places", list_of(object_of({{"name", of_type("string")},
                                     {"no", of_type("integer")},
                                     {"kind", one_of({"dock_box"})},
                                     {"exporter", of_type("string")},
                                     {"family", one_of({"ses", "mpi", "other"})},
                                     {"seals", of_type("integer")},
                                     {"next_seal", of_type("string")}},
                                    {"name", "no", "kind", "exporter", "seals", "next_seal"}))},
       {"boxes", list_of(object_of({{"label", of_type("string")},
                                    {"exporter", of_type("string")},
                                    {"family", one_of({"ses", "mpi", "other"})},
                                    {"first", of_type("string")},
                                    {"last", of_type("string")},
                                    {"seals", of_type("integer")}},
                                   {"label", "exporter", "family", "first", "last", "seals"}))},
       {"to_do_count", of_type("integer")},
       {"to_do_late", of_type("integer")}},
      {"site", "clock", "sync", "units", "places", "boxes", "to_do_count", "to_do_late"});
}

Value look_schema() {
  return object_of(
      {{"text", of_type("string")},
       {"symbology", of_type("string")},
       {"what", one_of({"seal", "unit", "box", "sheet", "command", "person", "several", "unknown"})},
       {"flow", of_type("string")},
       {"number", of_type("string")},
       {"note", of_type("string")},
       {"unit", of_type("string")},
       {"candidates", list_of(of_type("object"))}},
      {"text", "symbology", "what"});
}

Value find_schema() {
  return list_of(object_of({{"what", one_of({"seal", "unit"})},
                            {"number", of_type("string")},
                            {"exporter", of_type("string")},
                            {"flow", of_type("string")}},
                           {"what", "number", "exporter", "flow"}));
}

Value session_schema() {
  return object_of({{"signed_in", of_type("boolean")},
                    {"person", of_type("integer")},
                    {"name", of_type("string")},
                    {"role", one_of({"packer", "checker", "supervisor", "site_manager"})},
                    {"method", one_of({"password", "badge", "pin", "none"})},
                    {"csrf", of_type("string")},
                    {"terminal", of_type("integer")},
                    {"terminal_name", of_type("string")},
                    {"password_prompt", one_of({"none", "ask", "put_off", "overdue"})},
                    {"badge_allowed", of_type("boolean")},
                    {"pin_allowed", of_type("boolean")},
                    {"site", of_type("string")},
                    {"people", list_of(object_of({{"name", of_type("string")}}, {"name"}))},
                    {"prompt_password_change", of_type("boolean")},
                    {"cameras", list_of(of_type("string"))},
                    {"exporters", list_of(object_of({{"hub", of_type("string")}, {"name", of_type("string")}},
                                                    {"hub", "name"}))}},
                   {"signed_in"});
}

// What was read on a picture: its number counts only in the state "exact".
Value sight_schema() {
  return object_of({{"state", one_of({"none", "check_digit_computed", "exact"})},
                    {"number", of_type("string")},
                    {"confidence_percent", of_type("integer")},
                    {"not_seen", of_type("string")},
                    {"unsure", list_of(of_type("string"))}},
                   {"state", "number", "confidence_percent", "unsure"});
}

Value seen_schema() {
  return object_of({{"picture", nullable("string")},
                    {"bytes", of_type("integer")},
                    {"media", of_type("string")},
                    {"source", one_of({"site camera", "terminal", "another system"})},
                    {"camera", of_type("string")},
                    {"simulated", of_type("boolean")},
                    {"taken_ms", of_type("integer")},
                    {"claimed_time", of_type("string")},
                    {"claimed_place", of_type("string")},
                    {"container", sight_schema()},
                    {"seal", sight_schema()},
                    {"unread", object_of({{"code", of_type("string")},
                                          {"what", of_type("string")},
                                          {"why", of_type("string")},
                                          {"next", of_type("string")}},
                                         {"code", "what"})}},
                   {"picture", "bytes", "media", "source", "camera", "simulated", "taken_ms"});
}

Value answer_schema(const Operation& operation) {
  if (operation.command == kCapture) return component("schemas/Seen");
  if (operation.does == Does::Records) return component("schemas/Recorded");
  if (operation.command == "dock") return component("schemas/Dock");
  if (operation.command == "look") return component("schemas/Look");
  if (operation.command == "find") return component("schemas/Found");
  return sealkeep::api::as_printed();
}

Value body_with_attachments(const cli::CommandSpec& spec) {
  Value data = of_type("string");
  data.set("contentEncoding", "base64");
  Value attachments =
      list_of(object_of({{"kind", one_of({"photo", "signature"})}, {"data", data}}, {"kind", "data"}));
  attachments.set("maxItems", limits::kDetailsPerEntry / 2);
  attachments.set("description", "Photos and a signature, JPEG or PNG, at most 64 KiB each");
  Value schema = sealkeep::api::body_schema(spec);
  Value members = *schema.find("properties");
  members.set("attachments", std::move(attachments));
  return schema.set("properties", std::move(members));
}

Value short_text(std::size_t most) {
  Value text = of_type("string");
  return text.set("maxLength", most);
}

}  // namespace

Value Api::open_api() const {
  Value paths = Value::object();
  paths.set("/session", sealkeep::api::session_path(
                            Value::object({{"badge", short_text(128)}, {"new_pin", short_text(256)}})));
  paths.set("/session/later", sealkeep::api::later_path());
  paths.set("/events", sealkeep::api::events_path(
                           "hello, register, sync and scan events, for as long as the connection lives."));
  for (const Operation& operation : operations()) {
    const cli::CommandSpec* spec = cli::find_command(program_, operation.command);
    SEALKEEP_ASSERT(spec != nullptr);
    paths.set(path_of(operation),
              sealkeep::api::operation_path(operation, *spec, answer_schema(operation),
                                            body_with_attachments(*spec), std::int64_t{operation.least}));
  }
  return sealkeep::api::written({"Sealkeep terminal API",
                                 "The commands of sealkeep-agent, as terminals at a load site use them.",
                                 program_.version, std::move(paths),
                                 Value::object({{"Recorded", recorded_schema()},
                                                {"Dock", dock_schema()},
                                                {"Look", look_schema()},
                                                {"Seen", seen_schema()},
                                                {"Found", find_schema()},
                                                {"Session", session_schema()}})});
}

}  // namespace sealkeep::agent::api
