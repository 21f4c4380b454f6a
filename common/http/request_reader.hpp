// SPDX-License-Identifier: Apache-2.0
#pragma once
#include <cstddef>
#include <memory>

#include "common/http/request.hpp"

namespace sealkeep::http {

/// Makes requests of the bytes of one connection. No sockets, no clock. Boost.Beast's parser is inside.
class RequestReader {
 public:
  enum class Progress {
    Nothing,   ///< no byte of a request yet
    Header,    ///< a part of the header
    Body,      ///< the header is whole and good, the body is not there yet
    Complete,  ///< take() it
  };

  /// `header_bytes` counts everything from the first byte to the empty line, `body_bytes` the body.
  RequestReader(std::size_t header_bytes, std::size_t body_bytes);
  ~RequestReader();

  /// Takes more bytes; with none, looks at what came behind the former request. Holds at most header_bytes
  /// and one `more` besides the request itself. After an error the connection is of no use any more.
  /// BadInput: `http.malformed`, `http.header_too_large`, `http.body_too_large`, `http.length_required` (a
  /// Transfer-Encoding: only Content-Length is taken), `http.method` (only GET, HEAD, POST, PUT, PATCH,
  /// DELETE), `http.host` (not exactly one Host), and those of the parsers in request.hpp.
  [[nodiscard]] Result<Progress> feed(std::string_view more);

  /// The request, once it is complete (asserted); the next one begins. `peer` and `secure` are not set.
  [[nodiscard]] Request take();

  /// Of the request whose header is whole, until the next feed() after take():
  [[nodiscard]] bool keep_alive() const;          ///< the client may send another one on this connection
  [[nodiscard]] bool expects_continue() const;    ///< it waits for "100 Continue" before it sends the body
  [[nodiscard]] std::size_t body_length() const;  ///< as the header says
  [[nodiscard]] bool is_head() const;             ///< the answer is to have no body

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace sealkeep::http
