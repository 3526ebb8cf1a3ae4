#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "backend/fhir/client.h"
#include "backend/payment/platform_client.h"
#include "base/result.h"
#include "kiosk/flows/terminal.h"
#include "kiosk/session/session.h"
#include "ui/display.h"

namespace yizhan::app {

/// A terminal's configuration: one TOML file, read once at start and checked whole. Every key is
/// documented in deploy/kiosk.toml; an unknown or ill-typed key is an error, because a misspelt
/// safety switch must not be silently off.
struct Config {
  flows::Terminal terminal;
  session::Identity identity;
  session::Times times;
  fhir::ClientOptions hospital;
  ui::DisplayOptions display;

  std::string store_path;      ///< SQLCipher file; its directory must exist.
  std::string store_key_file;  ///< Empty: systemd credential "store-key".

  struct Reader {
    std::string program;              ///< yizhan-reader; empty: beside the kiosk's own binary.
    std::string connection;           ///< libnfc: "pn532_uart:/dev/serial/by-id/..."
    std::string issuer;               ///< Hospital code on the cards.
    std::map<int, std::string> keys;  ///< key id -> Ed25519 public key, hexadecimal.
    bool legacy_uid = false;  ///< Accept UID-only cards, with the birth date as second factor.
  } reader;

  /// Prepayment; terminal.can_pay says whether there is a platform.
  struct Payment {
    payment::PlatformOptions platform;  ///< Without its key.
    std::string key_file;               ///< Empty: systemd credential "payment-key".
    std::string journal;                ///< Order numbers; its directory must exist.
  } payment;

  std::string printer_uri;        ///< ipp:// or ipps://; empty: no printer.
  std::string label_printer_uri;  ///< Of 50 x 30 mm labels, at the laboratory; empty: none.
  std::string automation_socket;  ///< Empty: no automation (the normal case).
};

/// NotFound: no such file. BadData: the detail says which key and why, in words for the operator.
[[nodiscard]] Result<Config> LoadConfig(const std::string& path);
/// The same from text; `name` is used in messages.
[[nodiscard]] Result<Config> ParseConfig(const std::string& text, const std::string& name);

}  // namespace yizhan::app
