// SPDX-License-Identifier: Apache-2.0
#include "agent/vision/visit.hpp"

#include <algorithm>
#include <cstdlib>

namespace sealkeep::vision {

Reading together(std::span<const Reading> pictures, ReadKind kind) {
  Reading all;
  all.kind = kind;
  bool seals_differ = false, contradicted = false;
  for (const Reading& one : pictures) {
    all.findings.merge(one.findings);
    for (const Barcode& code : one.codes)
      if (std::find(all.codes.begin(), all.codes.end(), code) == all.codes.end()) all.codes.push_back(code);
    const bool both = !all.seal.number.empty() && !one.seal.number.empty();
    seals_differ = seals_differ || (both && all.seal.number != one.seal.number);
    if (all.seal.number.empty()) {
      all.seal.source = one.seal.source;
      all.seal.number = one.seal.number;
    }
    all.seal.texts.insert(all.seal.texts.end(), one.seal.texts.begin(), one.seal.texts.end());
    all.seal.codes.insert(all.seal.codes.end(), one.seal.codes.begin(), one.seal.codes.end());
    // Pictures that contradict each other say nothing; else the surest speaks.
    contradicted = contradicted ||
                   (all.presence.score_milli > kSeenMilli && one.presence.score_milli < kNotSeenMilli) ||
                   (all.presence.score_milli < kNotSeenMilli && one.presence.score_milli > kSeenMilli);
    if (std::abs(one.presence.score_milli) > std::abs(all.presence.score_milli)) all.presence = one.presence;
    all.cpu_us += one.cpu_us;
    all.peak_kib = std::max(all.peak_kib, one.peak_kib);
    all.looks += one.looks;
    all.lines += one.lines;
  }
  if (seals_differ) {
    all.seal.source = SealSource::None;
    all.seal.number.clear();
  }
  if (contradicted) all.presence = {};
  return all;
}

}  // namespace sealkeep::vision
