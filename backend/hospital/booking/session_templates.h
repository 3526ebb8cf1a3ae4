/// \file
/// Who works when (F25): templates by weekday and session, holidays over them, and the seats that
/// follow from both.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "backend/hospital/audit.h"
#include "backend/store/resource_store.h"
#include "base/clock.h"

namespace yizhan::hospital {

/// A session that comes back every week. A template of session "holiday" opens on holidays only,
/// every other one on its weekdays that are none.
struct SessionTemplate {
  std::string id;  ///< 1 to 40 of [a-z0-9-].
  std::string service_id;
  std::string doctor_id;  ///< "": whoever is on duty.
  std::string room_id;
  std::string session;          ///< am | pm | night | holiday
  std::string level;            ///< ordinary | deputy | chief | special
  std::string kind = "clinic";  ///< clinic | exam | check-up | bed
  std::string quota;            ///< Kept for this contract; "": for everybody.
  std::vector<int> weekdays;    ///< 1 Monday to 7 Sunday.
  std::chrono::minutes from{};  ///< Of the day, local.
  /// A session lies within one day of the hospital: 26:00 is 02:00 of the night that ends it, where
  /// the day does not begin before (TimeZone::day_begins).
  std::chrono::minutes until{};
  std::chrono::minutes slot{30};
  int seats_per_slot = 1;
  std::int64_t fee_minor = 0;
  int release_days_before = 7;
  std::chrono::minutes release_at{7 * 60};
  /// Booking ends so long before the session's end.
  std::chrono::minutes closes_before_end{};
};

/// A day that is not like its weekday.
struct Holiday {
  std::string date;  ///< "2026-10-01"
  std::string name;
  /// 调休: works like this weekday (1 to 7); 0: a holiday.
  int works_as = 0;
};

/// Keeps one in place of the one with its id or date. BadData: the detail names the wrong member.
/// Each is audited in its transaction where a person did it.
[[nodiscard]] Status PutTemplate(store::ResourceStore& store, const SessionTemplate& one,
                                 TimeZone zone, const Editor& by = {});
/// Sessions that were made by it stay. NotFound: there is none.
[[nodiscard]] Status RemoveTemplate(store::ResourceStore& store, const std::string& id,
                                    const Editor& by = {});
[[nodiscard]] Status PutHoliday(store::ResourceStore& store, const Holiday& one,
                                const Editor& by = {});
[[nodiscard]] Status RemoveHoliday(store::ResourceStore& store, const std::string& date,
                                   const Editor& by = {});
/// The form in which a template is kept and edited, without its id: {"service", "doctor", "room",
/// "session", "level", "kind", "quota", "weekdays", "from", "until", "slot" (minutes), "seats",
/// "fee" (fen), "releaseDays", "releaseAt", "closesBeforeEnd"}.
[[nodiscard]] fhir::Json ToJson(const SessionTemplate& one);
[[nodiscard]] SessionTemplate ReadTemplate(const std::string& id, const fhir::Json& body);
[[nodiscard]] Result<std::vector<SessionTemplate>> Templates(store::ReadView& view);
[[nodiscard]] Result<std::vector<Holiday>> Holidays(store::ReadView& view);

struct Generated {
  int made = 0;  ///< Schedules.
  int seats = 0;
  int closed = 0;  ///< Sessions that a later holiday took away and that nobody had booked.
  /// Sessions on a holiday that patients have booked: a person stops them (Bookings::StopSchedule),
  /// so that every patient gets something instead.
  std::vector<std::string> to_stop;
};

/// Makes the Schedules and Slots of these days, both included, that are missing. Again: nothing
/// more. Ids are "<template>-20261001" and "...-<n>". Changed templates count for days not made
/// yet.
[[nodiscard]] Result<Generated> GenerateSessions(store::ResourceStore& store,
                                                 std::chrono::local_days from,
                                                 std::chrono::local_days until, TimeZone zone);

}  // namespace yizhan::hospital
