#pragma once

#include <string>

#include "backend/fhir/json.h"
#include "backend/hospital/hospital.h"
#include "backend/store/resource_store.h"

namespace yizhan::server {

// What the staff pages show, as JSON values. Pure reads; safe on any thread. Unknown ids give null.

/// The hospital's rooms and areas, for choosing a desk or a screen.
[[nodiscard]] fhir::Json PlacesView(hospital::Hospital& hospital);
/// One calling desk: the room, who is called, who waits. Names are masked; ids are for acting.
[[nodiscard]] fhir::Json DeskView(hospital::Hospital& hospital, store::ResourceStore& store,
                                  const std::string& room_id);
/// A public screen of one waiting area: numbers, masked names, rooms and nothing else.
[[nodiscard]] fhir::Json ScreenView(hospital::Hospital& hospital, const std::string& area_id);
/// Booked and arrived patients of a room by half hour of today.
[[nodiscard]] fhir::Json ChartView(hospital::Hospital& hospital, store::ResourceStore& store,
                                   const std::string& room_id);

}  // namespace yizhan::server
