#pragma once

#include <chrono>
#include <string>

#include "backend/hospital/hospital.h"
#include "backend/hospital/refunds/refund_gateway.h"
#include "backend/security/gate.h"
#include "backend/server/http_server.h"
#include "base/result.h"

namespace yizhan::server {

/// The server's configuration: one TOML file, read once at start and checked whole. Every key is
/// documented in deploy/hospital.toml; an unknown or ill-typed key is an error. What the command
/// line gives counts more than the file.
struct Configuration {
  std::string listen = "127.0.0.1:8080";  ///< ADDRESS:PORT; port 0 takes any free one.
  bool open = false;                      ///< No authentication; loopback only.
  HttpServerOptions http;                 ///< Limits and certificates; address and port from above.

  struct Store {
    std::string folder;    ///< SQLite database, CA, epoch.
    std::string postgres;  ///< libpq connection string; empty: SQLite in `folder`.
  } store;

  hospital::HospitalOptions rules;
  struct Sms {
    std::string url;         ///< Of the gateway; empty: messages go into the inbox only.
    std::string token_file;  ///< Holds the token, alone in its first line.
    std::string ca_file;
  } sms;

  hospital::PlatformRefundOptions payment;  ///< Where prepaid fees go back; no url: by hand.

  security::GateOptions access;  ///< Ignored by an open server.

  struct Figures {
    std::string listen;  ///< ADDRESS:PORT on loopback for Prometheus; empty: none.
  } metrics;
};

/// NotFound: no such file. BadData: the detail says which key and why, in words for the operator.
[[nodiscard]] Result<Configuration> LoadConfiguration(const std::string& path);
/// The same from text; `name` is used in messages.
[[nodiscard]] Result<Configuration> ParseConfiguration(const std::string& text,
                                                       const std::string& name);

/// An address to listen on.
struct Endpoint {
  std::string address;  ///< Numeric, without brackets.
  std::uint16_t port = 0;
  [[nodiscard]] bool IsLoopback() const { return address == "::1" || address.starts_with("127."); }
  /// "127.0.0.1:8080", "[::1]:8080".
  [[nodiscard]] std::string Text() const;
};
/// Reads "127.0.0.1:8080" or "[::1]:8080". BadData: `what` is not one.
[[nodiscard]] Result<Endpoint> ParseEndpoint(const std::string& text, const std::string& what);

/// Where keys and certificates of this server are when nothing else is said: below its data folder.
[[nodiscard]] std::string SecurityFolder(const Configuration& configuration);

/// What holds between keys, wherever they came from: certificates and keys in pairs, no access
/// without authentication except on loopback. Sets address, port and the limit for each address,
/// and the server's own certificates where no others are named.
[[nodiscard]] Status Settle(Configuration& configuration);

}  // namespace yizhan::server
