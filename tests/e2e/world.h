#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "backend/fhir/client.h"
#include "base/clock.h"
#include "base/result.h"
#include "tests/e2e/automation_client.h"
#include "tests/rig/child_process.h"
#include "tests/rig/rig_client.h"

namespace yizhan::e2e {

struct WorldOptions {
  std::string dir;  ///< Existing folder for configuration, stores and logs. Absolute.
  std::string terminal = "K3";
  bool windowed = false;  ///< A real window instead of SDL's offscreen driver.
  bool paced = false;     ///< Card reader with the timing of a real chip.
  bool legacy_uid = false;
};

/// A small hospital lobby of real processes: virtual hardware (yizhan-rig with its IPP printer),
/// the hospital's server with the demonstration data, and one terminal with its reader process.
/// Everything ends with this value. Thread-bound.
class World {
 public:
  [[nodiscard]] static Result<std::unique_ptr<World>> Start(WorldOptions options);

  [[nodiscard]] Status StartHospital();
  /// As a power cut: the server is gone at once.
  void StopHospital() { hospital_.Kill(); }
  [[nodiscard]] Status StartKiosk(int idle_seconds = 120);
  /// As a power cut.
  void StopKiosk();
  /// The laboratory's terminal (station "lab", with a second printer for labels) in place of the
  /// lobby's, on the same reader and window.
  [[nodiscard]] Status StartLabTerminal();
  /// The pile of the label printer. Empty before StartLabTerminal().
  [[nodiscard]] std::vector<rig::PrintedDocument> Labels() const;

  [[nodiscard]] rig::RigProcess& Rig() { return *rig_; }
  [[nodiscard]] AutomationClient& Terminal() { return *terminal_; }
  [[nodiscard]] rig::ChildProcess& Kiosk() { return kiosk_; }
  [[nodiscard]] pid_t KioskPid() const { return kiosk_.Pid(); }

  /// Issues a genuine card into the rig's wallet and returns its name there ("" : one is made up).
  [[nodiscard]] Result<std::string> CardOf(const std::string& number,
                                           const std::string& type = "type4",
                                           std::string name = "");
  /// Lays the card on the reader; it stays there.
  [[nodiscard]] Status Present(const std::string& card);
  [[nodiscard]] Status RemoveCard();

  /// Waits until the terminal shows `page` and `text` on it ("" : any). Returns the state.
  [[nodiscard]] Result<fhir::Json> Await(
      const std::string& page, const std::string& text = "",
      std::chrono::milliseconds timeout = std::chrono::seconds(20));
  /// Waits until the terminal says whether it is offline.
  [[nodiscard]] Status AwaitOffline(bool offline);

  /// Waits until the terminal now running has logged this event.
  [[nodiscard]] Status AwaitEvent(const std::string& event);

  /// GET below the server's root ("fhir/Task?...", "api/..."). Refused: status other than 200.
  [[nodiscard]] Result<fhir::Json> Get(const std::string& path);
  /// POST of JSON below the server's root, as a staff page does it. Refused: status other than 200
  /// and 201.
  [[nodiscard]] Result<fhir::Json> Post(const std::string& path, fhir::Json body);
  /// The number of queue tickets the hospital holds for this patient's card.
  [[nodiscard]] Result<int> TicketsOf(const std::string& card_number);
  /// The room to which the ticket of this number will be called.
  [[nodiscard]] Result<std::string> RoomOf(const std::string& number);
  /// Calls the next patient and the next, as the doctor of that room does, until this number is
  /// called. NotFound: it never is its turn.
  [[nodiscard]] Status CallUpTo(const std::string& number);
  /// What some waiting area's public screen shows, among its calls, of this number. NotFound: none
  /// does.
  [[nodiscard]] Result<fhir::Json> CallOnScreen(const std::string& number);
  [[nodiscard]] std::string ServerUrl() const;
  /// When the terminal now running presented its first picture, by its own log.
  [[nodiscard]] std::optional<WallTime> FirstPixels() const;
  /// The terminal's own words, for a failure's report.
  [[nodiscard]] std::string KioskLog() const;

 private:
  explicit World(WorldOptions options) : options_(std::move(options)) {}
  [[nodiscard]] std::string Address() const;
  [[nodiscard]] Result<fhir::Json> Ask(const fhir::Request& request);
  [[nodiscard]] Status MakeKeys();
  [[nodiscard]] Status WriteConfig(int idle_seconds) const;

  const WorldOptions options_;
  std::optional<rig::RigProcess> rig_;
  std::optional<rig::RigProcess> label_rig_;  ///< Only its printer is used.
  rig::ChildProcess hospital_;
  rig::ChildProcess kiosk_;
  std::optional<AutomationClient> terminal_;
  std::unique_ptr<fhir::Client> client_;
  std::string issuer_key_;  ///< Public, hexadecimal.
  int port_ = 0;
};

/// A person of the demonstration hospital (`yizhan-hospital demo-cards`).
struct Persona {
  std::string card_number;
  std::string kind;
  std::string uid;  ///< Of a legacy card, or "".
};
[[nodiscard]] Result<std::vector<Persona>> Personas();
/// Card number of the `nth` person of this kind ("visit-now", "too-early"...), from 0.
[[nodiscard]] Result<std::string> PersonaCard(const std::string& kind, int nth = 0);

}  // namespace yizhan::e2e
