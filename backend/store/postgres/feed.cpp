#include "backend/store/postgres/feed.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "backend/store/postgres/maintenance.h"
#include "base/log.h"

namespace yizhan::store {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// Without any hint we look this often: a process may die between its commit and its hint.
constexpr milliseconds kLookAnyway{2'000};
/// Between two hints: the commits of this time share one.
constexpr milliseconds kHintEvery{5};
constexpr milliseconds kReconnectAfter{500};
constexpr seconds kChoreEvery{30};
constexpr std::int64_t kPage = 500;

constexpr const char* kSnapshot = "SELECT pg_current_snapshot()";
/// Versions that the later snapshot sees and the earlier one did not. Materialized: the way in is
/// the index by transaction, not the one that would give the order for free.
constexpr const char* kNews =
    "WITH news AS MATERIALIZED (SELECT seq,key,version,updated,deleted,body FROM history "
    "WHERE xid>=pg_snapshot_xmin($1::pg_snapshot) AND xid<pg_snapshot_xmax($2::pg_snapshot) "
    "AND NOT pg_visible_in_snapshot(xid,$1::pg_snapshot) "
    "AND pg_visible_in_snapshot(xid,$2::pg_snapshot) AND origin<>$3) "
    "SELECT n.seq,r.type,r.id,n.version,n.updated,n.deleted,n.body FROM news n "
    "JOIN resource r ON r.key=n.key WHERE n.seq>$4 ORDER BY n.seq LIMIT $5";

void Drain(int fd) {
  std::uint64_t count = 0;
  while (::read(fd, &count, sizeof(count)) == sizeof(count)) {
  }
}

}  // namespace

ChangeFeed::ChangeFeed(Options options, Tell tell, Chore chore)
    : options_(std::move(options)),
      tell_(std::move(tell)),
      chore_(std::move(chore)),
      wake_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}

ChangeFeed::~ChangeFeed() {
  stop_ = true;
  Committed();
  if (thread_.joinable()) thread_.join();
}

Status ChangeFeed::Start() {
  if (Status connected = Connect(); !connected) return connected;
  const Result<Rows> now = connection_->Run(kSnapshot);
  if (!now) return tl::unexpected<Error>(now.error());
  seen_ = now->Text(0, 0);
  return {};
}

void ChangeFeed::Run() {
  thread_ = std::thread([this] { Loop(); });
}

void ChangeFeed::Committed() {
  if (committed_.exchange(true) && !stop_) return;
  const std::uint64_t one = 1;
  // Full means that it is awake already.
  static_cast<void>(!::write(wake_.Get(), &one, sizeof(one)));
}

void ChangeFeed::Loop() {
  bool is_up = true;
  while (!stop_) {
    const Status turned = Turn();
    if (turned.has_value() != is_up) {
      is_up = turned.has_value();
      if (!is_up) Log(LogEvent::StoreFailed, {{LogKey::Code, LogWord(turned.error().code)}});
    }
    if (turned) continue;
    connection_.reset();
    pollfd fd{wake_.Get(), POLLIN, 0};
    static_cast<void>(::poll(&fd, 1, static_cast<int>(kReconnectAfter.count())));
    if (!stop_) Drain(wake_.Get());
  }
  // Others should not wait for what we did last.
  if (connection_) static_cast<void>(TellOthers());
}

Status ChangeFeed::Turn() {
  if (!connection_) {
    if (Status connected = Connect(); !connected) return connected;
  }
  if (Status told = TellOthers(); !told) return told;
  if (must_look_) {
    if (Status looked = Look(); !looked) return looked;
  }
  if (SystemClock().Monotonic() >= next_chore_) {
    chore_(*connection_);
    next_chore_ = SystemClock().Monotonic() + kChoreEvery;
  }
  const MonotonicTime began = SystemClock().Monotonic();
  const Result<bool> heard = connection_->WaitForNotice(wake_.Get(), kLookAnyway);
  if (!heard) return tl::unexpected<Error>(heard.error());
  must_look_ = *heard || SystemClock().Monotonic() - began >= kLookAnyway;
  // Whoever commits next within this time is told of together with what woke us.
  if (!stop_) static_cast<void>(::poll(nullptr, 0, static_cast<int>(kHintEvery.count())));
  Drain(wake_.Get());
  return {};
}

Status ChangeFeed::Connect() {
  Result<std::unique_ptr<Connection>> opened = Connection::Open(options_.connection);
  if (!opened) return tl::unexpected<Error>(opened.error());
  // A hint need not survive a crash: whoever starts again looks anyway.
  const Result<Rows> quick = (*opened)->Run("SET synchronous_commit TO off");
  if (!quick) return tl::unexpected<Error>(quick.error());
  const Result<Rows> listening = (*opened)->Run("LISTEN yizhan");
  if (!listening) return tl::unexpected<Error>(listening.error());
  if (Status shared = ShareIndex(**opened); !shared) return shared;
  connection_ = std::move(*opened);
  must_look_ = true;  // Hints were lost while nobody listened.
  return {};
}

Status ChangeFeed::TellOthers() {
  if (!committed_.exchange(false)) return {};
  // Not inside the writers' own transactions: NOTIFY makes commits wait for one another.
  const Result<Rows> sent = connection_->Run("NOTIFY yizhan");
  if (!sent) {
    committed_ = true;
    return tl::unexpected<Error>(sent.error());
  }
  return {};
}

Status ChangeFeed::Look() {
  const Result<Rows> now = connection_->Run(kSnapshot);
  if (!now) return tl::unexpected<Error>(now.error());
  const std::string current(now->Text(0, 0));
  if (current == seen_) return {};
  std::int64_t last = 0;
  while (true) {
    const Result<Rows> rows = connection_->Run(
        kNews, Parameters() << seen_ << current << options_.origin << last << kPage);
    if (!rows) return tl::unexpected<Error>(rows.error());
    std::vector<StoredResource> news;
    for (int i = 0; i < rows->Count(); ++i) {
      last = rows->Integer(i, 0);
      news.push_back(StoredResource{std::string(rows->Text(i, 1)), std::string(rows->Text(i, 2)),
                                    rows->Integer(i, 3),
                                    WallTime(milliseconds(rows->Integer(i, 4))),
                                    rows->Integer(i, 5) != 0, std::string(rows->Text(i, 6)), last});
    }
    if (!news.empty()) tell_(news);
    if (rows->Count() < kPage) break;
  }
  seen_ = current;
  return {};
}

}  // namespace yizhan::store
