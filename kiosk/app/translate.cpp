#include "kiosk/app/translate.h"

#include "base/match.h"

namespace yizhan::app {
namespace {

using flows::Event;

std::vector<screens::DirectoryModel::Row> Rows(std::vector<sync::PublicRow> rows) {
  std::vector<screens::DirectoryModel::Row> shown;
  shown.reserve(rows.size());
  for (sync::PublicRow& row : rows) {
    shown.push_back({std::move(row.name), std::move(row.detail), row.waiting});
  }
  return shown;
}

Event OfLookUp(sync::LookUpAnswered answered) {
  if (!answered.answer) {
    const bool unknown = answered.answer.error().code == ErrorCode::NotFound ||
                         answered.answer.error().code == ErrorCode::Conflict;
    if (unknown) return flows::PatientUnknown{answered.session};
    return flows::LookUpFailed{answered.session};
  }
  sync::PatientToday& today = *answered.answer;
  flows::PatientFound found;
  found.session = answered.session;
  found.patient = std::move(today.patient);
  found.visits = std::move(today.visits);
  found.tasks = today.tasks;
  found.bookings = std::move(today.bookings);
  found.suggested = std::move(today.suggested);
  found.offline = today.offline;
  found.care = today.care;
  found.guides = today.guides;
  found.has_centre = today.has_centre;
  return found;
}

bool IsOfStore(ErrorCode code) { return code == ErrorCode::StoreFull; }

Event OfCheckIn(sync::CheckInAnswered answered) {
  if (!answered.answer) {
    return flows::CheckInFailed{answered.session, IsOfStore(answered.answer.error().code)};
  }
  if (auto* done = std::get_if<sync::CheckedIn>(&*answered.answer)) {
    return flows::CheckInDone{answered.session, answered.appointment, std::move(done->ticket),
                              done->already};
  }
  return flows::CheckInRefused{answered.session, answered.appointment,
                               std::get<domain::CheckInVerdict>(*answered.answer)};
}

Event OfLab(sync::LabAnswered answered) {
  if (!answered.answer) {
    return flows::LabCheckInFailed{answered.session, IsOfStore(answered.answer.error().code)};
  }
  if (auto* lab = std::get_if<domain::LabCheckIn>(&*answered.answer)) {
    return flows::LabCheckInDone{answered.session, std::move(*lab)};
  }
  return flows::LabCheckInRefused{answered.session, std::get<domain::LabRefusal>(*answered.answer)};
}

}  // namespace

Event ToEvent(const drivers::CardEvent& event) {
  return std::visit(Match{
                        [](drivers::ReaderReady) { return Event(flows::ReaderReady{}); },
                        [](drivers::ReaderGone) { return Event(flows::ReaderGone{}); },
                        [](const drivers::CardPresented& presented) {
                          return Event(flows::CardPresented{presented.card});
                        },
                        [](const drivers::CardRefused& refused) {
                          return Event(flows::CardRefused{refused.problem});
                        },
                        [](drivers::CardRemoved) { return Event(flows::CardRemoved{}); },
                    },
                    event);
}

Event ToEvent(sync::News news) {
  return std::visit(
      Match{
          [](sync::LookUpAnswered& answered) { return OfLookUp(std::move(answered)); },
          [](sync::CheckInAnswered& answered) { return OfCheckIn(std::move(answered)); },
          [](sync::BookingAnswered& answered) {
            return Event(flows::BookingAnswered{answered.session, answered.question,
                                                std::move(answered.reply)});
          },
          [](sync::CareAnswered& answered) {
            return Event(flows::CareAnswered{answered.session, answered.question,
                                             std::move(answered.reply)});
          },
          [](sync::LabAnswered& answered) { return OfLab(std::move(answered)); },
          [](sync::StaffCallAnswered& answered) {
            return Event(flows::StaffCallAnswered{answered.reached});
          },
          [](sync::ReachableChanged& changed) {
            return Event(flows::HospitalReachable{changed.reachable});
          },
          [](sync::ListsChanged& changed) {
            return Event(flows::DirectoryLoaded{Rows(std::move(changed.lists.departments)),
                                                Rows(std::move(changed.lists.doctors))});
          },
          [](sync::StoreBroken&) { return Event(flows::StoreFailed{}); },
      },
      news);
}

}  // namespace yizhan::app
