#include "kiosk/sync/care_desk.h"

#include "backend/fhir/care_systems.h"
#include "backend/fhir/resources.h"
#include "backend/fhir/systems.h"
#include "base/match.h"
#include "kiosk/sync/care_records.h"

namespace yizhan::sync {
namespace {

using domain::CareReply;
using domain::LineKind;
using fhir::Json;
using fhir::Request;
using fhir::Response;
namespace systems = fhir::systems;

/// More than these nobody reads standing at a terminal; the others come the next time.
constexpr const char* kMostMessages = "10";
constexpr int kMostTries = 3;

Request Get(std::string path) {
  Request request;
  request.path = std::move(path);
  return request;
}

tl::unexpected<Error> RefusedBy(const Response& response) {
  return Fail(ErrorCode::Refused, "status " + std::to_string(response.status));
}

template <typename T>
tl::unexpected<Error> Failed(const Result<T>& result) {
  return tl::unexpected<Error>(result.error());
}

CareArrival ArrivalOf(const domain::PatientId& patient, const CareAct& act) {
  return {act.operation, patient, act.now, act.serial};
}

}  // namespace

bool CareDesk::IsAct(const domain::CareQuestion& question) {
  return std::holds_alternative<domain::CheckInToExams>(question) ||
         std::holds_alternative<domain::CheckInToPharmacy>(question) ||
         std::holds_alternative<domain::CheckInToCentre>(question);
}

Result<CareReply> CareDesk::Answer(const domain::CareQuestion& question, const CareAct& act,
                                   const Directory& directory) {
  return std::visit(
      Match{
          [&](const domain::WhatNext& wish) { return Guide(wish, act); },
          [&](const domain::WhichMessages& wish) { return Messages(wish); },
          [&](const domain::MessagesSeen& wish) { return Seen(wish, act); },
          [&](const domain::CheckInToExams& wish) { return Exams(wish, act, directory); },
          [&](const domain::CheckInToPharmacy& wish) { return Pharmacy(wish, act, directory); },
          [&](const domain::WhatCentreDoes&) { return Reply(CentreOf(directory)); },
          [&](const domain::CheckInToCentre& wish) { return Centre(wish, act, directory); },
      },
      question);
}

Result<CareReply> CareDesk::Guide(const domain::WhatNext& wish, const CareAct& act) {
  const Result<Response> response =
      hospital_.Send(Get("Patient/" + wish.patient.Value() + "/$" + systems::kGuideOperation));
  if (!response) return Failed(response);
  if (response->status != 200) return RefusedBy(*response);
  Result<domain::GuideFound> found = ReadGuide(response->body);
  if (!found) return Failed(found);
  found->sheet = act.operation;
  return CareReply(std::move(*found));
}

Result<CareReply> CareDesk::Messages(const domain::WhichMessages& wish) {
  const Result<Page> page = hospital_.SearchPage(
      "Communication?recipient=Patient/" + wish.patient.Value() +
      "&status=completed&received:missing=true&_sort=-sent&_count=" + kMostMessages);
  if (!page) return Failed(page);
  domain::MessagesFound found;
  for (const Json& one : page->resources) {
    auto message = ReadMessage(one);
    if (message) found.messages.push_back(std::move(*message));
  }
  return CareReply(std::move(found));
}

Result<CareReply> CareDesk::Seen(const domain::MessagesSeen& wish, const CareAct& act) {
  for (const std::string& id : wish.ids) {
    if (Status marked = MarkReceived(id, act.now); !marked) {
      return tl::unexpected<Error>(marked.error());
    }
  }
  return CareReply(domain::MessagesKept{});
}

Status CareDesk::MarkReceived(const std::string& id, WallTime now) {
  const Request read = Get("Communication/" + id);
  for (int attempt = 0; attempt < kMostTries; ++attempt) {
    const Result<Response> current = hospital_.Send(read);
    if (!current) return Failed(current);
    // Taken back meanwhile, or received through another terminal: nothing is left to do.
    if (current->status == 404 || current->status == 410) return {};
    if (current->status != 200) return RefusedBy(*current);
    if (current->body.Has("received")) return {};
    Request update;
    update.method = "PUT";
    update.path = read.path;
    update.if_match = VersionOf(*current);
    update.body = current->body;
    update.body->Set("received", Json::String(ToInstant(now)));
    const Result<Response> updated = hospital_.Send(update);
    if (!updated) return Failed(updated);
    if (updated->status == 200 || updated->status == 201) return {};
    // The sender noted meanwhile what became of the text message.
    if (updated->status != 409 && updated->status != 412) return RefusedBy(*updated);
  }
  return Fail(ErrorCode::Busy, "conflicts without end");
}

Result<CareReply> CareDesk::Exams(const domain::CheckInToExams& wish, const CareAct& act,
                                  const Directory& directory) {
  const Result<Response> response =
      hospital_.TellArrival(systems::kExamCheckInOperation, ArrivalOf(wish.patient, act));
  if (!response) return Failed(response);
  if (response->status == 422) return ReadCareRefusal(response->body, LineKind::Exam, directory);
  Result<domain::CareTickets> tickets = ReadCareTickets(response->body, LineKind::Exam, directory);
  if (!tickets) return Failed(tickets);
  std::size_t at = 0;
  for (const Json& parameter : response->body["parameter"].Items()) {
    if (parameter["name"].AsString() != "ticket") continue;
    domain::Ticket& ticket = tickets->tickets[at++].ticket;
    const std::string service =
        fhir::ReferencedId(parameter["resource"]["owner"], "HealthcareService");
    ticket.ahead = hospital_.PeopleBefore(domain::ServiceId(service), ticket.arrived_at);
  }
  return CareReply(std::move(*tickets));
}

Result<CareReply> CareDesk::Pharmacy(const domain::CheckInToPharmacy& wish, const CareAct& act,
                                     const Directory& directory) {
  const Result<Response> response =
      hospital_.TellArrival(systems::kPharmacyCheckInOperation, ArrivalOf(wish.patient, act));
  if (!response) return Failed(response);
  if (response->status == 422) {
    return ReadCareRefusal(response->body, LineKind::Pharmacy, directory);
  }
  Result<domain::CareTickets> bags = ReadBags(response->body, directory);
  if (!bags) return Failed(bags);
  bags->tickets.front().ticket.serial = act.serial;
  bags->tickets.front().ticket.arrived_at = act.now;
  return CareReply(std::move(*bags));
}

Result<CareReply> CareDesk::Centre(const domain::CheckInToCentre& wish, const CareAct& act,
                                   const Directory& directory) {
  std::vector<Json> services;
  for (const domain::ServiceId& service : wish.services) {
    services.push_back(
        Json::Object({{"name", Json::String("service")},
                      {"valueReference", fhir::Reference("HealthcareService", service.Value())}}));
  }
  const Result<Response> response = hospital_.TellArrival(systems::kCentreCheckInOperation,
                                                          ArrivalOf(wish.patient, act), services);
  if (!response) return Failed(response);
  if (response->status == 422) return ReadCareRefusal(response->body, LineKind::Centre, directory);
  Result<domain::CareTickets> tickets =
      ReadCareTickets(response->body, LineKind::Centre, directory);
  if (!tickets) return Failed(tickets);
  return CareReply(std::move(*tickets));
}

}  // namespace yizhan::sync
