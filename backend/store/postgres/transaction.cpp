#include "backend/store/postgres/transaction.h"

#include <algorithm>
#include <functional>

#include "backend/store/search_run.h"
#include "backend/store/sql_reads.h"
#include "backend/store/stored_form.h"
#include "base/bytes.h"
#include "base/crypto.h"

namespace yizhan::store {
namespace {

using fhir::Json;

/// Numbers drawn at once, and for how long they may wait: `seq` should follow time.
constexpr std::int64_t kSeqStock = 4;
constexpr std::chrono::seconds kSeqAge{1};

constexpr const char* kRow =
    "SELECT r.key,h.version,h.updated,h.deleted,h.body,h.seq FROM resource r "
    "JOIN history h ON h.seq=r.seq WHERE r.type=$1 AND r.id=$2";
constexpr const char* kDrawSeqs = "SELECT nextval('change_seq') FROM generate_series(1,4)";
constexpr const char* kNextNumber =
    "INSERT INTO series AS s(name,last) VALUES($1,1) "
    "ON CONFLICT(name) DO UPDATE SET last=s.last+1 RETURNING last";
/// Every transaction's first statement: what it would take for its changes anyhow, so that it never
/// waits here for who waits for it. A batch without BEGIN takes it first of all, too.
constexpr const char* kAmongOthers = "LOCK TABLE history IN ROW EXCLUSIVE MODE";
constexpr const char* kAlone = "LOCK TABLE history,record IN SHARE ROW EXCLUSIVE MODE";
constexpr const char* kLock = "SELECT pg_advisory_lock($1)";
constexpr const char* kLockForTransaction = "SELECT pg_advisory_xact_lock($1)";
constexpr const char* kUnlock = "SELECT pg_advisory_unlock($1)";

/// The advisory lock of a series. Two series may share one: they wait for each other, no more.
std::int64_t LockOf(const std::string& series) {
  const Sha256Digest digest = Sha256(AsBytes("series|" + series));
  std::uint64_t value = 0;
  for (int i = 0; i < 8; ++i) value = value << 8 | digest[static_cast<std::size_t>(i)];
  return static_cast<std::int64_t>(value);
}

void PutSeqs(const Rows& rows, WriterState& state) {
  state.seqs.clear();
  for (int i = rows.Count() - 1; i >= 0; --i) state.seqs.push_back(rows.Integer(i, 0));
  state.seqs_at = SystemClock().Monotonic();
}

tl::unexpected<Error> Failed(const Error& error) { return tl::unexpected<Error>(error); }

std::vector<IndexEntry> Difference(const std::vector<IndexEntry>& from,
                                   const std::vector<IndexEntry>& what) {
  std::vector<IndexEntry> rest;
  std::ranges::set_difference(from, what, std::back_inserter(rest));
  return rest;
}

}  // namespace

Status PostgresTransaction::TakeLocks() {
  if (attempt_.locks.empty()) return {};
  // One order for everybody.
  for (const std::int64_t lock : attempt_.locks) connection_.Queue(kLock, Parameters() << lock);
  const Result<std::vector<Rows>> taken = connection_.Send();
  locked_ = true;
  if (!taken) {
    Note(taken.error());
    return Failed(taken.error());
  }
  // Only a transaction is over before its locks are given back.
  QueueBegin();
  return {};
}

Status PostgresTransaction::Begin() {
  if (failed_) return Failed(*failed_);
  if (attempt_.isolation == Attempt::Isolation::Serializable) QueueBegin();
  return {};
}

Status PostgresTransaction::BeginSearch() {
  if (failed_) return Failed(*failed_);
  if (attempt_.isolation == Attempt::Isolation::Locking) {
    // Too late for this attempt: it goes on to its end, so that the job meets no strange error, and
    // counts as a rehearsal.
    const bool is_first = !begun_ && known_.empty() && pending_.Empty();
    if (is_first) {
      attempt_.isolation = Attempt::Isolation::Serializable;
    } else {
      needs_serializable_ = true;
    }
  }
  QueueBegin();
  Flush();
  return {};
}

void PostgresTransaction::QueueBegin() {
  if (begun_) return;
  begun_ = true;
  connection_.Queue(attempt_.isolation == Attempt::Isolation::Serializable
                        ? "BEGIN ISOLATION LEVEL SERIALIZABLE"
                        : "BEGIN ISOLATION LEVEL READ COMMITTED");
  connection_.Queue(attempt_.alone ? kAlone : kAmongOthers);
}

void PostgresTransaction::Flush() {
  if (pending_.Empty()) return;
  QueueBegin();
  pending_.Queue(connection_);
}

void PostgresTransaction::Note(const Error& error) {
  switch (error.code) {
    case ErrorCode::NotFound:
    case ErrorCode::Conflict:
    case ErrorCode::Refused: return;
    case ErrorCode::BadData:
      // A question that made no sense harms nobody, one that the server gave up did.
      if (!connection_.InTransaction() || !connection_.FailedTransaction()) return;
      break;
    default: break;
  }
  if (failed_) return;
  failed_ = error;
  // Nothing of this attempt is committed yet, whatever became of the connection.
  can_retry_ = connection_.Retryable() || connection_.Broken();
}

template <typename T>
Result<T> PostgresTransaction::Noted(Result<T> result) {
  if (!result) Note(result.error());
  return result;
}

Result<Rows> PostgresTransaction::Run(std::string_view sql, const Parameters& parameters) {
  return Noted(connection_.Run(sql, parameters));
}

Result<PostgresTransaction::Known*> PostgresTransaction::Find(const std::string& type,
                                                              const std::string& id) {
  if (Status begun = Begin(); !begun) return Failed(begun.error());
  const auto there = known_.find({type, id});
  if (there != known_.end()) return &there->second;
  const Result<Rows> rows = Run(kRow, Parameters() << type << id);
  if (!rows) return Failed(rows.error());
  Known known;
  known.only_read = true;
  known.stored.type = type;
  known.stored.id = id;
  if (rows->Count() > 0) {
    known.exists = true;
    known.key = rows->Integer(0, 0);
    known.stored.version = rows->Integer(0, 1);
    known.stored.updated = WallTime(std::chrono::milliseconds(rows->Integer(0, 2)));
    known.stored.deleted = rows->Integer(0, 3) != 0;
    known.stored.text = rows->Text(0, 4);
    known.stored.seq = rows->Integer(0, 5);
  }
  return &known_.emplace(Identity(type, id), std::move(known)).first->second;
}

Result<StoredResource> PostgresTransaction::Read(const std::string& type, const std::string& id) {
  const Result<Known*> known = Find(type, id);
  if (!known) return Failed(known.error());
  if (!(*known)->exists) return Fail(ErrorCode::NotFound, "no such " + type);
  return (*known)->stored;
}

Result<StoredResource> PostgresTransaction::ReadVersion(const std::string& type,
                                                        const std::string& id,
                                                        std::int64_t version) {
  if (Status begun = Begin(); !begun) return Failed(begun.error());
  Flush();
  return Noted(ReadOldVersion(reader_, type, id, version));
}

Result<SearchResult> PostgresTransaction::Search(const SearchQuery& query) {
  if (Status begun = BeginSearch(); !begun) return Failed(begun.error());
  return Noted(RunSearch(reader_, query));
}

Result<HistoryPage> PostgresTransaction::History(const HistoryQuery& query) {
  if (Status begun = BeginSearch(); !begun) return Failed(begun.error());
  return Noted(ReadHistory(reader_, query));
}

Result<std::optional<Record>> PostgresTransaction::FindRecord(const std::string& kind,
                                                              const std::string& key) {
  if (const std::optional<Record>* record = pending_.FindRecord(kind, key)) return *record;
  if (Status begun = BeginSearch(); !begun) return Failed(begun.error());
  return Noted(ReadRecord(reader_, kind, key, context_.clock.Now()));
}

Result<std::vector<Record>> PostgresTransaction::Records(const std::string& kind,
                                                         const std::string& after_key,
                                                         std::size_t limit) {
  if (Status begun = BeginSearch(); !begun) return Failed(begun.error());
  return Noted(ReadRecords(reader_, kind, after_key, limit, context_.clock.Now()));
}

Result<StoredResource> PostgresTransaction::Create(Json resource) {
  const std::string type = resource["resourceType"].AsString();
  return Insert(type, RandomUuid(), std::move(resource));
}

Result<StoredResource> PostgresTransaction::Update(Json resource,
                                                   std::optional<std::int64_t> expected) {
  const std::string type = resource["resourceType"].AsString();
  const std::string id = resource["id"].AsString();
  const Result<Known*> known = Find(type, id);
  if (!known) return Failed(known.error());
  const StoredResource& stored = (*known)->stored;
  if ((*known)->exists && type == kAppendOnlyType) {
    return Fail(ErrorCode::Refused, "AuditEvent is never changed");
  }
  const bool is_there = (*known)->exists && !stored.deleted;
  if (expected && (!is_there || stored.version != *expected)) {
    return Fail(ErrorCode::Conflict, type + " was changed meanwhile");
  }
  if (!(*known)->exists) return Insert(type, id, std::move(resource));
  return Replace(**known, std::move(resource));
}

Result<StoredResource> PostgresTransaction::Delete(const std::string& type, const std::string& id,
                                                   std::optional<std::int64_t> expected) {
  const Result<Known*> known = Find(type, id);
  if (!known) return Failed(known.error());
  if (!(*known)->exists) return Fail(ErrorCode::NotFound, "no such " + type);
  if (type == kAppendOnlyType) return Fail(ErrorCode::Refused, "AuditEvent is never deleted");
  const StoredResource& stored = (*known)->stored;
  if (expected && stored.version != *expected) {
    return Fail(ErrorCode::Conflict, type + " was changed meanwhile");
  }
  if (stored.deleted) return stored;
  return Replace(**known, Json());
}

Result<std::int64_t> PostgresTransaction::TakeSeq(std::int64_t behind) {
  std::vector<std::int64_t>& stock = state_.seqs;
  if (SystemClock().Monotonic() - state_.seqs_at > kSeqAge) stock.clear();
  for (int draws = 0; draws < 3; ++draws) {
    while (!stock.empty()) {
      const std::int64_t seq = stock.back();
      stock.pop_back();
      // A version never stands before the one that it follows.
      if (seq > behind) return seq;
    }
    const Result<Rows> drawn = Run(kDrawSeqs, {});
    if (!drawn) return Failed(drawn.error());
    PutSeqs(*drawn, state_);
  }
  Note({ErrorCode::Internal, "sequence of changes is behind the history"});
  return Failed(*failed_);
}

Result<StoredResource> PostgresTransaction::Insert(const std::string& type, const std::string& id,
                                                   Json resource) {
  if (Status begun = Begin(); !begun) return Failed(begun.error());
  const Result<std::int64_t> seq = TakeSeq(0);
  if (!seq) return Failed(seq.error());
  Known& known = known_[{type, id}];
  const WallTime now = context_.stamp();
  const Json body = WithIdentity(std::move(resource), type, id, 1, now);
  known = {true, false, *seq, StoredResource{type, id, 1, now, false, body.Write(), *seq}};
  Keep(PendingChanges::Row::New, known, IndexEntries(body, context_.zone), {});
  return known.stored;
}

Result<StoredResource> PostgresTransaction::Replace(Known& known, Json resource) {
  const Result<std::int64_t> seq = TakeSeq(known.stored.seq);
  if (!seq) return Failed(seq.error());
  std::vector<IndexEntry> before;
  if (!known.stored.deleted) {
    const Result<Json> old = Json::Parse(known.stored.text);
    if (!old) return Failed(old.error());
    before = IndexEntries(*old, context_.zone);
  }
  if (pending_.HasVersionOf(known.key)) Flush();
  StoredResource& stored = known.stored;
  stored.version += 1;
  stored.updated = std::max(context_.stamp(), stored.updated);
  stored.seq = *seq;
  stored.deleted = resource.IsNull();
  stored.text.clear();
  known.only_read = false;
  std::vector<IndexEntry> after;
  if (!stored.deleted) {
    const Json body =
        WithIdentity(std::move(resource), stored.type, stored.id, stored.version, stored.updated);
    stored.text = body.Write();
    after = IndexEntries(body, context_.zone);
  }
  Keep(PendingChanges::Row::Known, known, Difference(after, before), Difference(before, after));
  return stored;
}

void PostgresTransaction::Keep(PendingChanges::Row row, Known& known,
                               std::vector<IndexEntry> gained, std::vector<IndexEntry> lost) {
  const StoredResource& stored = known.stored;
  changes_.push_back(stored);
  pending_.AddVersion(row, known.key, stored, std::move(gained), std::move(lost));
  if (stored.type != kAppendOnlyType || !lane_) return;
  AuditLink link = NextLink(*lane_, stored.seq, stored.text);
  lane_ = AuditHead{link.lane, link.number, link.hash};
  pending_.AddLink(std::move(link));
}

Result<std::int64_t> PostgresTransaction::NextNumber(const std::string& series) {
  if (Status begun = Begin(); !begun) return Failed(begun.error());
  QueueBegin();
  const std::int64_t lock = LockOf(series);
  connection_.Queue(kLockForTransaction, Parameters() << lock);
  const Result<Rows> number = Run(kNextNumber, Parameters() << series);
  if (!number) {
    // Somebody drew between our first look and now. Next time nobody will.
    attempt_.locks.insert(lock);
    return Failed(number.error());
  }
  return number->Integer(0, 0);
}

Status PostgresTransaction::PutRecord(const Record& record) {
  if (Status begun = Begin(); !begun) return begun;
  if (pending_.FindRecord(record.kind, record.key) != nullptr) Flush();
  pending_.AddRecord(PendingChanges::RecordChange::Put, record, context_.clock.Now());
  return {};
}

Status PostgresTransaction::AddRecord(const Record& record) {
  if (Status begun = Begin(); !begun) return begun;
  const WallTime now = context_.clock.Now();
  const auto conflict = [&] {
    return Fail(ErrorCode::Conflict, record.kind + " is there already");
  };
  if (const std::optional<Record>* there = pending_.FindRecord(record.kind, record.key)) {
    if (*there) return conflict();
    Flush();
  }
  auto change = PendingChanges::RecordChange::Add;
  // The first attempt hopes that the key is free and saves a round trip; the database knows.
  if (attempt_.number > 0) {
    const Result<std::optional<Record>> there =
        Noted(ReadRecord(reader_, record.kind, record.key, now));
    if (!there) return Failed(there.error());
    if (*there) return conflict();
    change = PendingChanges::RecordChange::Replace;
  }
  pending_.AddRecord(change, record, now);
  return {};
}

Status PostgresTransaction::RemoveRecord(const std::string& kind, const std::string& key) {
  if (Status begun = Begin(); !begun) return begun;
  if (pending_.FindRecord(kind, key) != nullptr) Flush();
  pending_.AddRecord(PendingChanges::RecordChange::Remove, {kind, key, "", std::nullopt},
                     context_.clock.Now());
  return {};
}

bool PostgresTransaction::SawMoreThanItChanged(std::size_t allowed) const {
  if (attempt_.isolation == Attempt::Isolation::Serializable) return false;
  const auto only_read =
      std::ranges::count_if(known_, [](const auto& entry) { return entry.second.only_read; });
  return static_cast<std::size_t>(only_read) > allowed;
}

PostgresTransaction::Ending PostgresTransaction::Finish(Status& outcome) {
  if (failed_) outcome = Failed(*failed_);
  if (needs_serializable_) {
    Rollback();
    Undo();
    return Ending::Serializable;
  }
  if (failed_ || !outcome) {
    // What it refused, it may have refused because it saw a half of somebody's change.
    const bool saw_too_much = !failed_ && SawMoreThanItChanged(1);
    Rollback();
    Undo();
    if (saw_too_much) return Ending::Serializable;
    return failed_ && can_retry_ ? Ending::Again : Ending::Done;
  }
  const bool changes_nothing = pending_.Empty() && !begun_;
  if (SawMoreThanItChanged(changes_nothing ? 1 : 0)) {
    Rollback();
    Undo();
    return Ending::Serializable;
  }
  if (changes_nothing) {
    undos_.clear();
    return Ending::Done;
  }
  return Commit(outcome);
}

PostgresTransaction::Ending PostgresTransaction::Commit(Status& outcome) {
  // Without BEGIN the batch is a transaction by itself.
  pending_.Queue(connection_);
  if (begun_) connection_.Queue("COMMIT");
  if (locked_) {
    for (const std::int64_t lock : attempt_.locks) connection_.Queue(kUnlock, Parameters() << lock);
  }
  const bool draws = static_cast<std::int64_t>(state_.seqs.size()) < kSeqStock / 2;
  if (draws) connection_.Queue(kDrawSeqs);
  const Result<std::vector<Rows>> sent = connection_.Send();
  if (sent) {
    if (draws) PutSeqs(sent->back(), state_);
    state_.lane = lane_;
    undos_.clear();
    return Ending::Done;
  }
  if (connection_.Broken()) {
    outcome = Failed(sent.error());
    return Ending::Unknown;
  }
  Note(sent.error());
  outcome = Failed(sent.error());
  Rollback();
  Undo();
  return can_retry_ ? Ending::Again : Ending::Done;
}

void PostgresTransaction::Rollback() {
  if (connection_.Broken()) return;
  // What was queued and not sent must not reach the next user; sending it does no harm before a
  // ROLLBACK.
  if (begun_) connection_.Queue("ROLLBACK");
  if (begun_ || locked_) static_cast<void>(connection_.Send());
  if (connection_.InTransaction()) static_cast<void>(connection_.Run("ROLLBACK"));
  if (!locked_) return;
  for (const std::int64_t lock : attempt_.locks) connection_.Queue(kUnlock, Parameters() << lock);
  static_cast<void>(connection_.Send());
}

void PostgresTransaction::Undo() {
  while (!undos_.empty()) {
    const std::function<void()> undo = std::move(undos_.back());
    undos_.pop_back();
    undo();
  }
}

}  // namespace yizhan::store
