#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "backend/store/resource_store.h"
#include "base/mutex.h"
#include "domain/local_text.h"

namespace yizhan::hospital {

struct Place {
  domain::LocalText name;
  std::string part_of;  ///< Location id of what it lies in; "" for a site.
  bool is_site = false;
  bool is_room = false;
};

/// What people wait for in a queue.
enum class QueueKind { Clinic, Draw, Exam, Pharmacy, ServiceCentre, Triage };

struct Service {
  domain::LocalText name;
  std::string queue_letter;
  std::string area_id;
  std::vector<std::string> room_ids;  ///< Its windows and desks and its doctors' rooms, by name.
  QueueKind kind = QueueKind::Clinic;
  std::vector<std::string> item_ids;  ///< Of a service centre: the services done there.
  /// Of a check-up package: the PlanDefinitions in use that say what it contains; one, if all is
  /// well (packages/package_plan.h).
  std::vector<std::string> plan_ids;
};

struct Doctor {
  std::string name;
  domain::LocalText title;
  std::string service_id;
  std::string room_id;
};

/// Places, services and doctors as they were at one moment. Immutable.
struct DirectorySnapshot {
  std::map<std::string, Place> places;
  std::map<std::string, Service> services;
  std::map<std::string, Doctor> doctors;  ///< By Practitioner id.
  std::map<std::string, std::string> doctor_of_room;
  std::map<std::string, std::string> service_of_room;
  /// What of a service centre is done at a desk. A desk that is missing does everything.
  std::map<std::string, std::vector<std::string>> items_of_room;
  domain::LocalText hospital;

  /// The site a place lies in; "" when it is not known.
  [[nodiscard]] std::string SiteOf(std::string place_id) const;
  /// Never null: an unknown id gives an empty value.
  [[nodiscard]] const Place& PlaceOf(const std::string& id) const;
  [[nodiscard]] const Service& ServiceOf(const std::string& id) const;
  [[nodiscard]] const Doctor* DoctorOfRoom(const std::string& room_id) const;
  /// Whose queue is called there; "" when nobody's.
  [[nodiscard]] std::string ServiceOfRoom(const std::string& room_id) const;
};

/// The hospital's directory, read from the store when it changed. Thread-safe. `store` outlives it.
class Directory {
 public:
  explicit Directory(store::ResourceStore& store) : store_(store) {}

  /// What the store holds now. Keeps the last good one when the store cannot be read.
  [[nodiscard]] std::shared_ptr<const DirectorySnapshot> Now();
  /// Tells that a resource of that type changed.
  void Changed(std::string_view type);

 private:
  store::ResourceStore& store_;
  std::atomic<bool> stale_ = true;
  Mutex mutex_;
  // Shared: a reader keeps the snapshot it began with while a newer one takes its place.
  std::shared_ptr<const DirectorySnapshot> current_ GUARDED_BY(mutex_) =
      std::make_shared<DirectorySnapshot>();
};

}  // namespace yizhan::hospital
