#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "backend/fhir/booking_terms.h"
#include "backend/fhir/json.h"
#include "domain/booking_desk.h"
#include "domain/local_text.h"
#include "domain/visit.h"
#include "kiosk/sync/answers.h"

namespace yizhan::sync {

/// The hospital's departments, places and doctors, as FHIR resources by type and id (how they hang
/// together: backend/fhir/systems.h), and its rules of booking (backend/fhir/booking_terms.h),
/// which only a server like ours tells. Whatever is missing reads as empty. A plain value.
class Directory {
 public:
  /// `zone`: the hospital's, in which its times of day are meant.
  explicit Directory(TimeZone zone) : zone_(zone) {}
  Directory() = default;

  /// The resource types a directory is made of, in the order to load them.
  static const std::vector<std::string>& Types();

  /// Adds or replaces a resource, cut down to what is needed; other types are ignored.
  void Put(const fhir::Json& resource);
  /// Forgets every resource of a type and takes these.
  void Replace(const std::string& type, const std::vector<fhir::Json>& resources);
  [[nodiscard]] bool Empty() const { return resources_.empty(); }
  [[nodiscard]] std::vector<const fhir::Json*> All(const std::string& type) const;
  /// By relative reference "Location/main", or null.
  [[nodiscard]] const fhir::Json& Find(const std::string& reference) const;

  /// Fills the visit's names, places, queue letter and site from its appointment's participants.
  void Describe(const fhir::Json& appointment, domain::Visit& visit) const;
  /// The department's rules of booking. Empty: the hospital did not tell them.
  [[nodiscard]] std::optional<domain::BookingPolicy> PolicyOf(
      const domain::ServiceId& service) const;
  /// The clocks of a booking by those rules; empty as above.
  [[nodiscard]] std::optional<domain::BookingTimes> TimesOf(const domain::Booking& booking,
                                                            const domain::ServiceId& service) const;
  /// The rules as a whole; null as above. Good until the next Put() or Replace().
  [[nodiscard]] const fhir::BookingTerms* Terms() const { return terms_ ? &*terms_ : nullptr; }
  /// More about where a described visit takes place, and what the patient must know.
  [[nodiscard]] domain::VisitPlace PlaceOf(const domain::Visit& visit) const;
  [[nodiscard]] domain::ResourceKind KindOf(const domain::ServiceId& service) const;
  /// What a check-up package contains, in its order; empty: nobody says, or two plans do.
  [[nodiscard]] std::vector<domain::LocalText> ContentsOf(const domain::ServiceId& service) const;
  /// What the public pages list. `waiting_by_service` counts tickets by "HealthcareService/id";
  /// empty: nobody knows the numbers now.
  [[nodiscard]] PublicLists Lists(
      const std::optional<std::map<std::string, int>>& waiting_by_service) const;

 private:
  [[nodiscard]] domain::LocalText NameOf(const std::string& reference) const;
  /// Climbs Location.partOf until `physical_type` ("si", "area") or the top; "" if none.
  [[nodiscard]] std::string Climb(std::string location, const std::string& physical_type) const;
  [[nodiscard]] const fhir::Json& RoleOf(const std::string& practitioner,
                                         const std::string& service) const;

  TimeZone zone_;
  std::map<std::string, fhir::Json> resources_;  ///< By reference.
  std::optional<fhir::BookingTerms> terms_;      ///< Of the Parameters among them.
};

}  // namespace yizhan::sync
