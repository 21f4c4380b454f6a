// SPDX-License-Identifier: Apache-2.0
#include <catch2/catch.hpp>

#include "common/base/bytes.hpp"
#include "common/base/clock.hpp"
#include "common/base/error.hpp"

namespace sealkeep {

TEST_CASE("UTF-8 is told from what only looks like it") {
  CHECK(is_utf8(""));
  CHECK(is_utf8("T\u0101maki \u6E2F \U0001F512"));
  CHECK(is_utf8("\xF4\x8F\xBF\xBF"));        // U+10FFFF
  CHECK_FALSE(is_utf8("\xF4\x90\x80\x80"));  // one past it
  CHECK_FALSE(is_utf8("\xC0\xAF"));          // overlong '/'
  CHECK_FALSE(is_utf8("\xE0\x80\xAF"));
  CHECK_FALSE(is_utf8("\xED\xA0\x80"));  // a surrogate
  CHECK_FALSE(is_utf8("abc\xE2\x82"));   // cut
  CHECK_FALSE(is_utf8("\x80"));
}

TEST_CASE("text from outside becomes one harmless line") {
  CHECK(printable("seal AB123") == "seal AB123");
  CHECK(printable("a\nb\tc\x1b[2J\x7f") == "a?b?c?[2J?");
  CHECK(printable("\xC2\x9B"
                  "31m") == "?31m");  // CSI as one character of Latin-1's upper controls
  CHECK(printable("x\xFFy") == "x?y");
  CHECK(printable("\u6E2F") == "\u6E2F");
}

TEST_CASE("long text is cut at a character") {
  CHECK(printable("abcd", 4) == "abcd");
  CHECK(printable("abcde", 4) == "abcd...");
  CHECK(printable("ab\u6E2F", 4) == "ab...");
  CHECK(printable("ab\u6E2F", 5) == "ab\u6E2F");
}

TEST_CASE("fixed formats are big-endian and reading past the end sticks") {
  Bytes bytes;
  ByteWriter(bytes).u8(1).u16(0x0203).u32(0x04050607).u64(0x08090A0B0C0D0E0F).raw(as_bytes("xy"));
  REQUIRE(bytes.size() == 17);
  for (std::size_t i = 0; i < 15; ++i) CHECK(bytes[i] == i + 1);
  ByteReader in(bytes);
  CHECK(in.u8() == 1);
  CHECK(in.u16() == 0x0203);
  CHECK(in.u32() == 0x04050607);
  CHECK(in.u64() == 0x08090A0B0C0D0E0F);
  CHECK(as_text(in.raw(2)) == "xy");
  CHECK(in.finished());
  CHECK(in.u8() == 0);
  CHECK_FALSE(in.ok());
  ByteReader huge(bytes);
  CHECK(huge.raw(SIZE_MAX).empty());
  CHECK(huge.u8() == 0);
  CHECK_FALSE(huge.finished());
}

TEST_CASE("a moment is written in ISO 8601 with the offset it was given") {
  CHECK(iso_time(0) == "1970-01-01T00:00:00Z");
  CHECK(iso_time(1769821509999) == "2026-01-31T01:05:09Z");
  CHECK(iso_time(1769821509999, 780) == "2026-01-31T14:05:09+13:00");
  CHECK(iso_time(1769821509999, -210) == "2026-01-30T21:35:09-03:30");
  CHECK(iso_time(-1) == "1969-12-31T23:59:59Z");
  CHECK(iso_time(1709164800000) == "2024-02-29T00:00:00Z");
}

TEST_CASE("a moment's day is the one that calendars there show, also before 1970") {
  CHECK(local_day(0, 0) == 0);
  CHECK(local_day(-1, 0) == -1);
  CHECK(local_day(-kDayMs, 0) == -1);
  CHECK(local_day(kDayMs - 1, 0) == 0);
  CHECK(local_day(kDayMs - 1, 1) == 1);
  CHECK(local_day(0, -1) == -1);
  CHECK(local_day(1769821509999, 780) == local_day(1769821509999, 0));
  CHECK(local_day(1769860800000, 780) == local_day(1769860800000, 0) + 1);
}

TEST_CASE("lengths of time are rounded down and never negative") {
  CHECK(duration_words(-5'000) == "0 s");
  CHECK(duration_words(59'999) == "59 s");
  CHECK(duration_words(60'000) == "1 min");
  CHECK(duration_words(3'599'999) == "59 min");
  CHECK(duration_words(3'600'000) == "1 h");
  CHECK(duration_words(48 * 3'600'000LL - 1) == "47 h");
  CHECK(duration_words(48 * 3'600'000LL) == "2 days");
}

TEST_CASE("the machine's clocks go forward and the boot has a name") {
  SystemClock clock;
  const Now before = clock.now();
  const Now after = clock.now();
  CHECK(after.mono_ms >= before.mono_ms);
  CHECK(before.unix_ms > 1'700'000'000'000);
  CHECK(clock.boot_id().size() == 32);
  CHECK(clock.boot_id() == clock.boot_id());
}

TEST_CASE("an error reads as one line and leaves out what is not known") {
  CHECK(Error{ErrorKind::Refused, "seal.unknown", "The seal is unknown", "no delivery names it",
              "Receive it first"}
            .text() == "seal.unknown: The seal is unknown (no delivery names it). Receive it first");
  CHECK(Error{ErrorKind::Bug, "a.b", "It broke", "", ""}.text() == "a.b: It broke");
  CHECK(exit_code(ErrorKind::BadInput) == 2);
  CHECK(exit_code(ErrorKind::Refused) == 3);
  CHECK(exit_code(ErrorKind::NotFound) == 4);
  CHECK(exit_code(ErrorKind::Busy) == 5);
  CHECK(exit_code(ErrorKind::Disconnected) == 5);
  CHECK(exit_code(ErrorKind::Corrupt) == 6);
  CHECK(exit_code(ErrorKind::Full) == 7);
  CHECK(exit_code(ErrorKind::Bug) == 70);
}

}  // namespace sealkeep
