#include "backend/security/records.h"

namespace yizhan::security {
namespace {

/// Attackers may ask for keys that do not exist, as many as they like.
constexpr std::size_t kMaxCached = 8192;
constexpr std::size_t kPage = 500;
constexpr std::size_t kMaxListed = 10'000;

std::string CacheKey(const std::string& kind, const std::string& key) { return kind + '\n' + key; }

Result<std::optional<std::string>> TextOf(Result<std::optional<store::Record>> found) {
  if (!found) return tl::unexpected<Error>(found.error());
  if (!*found) return std::optional<std::string>();
  return std::optional<std::string>(std::move((*found)->text));
}

}  // namespace

Result<std::optional<std::string>> RecordChanges::Find(const std::string& kind,
                                                       const std::string& key) {
  return TextOf(transaction_.FindRecord(kind, key));
}

Status RecordChanges::Put(store::Record record) {
  touched_.push_back(CacheKey(record.kind, record.key));
  return transaction_.PutRecord(record);
}

Status RecordChanges::Add(store::Record record) {
  touched_.push_back(CacheKey(record.kind, record.key));
  return transaction_.AddRecord(record);
}

Status RecordChanges::Remove(const std::string& kind, const std::string& key) {
  touched_.push_back(CacheKey(kind, key));
  return transaction_.RemoveRecord(kind, key);
}

Status RecordChanges::Audit(fhir::Json event) {
  const Result<store::StoredResource> stored = transaction_.Create(std::move(event));
  return stored ? Status() : tl::unexpected<Error>(stored.error());
}

Result<std::optional<std::string>> Records::Find(const std::string& kind, const std::string& key) {
  const MonotonicTime now = clock_.Monotonic();
  const std::string cache_key = CacheKey(kind, key);
  std::uint64_t changes = 0;
  {
    MutexLock lock(mutex_);
    const auto cached = cache_.find(cache_key);
    if (cached != cache_.end() && now - cached->second.at < kFreshness) return cached->second.text;
    changes = changes_;
  }
  Result<std::optional<std::string>> found = FindNow(kind, key);
  if (!found) return found;
  MutexLock lock(mutex_);
  if (changes != changes_) return found;
  if (cache_.size() >= kMaxCached) cache_.clear();
  cache_[cache_key] = Seen{*found, now};
  return found;
}

Result<std::optional<std::string>> Records::FindNow(const std::string& kind,
                                                    const std::string& key) {
  return TextOf(store_.FindRecord(kind, key));
}

Result<std::vector<store::Record>> Records::All(const std::string& kind) {
  std::vector<store::Record> all;
  while (all.size() < kMaxListed) {
    Result<std::vector<store::Record>> page =
        store_.Records(kind, all.empty() ? std::string() : all.back().key, kPage);
    if (!page) return page;
    const bool is_last = page->size() < kPage;
    for (store::Record& record : *page) all.push_back(std::move(record));
    if (is_last) break;
  }
  return all;
}

Status Records::Write(const Job& job) {
  std::vector<std::string> touched;
  const Status written = store_.Write([&](store::Transaction& transaction) {
    touched.clear();
    RecordChanges changes(transaction, touched);
    return job(changes);
  });
  // Also after a failure: its outcome may be unknown.
  MutexLock lock(mutex_);
  ++changes_;
  for (const std::string& key : touched) cache_.erase(key);
  return written;
}

}  // namespace yizhan::security
