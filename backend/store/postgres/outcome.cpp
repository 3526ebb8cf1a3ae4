#include "backend/store/postgres/outcome.h"

#include <poll.h>

namespace yizhan::store {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kPatience{10'000};
constexpr milliseconds kBetween{200};
/// Of a session that is being ended.
constexpr const char* kEnd =
    "SELECT count(*),bool_and(pg_terminate_backend(pid,5000)) FROM pg_stat_activity "
    "WHERE application_name=$1";

CommitOutcome Look(Connection& connection, const std::string& name, std::int64_t seq) {
  // While it lives, it may still commit what it was sent.
  const Result<Rows> ended = connection.Run(kEnd, Parameters() << name);
  if (!ended) return CommitOutcome::Unknown;
  if (ended->Integer(0, 0) > 0 && ended->Text(0, 1) != "t") return CommitOutcome::Unknown;
  const Result<Rows> there =
      connection.Run("SELECT count(*) FROM history WHERE seq=$1", Parameters() << seq);
  if (!there) return CommitOutcome::Unknown;
  return there->Integer(0, 0) > 0 ? CommitOutcome::Committed : CommitOutcome::NotCommitted;
}

}  // namespace

CommitOutcome OutcomeOf(const ConnectionOptions& options, const std::string& name,
                        std::int64_t seq) {
  const MonotonicTime deadline = SystemClock().Monotonic() + kPatience;
  while (SystemClock().Monotonic() < deadline) {
    const Result<std::unique_ptr<Connection>> connection = Connection::Open(options);
    if (connection) {
      const CommitOutcome outcome = Look(**connection, name, seq);
      if (outcome != CommitOutcome::Unknown) return outcome;
    }
    static_cast<void>(::poll(nullptr, 0, static_cast<int>(kBetween.count())));
  }
  return CommitOutcome::Unknown;
}

}  // namespace yizhan::store
