#include <algorithm>

#include "backend/server/staff_api/staff_api.h"
#include "backend/server/staff_api/view_parts.h"

namespace yizhan::server {
namespace {

using fhir::Json;

/// The hospital's rooms and areas, for choosing a desk or a screen.
Json PlacesView(StaffContext& context, const Query& /*query*/) {
  const auto directory = context.hospital.Places();
  Json services = Json::Array();
  for (const auto& [id, service] : directory->services) {
    Json rooms = Json::Array();
    for (const std::string& room_id : service.room_ids) {
      rooms.Append(Json::Object({{"id", TextView(room_id)},
                                 {"name", LocalView(directory->PlaceOf(room_id).name)},
                                 {"doctor", DoctorView(directory->DoctorOfRoom(room_id))}}));
    }
    services.Append(Json::Object(
        {{"id", TextView(id)},
         {"name", LocalView(service.name)},
         {"letter", TextView(service.queue_letter)},
         {"kind", KindView(service.kind)},
         {"area", Json::Object({{"id", TextView(service.area_id)},
                                {"name", LocalView(directory->PlaceOf(service.area_id).name)}})},
         {"rooms", std::move(rooms)}}));
  }
  std::vector<Json> sorted = services.Items();
  std::ranges::sort(sorted, {}, [](const Json& service) { return service["letter"].AsString(); });
  return Json::Object({{"hospital", LocalView(directory->hospital)},
                       {"today", TextView(context.hospital.Today())},
                       {"services", Json::Array(std::move(sorted))}});
}

constexpr StaffView kViews[] = {{"places", security::Ability::SeeScreen, PlacesView}};

}  // namespace

std::span<const StaffView> PlacesViews() { return kViews; }

}  // namespace yizhan::server
