// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace sealkeep::agent {

/// How a scanner says that a scan is over.
struct Suffix {
  enum class Kind : std::uint8_t { Enter, Cr, Lf, CrLf, Tab, Silence };
  Kind kind = Kind::Enter;      ///< Enter: CR or LF, whichever comes
  std::int64_t silence_ms = 0;  ///< of Silence: so long nothing, and it is over
  friend bool operator==(const Suffix&, const Suffix&) = default;
};

/// Turns bytes of one scanner into scans, in bounded memory: at most kScanBytes of a scan are kept, the rest
/// is dropped up to the suffix. Control characters are dropped, but for the separator of GS1 element strings,
/// which read_scan() needs. No I/O; time is handed in (monotonic ms).
class LineAssembler {
 public:
  struct Line {
    std::string text;  ///< never empty; prefix and suffix taken off
    bool cut = false;  ///< there was more than kScanBytes
    friend bool operator==(const Line&, const Line&) = default;
  };
  struct Taken {
    std::size_t bytes = 0;  ///< how many of them were used; hand in the rest again
    std::optional<Line> line;
  };

  /// `pause_ms`: the beginning of a scan that is not gone on with for so long is forgotten, because a device
  /// that loses bytes lost its suffix (0: a connection that loses none; never).
  LineAssembler(Suffix suffix, std::string prefix, std::int64_t pause_ms);

  /// Takes bytes up to the end of the first scan among them.
  [[nodiscard]] Taken take(std::string_view bytes, std::int64_t now_mono_ms);
  /// The scan that ended by silence, if it did.
  [[nodiscard]] std::optional<Line> silent(std::int64_t now_mono_ms);
  /// When to ask silent() at the latest; nullopt: nothing waits.
  [[nodiscard]] std::optional<std::int64_t> due_ms() const;
  /// The device is gone. What a silence would have ended is a scan; an unfinished one is never guessed.
  [[nodiscard]] std::optional<Line> end();
  /// Bytes were lost: what comes up to the next suffix is not a scan.
  void spoil();

  [[nodiscard]] std::uint64_t rest_bytes() const {
    return rest_bytes_;
  }                                                           ///< printable ones since the last suffix
  [[nodiscard]] std::uint64_t lost() const { return lost_; }  ///< scans that were spoiled or forgotten

 private:
  [[nodiscard]] bool ends_with(char c) const;
  void keep(char c);
  [[nodiscard]] std::optional<Line> finish();

  Suffix suffix_;
  std::string prefix_;
  std::int64_t pause_ms_;
  std::string text_;
  bool cut_ = false;
  bool spoiled_ = false;
  char before_ = 0;
  std::int64_t last_ms_ = 0;
  std::uint64_t rest_bytes_ = 0;
  std::uint64_t lost_ = 0;
};

}  // namespace sealkeep::agent
