#include "tests/bench/fhir_questions.h"

#include "base/clock.h"

namespace yizhan::bench {
namespace {

constexpr std::chrono::local_days kFirstDay{std::chrono::year(2026) / 3 / 10};

/// Spreads numbers over a range without order.
int Spread(std::int64_t n, int range) {
  const auto mixed = (static_cast<std::uint64_t>(n) + 1) * 0x9E3779B97F4A7C15ULL;
  return static_cast<int>((mixed >> 33U) % static_cast<std::uint64_t>(range));
}

std::string CardNumber(int patient) { return std::to_string(88010000000000 + patient); }

std::string SlotBody(const Hospital& hospital, int number, const char* status) {
  const int day = number / (hospital.schedules * Hospital::kSlotsADay);
  const int within = number % (hospital.schedules * Hospital::kSlotsADay);
  const auto begin =
      std::chrono::hours(8) + std::chrono::minutes(20) * (within / hospital.schedules);
  const WallTime start = AtLocal(kFirstDay + std::chrono::days(day), begin, TimeZone{});
  return R"({"resourceType":"Slot","id":"slot-)" + std::to_string(number) +
         R"(","schedule":{"reference":"Schedule/schedule-)" +
         std::to_string(within % hospital.schedules) + R"("},"status":")" + status +
         R"(","start":")" + ToLocalDateTime(start, TimeZone{}) + R"(","end":")" +
         ToLocalDateTime(start + std::chrono::minutes(20), TimeZone{}) + "\"}";
}

}  // namespace

std::string PatientText(int number) {
  return R"({"resourceType":"Patient","id":"patient-)" + std::to_string(number) +
         R"(","identifier":[{"system":"urn:yizhan:card-number","value":")" + CardNumber(number) +
         R"("}],"active":true,"name":[{"text":"张小三","family":"张","given":["小三"]}],)" +
         R"("telecom":[{"system":"phone","value":"13900000000"}],"gender":"female",)" +
         R"("birthDate":"1976-10-04"})";
}

std::string ScheduleText(int number) {
  return R"({"resourceType":"Schedule","id":"schedule-)" + std::to_string(number) +
         R"(","active":true,"actor":[{"reference":"Practitioner/doctor-)" + std::to_string(number) +
         "\"}]}";
}

std::string SlotText(const Hospital& hospital, int number) {
  return SlotBody(hospital, number, "free");
}

std::string Get(const std::string& path) {
  return "GET /fhir/" + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
}

std::string Send(const std::string& method, const std::string& path, const std::string& body) {
  return method + " /fhir" + path +
         " HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/fhir+json\r\n"
         "Content-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string ReadPatient(const Hospital& hospital, std::int64_t n) {
  return Get("Patient/patient-" + std::to_string(Spread(n, hospital.patients)));
}

std::string FindPatient(const Hospital& hospital, std::int64_t n) {
  return Get("Patient?identifier=urn:yizhan:card-number%7C" +
             CardNumber(Spread(n, hospital.patients)));
}

std::string FreeSlots(const Hospital& hospital, std::int64_t n) {
  return Get("Slot?schedule=Schedule/schedule-" + std::to_string(Spread(n, hospital.schedules)) +
             "&start=ge2026-03-10T00:00:00%2B08:00&start=lt2026-03-11T00:00:00%2B08:00"
             "&status=free&_count=50");
}

std::string CreatePatient(std::int64_t n) {
  return Send("POST", "/Patient",
              R"({"resourceType":"Patient","identifier":[{"system":"urn:yizhan:card-number",)"
              R"("value":"99)" +
                  std::to_string(n) +
                  R"("}],"name":[{"text":"李小四"}],"gender":"male","birthDate":"1980-01-02"})");
}

std::string Book(const Hospital& hospital, int slot) {
  const std::string id = std::to_string(slot);
  const std::string patient = std::to_string(Spread(slot, hospital.patients));
  const std::string free = SlotBody(hospital, slot, "busy");
  const std::string times = free.substr(free.find("\"start\""));
  return Send(
      "POST", "",
      R"({"resourceType":"Bundle","type":"transaction","entry":[{"resource":)" + free +
          R"(,"request":{"method":"PUT","url":"Slot/slot-)" + id + R"(","ifMatch":"W/\"1\""}},)" +
          R"({"resource":{"resourceType":"Appointment","status":"booked","slot":[{"reference":)" +
          R"("Slot/slot-)" + id + R"("}],"participant":[{"actor":{"reference":"Patient/patient-)" +
          patient + R"("},"status":"accepted"}],)" + times +
          R"(,"request":{"method":"POST","url":"Appointment"}}]})");
}

}  // namespace yizhan::bench
