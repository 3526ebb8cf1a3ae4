#pragma once

#include <set>
#include <string>

#include "backend/store/resource_store.h"

namespace yizhan::hospital {

/// A transaction that notes which Appointments are written through it, so that what other programs
/// write as plain FHIR can be followed by the rules of booking (Bookings::Follow) before it is
/// committed. Lives as long as the job; borrows its transaction.
class WatchedTransaction final : public store::Transaction {
 public:
  explicit WatchedTransaction(store::Transaction& inner) : inner_(inner) {}

  /// Ids of the Appointments that were created, changed or deleted.
  [[nodiscard]] const std::set<std::string>& Appointments() const { return appointments_; }

  Result<store::StoredResource> Read(const std::string& type, const std::string& id) override {
    return inner_.Read(type, id);
  }
  Result<store::StoredResource> ReadVersion(const std::string& type, const std::string& id,
                                            std::int64_t version) override {
    return inner_.ReadVersion(type, id, version);
  }
  Result<store::SearchResult> Search(const store::SearchQuery& query) override {
    return inner_.Search(query);
  }
  Result<store::HistoryPage> History(const store::HistoryQuery& query) override {
    return inner_.History(query);
  }
  Result<std::optional<store::Record>> FindRecord(const std::string& kind,
                                                  const std::string& key) override {
    return inner_.FindRecord(kind, key);
  }
  Result<std::vector<store::Record>> Records(const std::string& kind, const std::string& after_key,
                                             std::size_t limit) override {
    return inner_.Records(kind, after_key, limit);
  }
  Result<store::StoredResource> Create(fhir::Json resource) override {
    return Noted(inner_.Create(std::move(resource)));
  }
  Result<store::StoredResource> Update(fhir::Json resource,
                                       std::optional<std::int64_t> expected) override {
    return Noted(inner_.Update(std::move(resource), expected));
  }
  Result<store::StoredResource> Delete(const std::string& type, const std::string& id,
                                       std::optional<std::int64_t> expected) override {
    return Noted(inner_.Delete(type, id, expected));
  }
  Result<std::int64_t> NextNumber(const std::string& series) override {
    return inner_.NextNumber(series);
  }
  Status PutRecord(const store::Record& record) override { return inner_.PutRecord(record); }
  Status AddRecord(const store::Record& record) override { return inner_.AddRecord(record); }
  Status RemoveRecord(const std::string& kind, const std::string& key) override {
    return inner_.RemoveRecord(kind, key);
  }
  void OnUndo(std::function<void()> undo) override { inner_.OnUndo(std::move(undo)); }

 private:
  Result<store::StoredResource> Noted(Result<store::StoredResource> stored) {
    if (stored && stored->type == "Appointment") appointments_.insert(stored->id);
    return stored;
  }

  store::Transaction& inner_;
  std::set<std::string> appointments_;
};

}  // namespace yizhan::hospital
