// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/reading.hpp"

#include <algorithm>
#include <cmath>

#include "common/base/pack.hpp"

namespace sealkeep::vision {
namespace {

constexpr std::uint64_t kVersion = 2;
constexpr std::size_t kMostCandidates = 64, kMostTexts = 64, kMostTrace = 4096, kTextBytes = 4096;
constexpr double kMilli = 1000;

std::int64_t milli(double value) {
  return std::llround(value * kMilli);
}

void write(PackWriter& out, const std::vector<ContainerCandidate>& candidates) {
  const std::size_t count = std::min(candidates.size(), kMostCandidates);
  out.array(count);
  for (std::size_t i = 0; i < count; ++i) {
    const ContainerCandidate& c = candidates[i];
    out.array(8)
        .str(c.number)
        .sint(milli(c.score))
        .sint(milli(c.margin))
        .uint(static_cast<std::uint64_t>(c.hits));
    for (const float side : {c.place.x, c.place.y, c.place.width, c.place.height})
      out.sint(std::llround(side));
  }
}

void write(PackWriter& out, const std::vector<std::string>& texts, std::size_t most) {
  const std::size_t count = std::min(texts.size(), most);
  out.array(count);
  for (std::size_t i = 0; i < count; ++i) out.str(texts[i]);
}

std::vector<ContainerCandidate> read_candidates(PackReader& in) {
  std::vector<ContainerCandidate> out(in.array(0, kMostCandidates));
  for (ContainerCandidate& c : out) {
    in.array(8);
    c.number = in.str(11, 11);
    c.score = static_cast<double>(in.sint(-1'000'000, 0)) / kMilli;
    c.margin = static_cast<double>(in.sint(0, 1'000'000)) / kMilli;
    c.hits = static_cast<int>(in.uint(1'000'000));
    for (float* side : {&c.place.x, &c.place.y, &c.place.width, &c.place.height})
      *side = static_cast<float>(in.sint(-1'000'000, 1'000'000));
  }
  return out;
}

std::vector<std::string> read_texts(PackReader& in, std::size_t most) {
  std::vector<std::string> out(in.array(0, most));
  for (std::string& text : out) text = in.str(kTextBytes);
  return out;
}

cli::Value text_list(const std::vector<std::string>& texts) {
  cli::Value out = cli::Value::list();
  for (const std::string& text : texts) out.add(text);
  return out;
}

std::string_view word_of(SealSource source) {
  switch (source) {
    case SealSource::None:
      return "none";
    case SealSource::BarcodeAndText:
      return "barcode_and_text";
    case SealSource::BarcodeInStock:
      return "barcode_in_stock";
    case SealSource::TextInStock:
      return "text_in_stock";
  }
  return "none";
}

/// How sure one character was on average, in percent; a way to compare readings, not a probability of being
/// right.
std::int64_t percent(double score) {
  return std::clamp<std::int64_t>(std::llround(100 * std::exp(score / 11)), 0, 100);
}

void container_members(cli::Value& out, const Findings& findings) {
  const ReadState state = findings.state();
  const auto number = findings.number();
  out.set("state", word_of(state));
  out.set("number", state == ReadState::Exact ? cli::Value(number->number) : cli::Value());
  if (!number) return;
  out.set("confidence_percent", percent(number->score));
  out.set("score_milli", milli(number->score))
      .set("margin_milli", milli(number->margin))
      .set("hits", number->hits);
  if (state == ReadState::Computed) {
    out.set("seen", number->number.substr(0, 10)).set("check_digit_computed", number->number.substr(10));
    out.set("not_seen", "check digit");
  }
  cli::Value others = cli::Value::list();
  for (const ContainerCandidate& other : findings.others()) others.add(other.number);
  out.set("others", others);
  const cv::Rect2f& place = number->place;
  out.set("place", cli::Value::list({std::llround(place.x), std::llround(place.y), std::llround(place.width),
                                     std::llround(place.height)}));
}

cli::Value begun(ReadKind kind, const std::vector<std::string>& files) {
  cli::Value out = cli::Value::object();
  if (files.size() == 1)
    out.set("file", files[0]);
  else
    out.set("files", text_list(files));
  return out.set("kind", word_of(kind));
}

}  // namespace

std::string_view word_of(ReadKind kind) {
  switch (kind) {
    case ReadKind::Container:
      return "container";
    case ReadKind::Barcode:
      return "barcode";
    case ReadKind::Seal:
      return "seal";
    case ReadKind::Presence:
      return "presence";
  }
  return "container";
}

std::string_view word_of(ReadState state) {
  switch (state) {
    case ReadState::None:
      return "none";
    case ReadState::Computed:
      return "check_digit_computed";
    case ReadState::Exact:
      return "exact";
  }
  return "none";
}

Result<ReadKind> read_kind(std::string_view word) {
  for (const ReadKind kind : {ReadKind::Container, ReadKind::Barcode, ReadKind::Seal, ReadKind::Presence})
    if (word == word_of(kind)) return kind;
  return bad_input("vision.kind", "There is nothing to read called " + printable(word, 40), {},
                   "container, barcode, seal or presence");
}

Bytes encode_request(const ReadRequest& request) {
  PackWriter out;
  out.array(7).uint(static_cast<std::uint64_t>(request.kind)).boolean(request.trace);
  const PictureRegion& r = request.region;
  for (const int side : {r.left, r.top, r.width, r.height}) out.sint(side);
  out.bin(request.file);
  return out.take();
}

Result<ReadRequest> decode_request(ByteView bytes) {
  PackReader in(bytes);
  in.array(7);
  ReadRequest out;
  const std::uint64_t kind = in.uint(4);
  if (kind == 0) in.reject("kind");
  out.kind = static_cast<ReadKind>(kind);
  out.trace = in.boolean();
  for (int* side : {&out.region.left, &out.region.top, &out.region.width, &out.region.height})
    *side = static_cast<int>(in.sint(0, 1'000));
  if (!is_sound(out.region)) in.reject("region");
  out.file = in.bin(bytes.size());
  SEALKEEP_TRY(in.finish());
  return out;
}

Bytes encode(const Reading& reading) {
  PackWriter out;
  out.array(12).uint(kVersion).uint(static_cast<std::uint64_t>(reading.kind));
  write(out, reading.findings.seen());
  write(out, reading.findings.computed());
  const std::size_t codes = std::min(reading.codes.size(), kMostTexts);
  out.array(codes);
  for (std::size_t i = 0; i < codes; ++i)
    out.array(2).str(reading.codes[i].format).str(reading.codes[i].text);
  out.array(4).uint(static_cast<std::uint64_t>(reading.seal.source)).str(reading.seal.number);
  write(out, reading.seal.texts, kMostTexts);
  write(out, reading.seal.codes, kMostTexts);
  out.array(2).uint(static_cast<std::uint64_t>(reading.presence.presence)).sint(reading.presence.score_milli);
  out.sint(reading.cpu_us).sint(reading.peak_kib).sint(reading.looks).sint(reading.lines);
  write(out, reading.trace, kMostTrace);
  return out.take();
}

Result<Reading> decode_reading(ByteView bytes) {
  PackReader in(bytes);
  in.array(12);
  if (in.uint() != kVersion) in.reject("version");
  Reading out;
  const std::uint64_t kind = in.uint(4);
  if (kind == 0) in.reject("kind");
  out.kind = static_cast<ReadKind>(kind);
  const std::vector<ContainerCandidate> seen = read_candidates(in), computed = read_candidates(in);
  out.codes.resize(in.array(0, kMostTexts));
  for (Barcode& code : out.codes) {
    in.array(2);
    code.format = in.str(40);
    code.text = in.str(kTextBytes);
  }
  in.array(4);
  out.seal.source = static_cast<SealSource>(in.uint(3));
  out.seal.number = in.str(kTextBytes);
  out.seal.texts = read_texts(in, kMostTexts);
  out.seal.codes = read_texts(in, kMostTexts);
  in.array(2);
  out.presence.presence = static_cast<Presence>(in.uint(2));
  out.presence.score_milli = static_cast<int>(in.sint(-1'000'000, 1'000'000));
  out.cpu_us = in.sint(0);
  out.peak_kib = in.sint(0);
  out.looks = in.sint(0);
  out.lines = in.sint(0);
  out.trace = read_texts(in, kMostTrace);
  SEALKEEP_TRY(in.finish());
  for (const ContainerCandidate& c : seen) out.findings.add(c);
  for (const ContainerCandidate& c : computed) out.findings.add_computed(c);
  return out;
}

std::string believed(const Reading& reading) {
  switch (reading.kind) {
    case ReadKind::Container:
      return reading.findings.state() == ReadState::Exact ? reading.findings.number()->number : std::string();
    case ReadKind::Barcode:
      return reading.codes.empty() ? std::string() : reading.codes[0].text;
    case ReadKind::Seal:
      return reading.seal.number;
    case ReadKind::Presence:
      if (reading.presence.presence == Presence::CannotSay) return {};
      return std::string(word_of(reading.presence.presence));
  }
  return {};
}

cli::Value to_value(const Reading& reading, const std::vector<std::string>& files) {
  cli::Value out = begun(reading.kind, files);
  const std::string number = believed(reading);
  switch (reading.kind) {
    case ReadKind::Container:
      container_members(out, reading.findings);
      break;
    case ReadKind::Barcode:
      out.set("state", reading.codes.empty() ? "none" : "exact");
      out.set("text", reading.codes.empty() ? cli::Value() : cli::Value(number));
      out.set("format", reading.codes.empty() ? cli::Value() : cli::Value(reading.codes[0].format));
      break;
    case ReadKind::Seal:
      out.set("state", number.empty() ? "none" : "exact")
          .set("number", number.empty() ? cli::Value() : cli::Value(number));
      out.set("source", word_of(reading.seal.source));
      out.set("unconfirmed_texts", text_list(reading.seal.texts))
          .set("unconfirmed_codes", text_list(reading.seal.codes));
      break;
    case ReadKind::Presence:
      out.set("state", word_of(reading.presence.presence)).set("score_milli", reading.presence.score_milli);
      break;
  }
  out.set("cpu_ms", reading.cpu_us / 1000).set("peak_memory_kib", reading.peak_kib);
  if (!reading.trace.empty()) out.set("trace", text_list(reading.trace));
  return out;
}

cli::Value to_value(const Error& error, ReadKind kind, const std::vector<std::string>& files) {
  cli::Value out = begun(kind, files);
  out.set("state", "none").set(kind == ReadKind::Barcode ? "text" : "number", cli::Value());
  return out.set("error",
                 cli::Value::object(
                     {{"code", error.code}, {"what", error.what}, {"why", error.why}, {"next", error.next}}));
}

}  // namespace sealkeep::vision
