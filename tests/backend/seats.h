/// \file
/// Sessions and their seats as tests store them.
#pragma once

#include <string>

namespace yizhan::test {

/// A morning of cardiology in room 5, 50 yuan a seat. `more`: further extensions, each after a ','.
inline std::string MorningText(const std::string& id, const std::string& doctor,
                               const std::string& more) {
  return R"({"resourceType":"Schedule","id":")" + id +
         R"(","active":true,"actor":[{"reference":"Practitioner/)" + doctor +
         R"("},{"reference":"HealthcareService/cardio"},{"reference":"Location/room5"}],)" +
         R"("extension":[{"url":"urn:yizhan:session","valueCode":"am"},)" +
         R"({"url":"urn:yizhan:fee","valueMoney":{"value":50.00,"currency":"CNY"}})" + more + "]}";
}

/// A free seat; `from` and `to` as "2026-03-10T09:00". `more`: further members, each after a ','.
inline std::string SeatText(const std::string& id, const std::string& schedule,
                            const std::string& from, const std::string& to,
                            const std::string& more) {
  return R"({"resourceType":"Slot","id":")" + id + R"(","schedule":{"reference":"Schedule/)" +
         schedule + R"("},"status":"free","start":")" + from + R"(:00+08:00","end":")" + to +
         ":00+08:00\"" + more + "}";
}

}  // namespace yizhan::test
