/// \file
/// Pieces that views are made of. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "backend/fhir/json.h"
#include "backend/hospital/hospital.h"
#include "base/clock.h"

namespace yizhan::server {

[[nodiscard]] fhir::Json TextView(std::string_view text);
/// {"zh", "en"}
[[nodiscard]] fhir::Json LocalView(const domain::LocalText& text);
/// Milliseconds since 1970.
[[nodiscard]] fhir::Json TimeView(WallTime time);
[[nodiscard]] fhir::Json CountView(std::size_t count);
/// Whole years between two dates ("1980-02-29"). Empty: one of them is no date.
[[nodiscard]] std::optional<int> AgeOn(const std::string& today, const std::string& birth);
/// {"name", "title"}; null for nobody.
[[nodiscard]] fhir::Json DoctorView(const hospital::Doctor* doctor);
/// {"reason", "sinceMs"} of a room where nobody is called for now; null: somebody is.
[[nodiscard]] fhir::Json PauseView(hospital::Hospital& hospital, const std::string& room_id);
/// Wire word of a kind of queue ("service-centre").
[[nodiscard]] fhir::Json KindView(hospital::QueueKind kind);
/// The priority classes of a queue: {"code", "mark", "level", "name"}. A hospital names them.
[[nodiscard]] fhir::Json ClassesView(const hospital::QueuePolicy& policy);
/// What everybody may see of a ticket: number, masked name, marks. No ids.
[[nodiscard]] fhir::Json PublicTicket(const hospital::QueueTicket& ticket);
/// The same with the id to act on, slot, arrival, terminal, and why it is held, for who works with
/// the queue.
[[nodiscard]] fhir::Json DeskTicket(const hospital::QueueTicket& ticket, TimeZone zone);

}  // namespace yizhan::server
