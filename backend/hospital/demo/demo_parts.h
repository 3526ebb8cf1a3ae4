/// \file
/// What the files of the demonstration share. Nobody else includes it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "backend/hospital/demo/demo_hospital.h"
#include "backend/hospital/demo/people.h"
#include "domain/local_text.h"

namespace yizhan::hospital::demo {

inline constexpr std::size_t kDepartments = 12;
inline constexpr std::size_t kDoctorsEach = 5;
inline constexpr std::size_t kPatients = 2000;
/// Has a visit now, and everything else to do besides.
inline constexpr std::size_t kWholeDayPersona = 37;

/// A unit's member with a check-up package now.
inline constexpr std::size_t kCheckUpPersona = 38;

struct Department {
  const char* id;
  const char* letter;
  domain::LocalText name;
  const char* site;
  domain::LocalText area;
  int first_room;
};
[[nodiscard]] const Department& DepartmentAt(std::size_t index);

[[nodiscard]] std::string AreaId(std::size_t department);
[[nodiscard]] std::string RoomId(std::size_t department, std::size_t doctor);
[[nodiscard]] std::string DoctorId(std::size_t department, std::size_t doctor);
/// From 1.
[[nodiscard]] std::string PatientIdAt(std::size_t number);
[[nodiscard]] std::string CardNumberAt(std::size_t number);
[[nodiscard]] std::string Padded(std::size_t number, std::size_t width);

/// A booking to be stored with its slot.
struct Booking {
  std::string id;
  std::size_t patient = 0;  ///< From 1.
  std::size_t department = 0;
  std::size_t doctor = 0;
  WallTime start{};
  WallTime end{};
  const char* status = "booked";
  const char* kind = "confirmed";
  std::string invoice_id;     ///< Registration fee; "": none.
  std::string schedule_id{};  ///< "": the doctor's of that day.
  std::string session{};      ///< "am", "pm", "night"; "": not told.
};

/// A unit's contract (F14), and the package of which some seats are kept for it.
inline constexpr const char* kUnitContract = "unit:hongda";
inline constexpr const char* kUnitPackage = "checkup-basic";

/// What a Schedule says about its seats.
struct SessionTerms {
  const char* kind = "clinic";
  const char* level = "";
  const char* session = "";
  const char* fee = "";  ///< In yuan.
  std::optional<WallTime> release_at{};
  bool active = true;
};
/// Of a doctor, by the place among the department's doctors.
[[nodiscard]] SessionTerms TermsOfDoctor(std::size_t doctor);
[[nodiscard]] fhir::Json ScheduleOf(const std::string& id, const std::vector<fhir::Json>& actors,
                                    WallTime start, WallTime end, const SessionTerms& terms);
[[nodiscard]] fhir::Json SlotOf(const std::string& id, const std::string& schedule_id,
                                WallTime start, WallTime end, const char* status, const char* kind);

/// Stores resources inside one transaction and remembers the first failure. Thread-bound.
class Builder {
 public:
  Builder(store::Transaction& transaction, const DemoOptions& options)
      : transaction_(transaction), options_(options), random_(options.seed) {}

  void Put(fhir::Json resource);
  void PutBooking(const Booking& booking, TimeZone zone);
  [[nodiscard]] bool Exists(const std::string& type, const std::string& id);
  [[nodiscard]] store::Transaction& Store() { return transaction_; }
  [[nodiscard]] const DemoOptions& Options() const { return options_; }
  [[nodiscard]] DemoRandom& Random() { return random_; }
  [[nodiscard]] const Status& Outcome() const { return outcome_; }
  /// Keeps the first failure.
  void Note(const Status& status);

 private:
  store::Transaction& transaction_;
  const DemoOptions& options_;
  DemoRandom random_;
  Status outcome_;
};

/// {"resourceType": type, "id": id}
[[nodiscard]] fhir::Json Resource(const char* type, const std::string& id);

/// A Location; `kind` is its physical type ("si", "area", "ro").
[[nodiscard]] fhir::Json PlaceOf(const std::string& id, const domain::LocalText& name,
                                 const char* kind, const std::string& part_of);

void PutPlaces(Builder& builder);
void PutPatients(Builder& builder);
void PutDay(Builder& builder);
/// Sessions of the days after today, of clinics and of everything else that can be booked.
void PutComingDays(Builder& builder);
/// Exam devices, check-up packages and wards.
void PutOtherServices(Builder& builder);
void PutPersonas(Builder& builder);
void PutCare(Builder& builder);
/// The inpatient service centre with its seven services and three desks.
void PutCentre(Builder& builder);
/// `now` + `offset` on the last five minutes, kept within today.
[[nodiscard]] WallTime PersonaTime(const DemoOptions& options, std::chrono::minutes offset);
/// What the check-up packages contain, and the unit whose member comes today.
void PutPackages(Builder& builder);
/// Who has a booking to confirm or an offer to answer.
void PutBookingPersonas(Builder& builder);

}  // namespace yizhan::hospital::demo
