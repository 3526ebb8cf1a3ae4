#include <algorithm>

#include "backend/server/staff_api/staff_api.h"
#include "backend/server/staff_api/view_parts.h"

namespace yizhan::server {
namespace {

using fhir::Json;
using hospital::QueueTicket;

/// Rows of one room on a public screen.
constexpr std::size_t kScreenRows = 4;

/// A public screen of one waiting area: numbers, masked names, rooms and nothing else.
Json ScreenView(StaffContext& context, const Query& query) {
  hospital::Hospital& hospital = context.hospital;
  const std::string& area_id = query["area"];
  hospital.TurnDay();
  const auto directory = hospital.Places();
  const hospital::QueueBoard& board = hospital.Board();
  Json services = Json::Array();
  Json rooms = Json::Array();
  std::optional<QueueTicket> latest;
  for (const auto& [id, service] : directory->services) {
    if (service.area_id != area_id) continue;
    services.Append(LocalView(service.name));
    for (const std::string& room_id : service.room_ids) {
      const std::vector<QueueTicket> waiting = board.WaitingFor(id, room_id);
      const std::optional<QueueTicket> called = board.CalledTo(room_id);
      if (called && (!latest || latest->last_called < called->last_called)) latest = called;
      Json next = Json::Array();
      for (std::size_t i = 0; i < std::min(kScreenRows, waiting.size()); ++i) {
        next.Append(PublicTicket(waiting[i]));
      }
      rooms.Append(
          Json::Object({{"room", LocalView(directory->PlaceOf(room_id).name)},
                        {"doctor", DoctorView(directory->DoctorOfRoom(room_id))},
                        {"waiting", Json::Integer(static_cast<std::int64_t>(waiting.size()))},
                        {"current", called ? PublicTicket(*called) : Json()},
                        {"next", std::move(next)}}));
    }
  }
  if (services.Items().empty()) return {};
  Json call;
  if (latest) {
    call = PublicTicket(*latest);
    call.Set("room", LocalView(directory->PlaceOf(latest->room_id).name));
    call.Set("doctor", DoctorView(directory->DoctorOfRoom(latest->room_id)));
    call.Set("calledMs", TimeView(latest->last_called.value_or(WallTime{})));
  }
  return Json::Object({{"hospital", LocalView(directory->hospital)},
                       {"area", LocalView(directory->PlaceOf(area_id).name)},
                       {"services", std::move(services)},
                       {"call", std::move(call)},
                       {"rooms", std::move(rooms)}});
}

constexpr StaffView kViews[] = {{"screen", security::Ability::SeeScreen, ScreenView}};

}  // namespace

std::span<const StaffView> ScreenViews() { return kViews; }

}  // namespace yizhan::server
