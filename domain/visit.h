#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/clock.h"
#include "domain/ids.h"
#include "domain/local_text.h"
#include "domain/ticket.h"

namespace yizhan::domain {

/// How binding a booking is (domain.md F17, F19, F21, F23).
enum class BookingKind {
  Temporary,   ///< 临时: made on the day, confirmed at once.
  Confirmed,   ///< 确认: confirmed beforehand.
  Guaranteed,  ///< 保证: registration fee prepaid, kept to the end of the slot.
  Waiting,     ///< 等待: on the waiting list, not a booking yet.
};

enum class VisitState { Booked, CheckedIn, InConsultation, Done, Cancelled, NoShow };

/// One appointment of one patient, as a terminal needs it.
struct Visit {
  AppointmentId id;
  PatientId patient;
  BookingKind kind = BookingKind::Confirmed;
  VisitState state = VisitState::Booked;
  WallTime start{};
  WallTime end{};
  /// When check-in opens, where the hospital says so itself. Empty: the policy of check-in tells.
  std::optional<WallTime> opens_at;
  /// How long the hospital keeps the number, where it says so itself (a late notice, a fixed
  /// cut-off, a department's own rule). Empty: the policy of check-in tells.
  std::optional<WallTime> kept_until;
  ServiceId service_id;
  SiteId site_id;
  LocalText site;     ///< "东院区"
  LocalText service;  ///< "心血管内科"
  std::string queue_letter;
  std::string doctor;
  LocalText doctor_title;
  LocalText place;
  LocalText room;
  bool is_check_up = false;      ///< A package: what it contains stands on a sheet of its own.
  std::int64_t due_minor = 0;    ///< Unpaid registration fee in fen; 0: nothing due.
  std::optional<Ticket> ticket;  ///< The ticket of an earlier check-in, when there is one.
};

/// The person, as far as a terminal needs to know: no full name, no id number, no phone.
struct PatientSummary {
  PatientId id;
  std::string masked_name;
  std::chrono::local_days birth_date{};  ///< Second factor of legacy cards only.
};

/// Everything else the hospital has open for a patient today (F01), besides visits.
struct OpenTasks {
  int bills = 0;
  std::int64_t bills_minor = 0;
  int lab_orders = 0;
  int reports = 0;
  int forms = 0;
};

}  // namespace yizhan::domain
