/// \file
/// The draw window (domain.md F10, F30): whose blood, which tube, drawn when and by whom.
#pragma once

#include <string>
#include <vector>

#include "backend/hospital/hospital.h"
#include "backend/hospital/lab/specimen.h"

namespace yizhan::hospital {

/// Something done at a draw window with the patient who is called there.
struct DrawAct {
  std::string room_id;
  std::string staff;
  std::string card_number;  ///< As the reader of the desk typed it.
  std::string barcode;      ///< As the scanner typed it.
  bool name_asked = false;  ///< The patient said the name, and it was the one on the screen.
  std::string reason;       ///< Why a draw failed.
};

/// What the window works on.
struct DrawWork {
  QueueTicket ticket;
  fhir::Json patient;
  bool identified = false;
  std::vector<LabTube> tubes;  ///< Of today, in the order of draw; failed ones, too.
};

// Every act: NotFound (nobody is called to the window, no tube carries that label), BadData (no
// label has this number), and those of ResourceStore::Write. Refused with a word of the program:
// "wrong-patient" (card or label are somebody else's: audited), "name-not-asked", "not-identified",
// "identity-doubt" (see identity_check.h), "drawn", "failed" (the tube is over), "reason".

/// NotFound: nobody is called.
[[nodiscard]] Result<DrawWork> DrawWorkAt(Hospital& hospital, store::ReadView& view,
                                          const std::string& room_id);
/// The person is the one of the ticket: name asked, card and one label scanned.
[[nodiscard]] Result<LabTube> IdentifyForDraw(Hospital& hospital, const DrawAct& act);
/// A tube is filled, and was scanned back.
[[nodiscard]] Result<LabTube> ScanBack(Hospital& hospital, const DrawAct& act);
/// The draw of a tube failed: its label is void. Answers the tube that takes its place, with a new
/// label.
[[nodiscard]] Result<LabTube> FailDraw(Hospital& hospital, const DrawAct& act);

}  // namespace yizhan::hospital
