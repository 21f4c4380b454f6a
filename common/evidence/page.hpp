// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <string>

#include "common/evidence/tar.hpp"

namespace sealkeep::evidence {

/// One HTML file that holds a pack and checks it by itself in a browser, without a network
/// (docs/formats/evidence.md). The page's own text is fixed for a version of this program.
/// Writes everything in front of the pack; then the pack as base64 in any pieces; then what is behind it.
class PageWriter {
 public:
  explicit PageWriter(Sink sink) : sink_(std::move(sink)) {}
  [[nodiscard]] Result<> begin();
  /// Bytes of the pack; three at a time become four characters.
  [[nodiscard]] Result<> add(ByteView pack_bytes);
  [[nodiscard]] Result<> finish();

 private:
  Sink sink_;
  Bytes rest_;  // fewer than three bytes
};

/// It begins as such a page does.
[[nodiscard]] bool is_page(ByteView bytes);
/// The pack inside. BadInput `page.malformed`. What the page would show or say is not looked at.
[[nodiscard]] Result<Bytes> pack_of_page(ByteView page);

/// The page's script alone: it is a module for node too.
[[nodiscard]] std::string page_script();

}  // namespace sealkeep::evidence
