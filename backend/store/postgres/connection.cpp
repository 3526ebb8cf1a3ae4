#include "backend/store/postgres/connection.h"

#include <libpq-fe.h>
#include <poll.h>

#include <array>
#include <bit>
#include <cerrno>
#include <charconv>
#include <cstring>

#include "base/crypto.h"

namespace yizhan::store {
namespace {

using std::chrono::milliseconds;

/// Searches make SQL of many shapes; more than this many are not worth keeping.
constexpr std::size_t kMaxPrepared = 256;
/// How much longer than the server's own limit we wait for the answer that says so.
constexpr milliseconds kGrace{5'000};
constexpr std::uint32_t kInt8Oid = 20;
constexpr std::uint32_t kTextOid = 25;
constexpr int kTextFormat = 0;
constexpr int kBinaryFormat = 1;

template <typename Unsigned>
void AppendBigEndian(std::string& out, Unsigned value) {
  for (int shift = (static_cast<int>(sizeof(Unsigned)) - 1) * 8; shift >= 0; shift -= 8) {
    out += static_cast<char>((value >> shift) & 0xFF);
  }
}

void AppendText(std::string& out, std::string_view text) {
  if (text.find('\0') == std::string_view::npos) {
    out += text;
    return;
  }
  for (const char c : text) {
    if (c == '\0') {
      out += "\xEF\xBF\xBD";
    } else {
      out += c;
    }
  }
}

/// The binary form of an array of one dimension, up to its first element.
std::string ArrayHead(std::size_t count, std::uint32_t element_oid) {
  std::string bytes;
  AppendBigEndian(bytes, std::uint32_t{count == 0 ? 0U : 1U});
  AppendBigEndian(bytes, std::uint32_t{0});  // Holds no NULL.
  AppendBigEndian(bytes, element_oid);
  if (count == 0) return bytes;
  AppendBigEndian(bytes, static_cast<std::uint32_t>(count));
  AppendBigEndian(bytes, std::uint32_t{1});  // The first index.
  return bytes;
}

ErrorCode CodeOf(std::string_view state) {
  if (state == "53100" || state == "58030") return ErrorCode::StoreFull;
  if (state == "53300" || state == "55P03") return ErrorCode::Busy;
  if (state == "57014") return ErrorCode::Timeout;
  // Shut down, starting up, or a standby that does not take writes: another server may.
  if (state.starts_with("57P") || state.starts_with("08") || state == "25006") {
    return ErrorCode::Unreachable;
  }
  return ErrorCode::Internal;
}

bool IsLostRace(std::string_view state) {
  return state == "40001" || state == "40P01" || state == "23505" || state == "55P03";
}

milliseconds Until(MonotonicTime deadline) {
  const auto left = std::chrono::ceil<milliseconds>(deadline - SystemClock().Monotonic());
  return std::max(left, milliseconds(0));
}

/// Waits for events on up to two descriptors. False: the time is over.
bool Poll(std::array<pollfd, 2>& fds, nfds_t count, MonotonicTime deadline) {
  while (true) {
    const milliseconds left = Until(deadline);
    const int ready = ::poll(fds.data(), count, static_cast<int>(left.count()));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
    if (left.count() == 0) return false;
  }
}

}  // namespace

Parameters& Parameters::operator<<(std::string_view text) {
  Value value{{}, kTextFormat};
  AppendText(value.bytes, text);
  values_.push_back(std::move(value));
  return *this;
}

Parameters& Parameters::operator<<(std::int64_t number) {
  // As text it fits whatever integer type the statement compares it with.
  values_.push_back({std::to_string(number), kTextFormat});
  return *this;
}

Parameters& Parameters::operator<<(const std::vector<std::int64_t>& numbers) {
  std::string bytes = ArrayHead(numbers.size(), kInt8Oid);
  for (const std::int64_t number : numbers) {
    AppendBigEndian(bytes, std::uint32_t{8});
    AppendBigEndian(bytes, std::bit_cast<std::uint64_t>(number));
  }
  values_.push_back({std::move(bytes), kBinaryFormat});
  return *this;
}

Parameters& Parameters::operator<<(const std::vector<std::string_view>& texts) {
  std::string bytes = ArrayHead(texts.size(), kTextOid);
  std::string element;
  for (const std::string_view text : texts) {
    element.clear();
    AppendText(element, text);
    AppendBigEndian(bytes, static_cast<std::uint32_t>(element.size()));
    bytes += element;
  }
  values_.push_back({std::move(bytes), kBinaryFormat});
  return *this;
}

void Rows::Clear::operator()(pg_result* result) const { PQclear(result); }

int Rows::Count() const { return result_ ? PQntuples(result_.get()) : 0; }

std::string_view Rows::Text(int row, int column) const {
  return {PQgetvalue(result_.get(), row, column),
          static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
}

std::int64_t Rows::Integer(int row, int column) const {
  const std::string_view text = Text(row, column);
  std::int64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

bool Rows::IsNull(int row, int column) const {
  return PQgetisnull(result_.get(), row, column) != 0;
}

std::int64_t Rows::Affected() const {
  const char* text = result_ ? PQcmdTuples(result_.get()) : "";
  std::int64_t value = 0;
  std::from_chars(text, text + std::strlen(text), value);
  return value;
}

Result<std::unique_ptr<Connection>> Connection::Open(const ConnectionOptions& options) {
  char* complaint = nullptr;
  PQconninfoOption* parsed = PQconninfoParse(options.address.c_str(), &complaint);
  // The complaint may quote a part of the address, and that part may be the password.
  PQfreemem(complaint);
  if (parsed == nullptr) return Fail(ErrorCode::BadData, "database address cannot be read");
  PQconninfoFree(parsed);
  const std::string name = "yizhan-" + RandomUuid();
  const char* const keys[] = {"dbname",           "client_encoding", "application_name",
                              "tcp_user_timeout", "keepalives_idle", nullptr};
  const char* const values[] = {
      options.address.c_str(), "UTF8", name.c_str(), "30000", "30", nullptr};
  pg_conn* handle = PQconnectStartParams(keys, values, 1);
  if (handle == nullptr) return Fail(ErrorCode::Internal, "libpq has no memory");
  std::unique_ptr<Connection> connection(new Connection(handle, options, name));
  PQsetNoticeProcessor(
      handle, [](void*, const char*) {}, nullptr);
  if (Status connected = connection->Connect(); !connected) {
    return tl::unexpected<Error>(connected.error());
  }
  if (Status settled = connection->Settle(); !settled) {
    return tl::unexpected<Error>(settled.error());
  }
  return connection;
}

Connection::~Connection() { PQfinish(handle_); }

Status Connection::Connect() {
  const MonotonicTime deadline = SystemClock().Monotonic() + options_.connect_timeout;
  PostgresPollingStatusType state = PGRES_POLLING_WRITING;
  while (state != PGRES_POLLING_OK) {
    if (state == PGRES_POLLING_FAILED || PQstatus(handle_) == CONNECTION_BAD) {
      broken_ = true;
      // Names of host, user and database at most; libpq never repeats a password here.
      std::string detail = PQerrorMessage(handle_);
      while (!detail.empty() && detail.back() == '\n') detail.pop_back();
      return Fail(ErrorCode::Unreachable, "database: " + detail);
    }
    const Direction direction = state == PGRES_POLLING_READING ? Direction::Read : Direction::Write;
    if (Status waited = WaitSocket(direction, deadline); !waited) {
      return Fail(ErrorCode::Unreachable, "database does not answer");
    }
    state = PQconnectPoll(handle_);
  }
  if (PQsetnonblocking(handle_, 1) != 0 || PQenterPipelineMode(handle_) != 1) return Lost();
  return {};
}

Status Connection::Settle() {
  // What was acknowledged must be on disk: a server set to lie about that is overruled. `remote_*`
  // promises more than `on` and stays.
  const Result<Rows> set = Run(
      "SELECT set_config('statement_timeout',$1,false),set_config('lock_timeout',$2,false),"
      "set_config('idle_in_transaction_session_timeout','60000',false),"
      "set_config('TimeZone','UTC',false),set_config('search_path','yizhan',false),"
      // Every statement of ours has its indexes. What the planner believes about tables that have
      // just been filled must not lead it past them.
      "set_config('enable_seqscan','off',false),set_config('enable_hashjoin','off',false),"
      "set_config('enable_mergejoin','off',false),set_config('jit','off',false),"
      "set_config('synchronous_commit',CASE WHEN current_setting('synchronous_commit') IN "
      "('off','local') THEN 'on' ELSE current_setting('synchronous_commit') END,false)",
      Parameters() << options_.statement_timeout.count() << options_.statement_timeout.count() / 2);
  return set ? Status() : tl::unexpected<Error>(set.error());
}

void Connection::Queue(std::string_view sql, const Parameters& parameters) {
  if (broken_) return;
  std::string key(sql);
  auto known = prepared_.find(key);
  if (known == prepared_.end()) {
    if (prepared_.size() >= kMaxPrepared) {
      prepared_.clear();
      const int sent =
          PQsendQueryParams(handle_, "DEALLOCATE ALL", 0, nullptr, nullptr, nullptr, nullptr, 0);
      send_failed_ = send_failed_ || sent != 1;
      expected_.push_back({true, ""});
    }
    std::string name = "y" + std::to_string(next_name_++);
    send_failed_ =
        send_failed_ || PQsendPrepare(handle_, name.c_str(), key.c_str(), 0, nullptr) != 1;
    known = prepared_.emplace(key, std::move(name)).first;
    expected_.push_back({true, key});
  }
  std::vector<const char*> values;
  std::vector<int> lengths;
  std::vector<int> formats;
  for (const Parameters::Value& value : parameters.values_) {
    values.push_back(value.bytes.c_str());
    lengths.push_back(static_cast<int>(value.bytes.size()));
    formats.push_back(value.format);
  }
  const int sent =
      PQsendQueryPrepared(handle_, known->second.c_str(), static_cast<int>(values.size()),
                          values.data(), lengths.data(), formats.data(), kTextFormat);
  send_failed_ = send_failed_ || sent != 1;
  expected_.push_back({false, std::move(key)});
}

Result<std::vector<Rows>> Connection::Send() {
  retryable_ = false;
  if (broken_) return Lost();
  const MonotonicTime deadline = Deadline();
  if (send_failed_ || PQpipelineSync(handle_) != 1) return Lost();
  if (Status flushed = FlushOutput(deadline); !flushed) {
    return tl::unexpected<Error>(flushed.error());
  }
  std::vector<Rows> answers;
  if (Status read = ReadAnswers(deadline, answers); !read) {
    return tl::unexpected<Error>(read.error());
  }
  return answers;
}

Result<Rows> Connection::Run(std::string_view sql, const Parameters& parameters) {
  Queue(sql, parameters);
  Result<std::vector<Rows>> answers = Send();
  if (!answers) return tl::unexpected<Error>(answers.error());
  return std::move(answers->back());
}

Status Connection::ReadAnswers(MonotonicTime deadline, std::vector<Rows>& answers) {
  Status outcome;
  const std::vector<Expected> expected = std::exchange(expected_, {});
  for (const Expected& one : expected) {
    Result<pg_result*> next = NextResult(deadline);
    if (!next) return tl::unexpected<Error>(next.error());
    Rows rows(*next);
    const ExecStatusType status = PQresultStatus(*next);
    if (status == PGRES_FATAL_ERROR && outcome) {
      outcome = tl::unexpected<Error>(ErrorOf(*next));
    }
    const bool good = status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
    // The server does not know a statement that it failed to prepare, or skipped.
    if (!good && one.is_prepare) prepared_.erase(one.key);
    if (good && !one.is_prepare) answers.push_back(std::move(rows));
    Result<pg_result*> end = NextResult(deadline);
    if (!end) return tl::unexpected<Error>(end.error());
    if (*end != nullptr) {
      PQclear(*end);
      return Lost();
    }
  }
  Result<pg_result*> sync = NextResult(deadline);
  if (!sync) return tl::unexpected<Error>(sync.error());
  const Rows closing(*sync);
  if (PQresultStatus(*sync) != PGRES_PIPELINE_SYNC) return Lost();
  return outcome;
}

Status Connection::RunScript(const std::string& sql) {
  retryable_ = false;
  if (broken_ || PQexitPipelineMode(handle_) != 1 || PQsendQuery(handle_, sql.c_str()) != 1) {
    return Lost();
  }
  const MonotonicTime deadline = Deadline();
  if (Status flushed = FlushOutput(deadline); !flushed) return flushed;
  Status outcome;
  while (true) {
    Result<pg_result*> next = NextResult(deadline);
    if (!next) return tl::unexpected<Error>(next.error());
    if (*next == nullptr) break;
    const Rows rows(*next);
    if (PQresultStatus(*next) == PGRES_FATAL_ERROR) {
      outcome = tl::unexpected<Error>(ErrorOf(*next));
    }
  }
  if (PQenterPipelineMode(handle_) != 1) return Lost();
  return outcome;
}

bool Connection::FailedTransaction() const {
  return PQtransactionStatus(handle_) == PQTRANS_INERROR;
}

bool Connection::InTransaction() const { return PQtransactionStatus(handle_) != PQTRANS_IDLE; }

Result<bool> Connection::WaitForNotice(int wake_fd, milliseconds timeout) {
  const auto take = [this] {
    bool any = false;
    while (PGnotify* notice = PQnotifies(handle_)) {
      // What we sent ourselves is no news.
      any = any || notice->be_pid != PQbackendPID(handle_);
      PQfreemem(notice);
    }
    return any;
  };
  if (broken_) return Lost();
  if (take()) return true;
  std::array<pollfd, 2> fds{pollfd{PQsocket(handle_), POLLIN, 0}, pollfd{wake_fd, POLLIN, 0}};
  if (!Poll(fds, 2, SystemClock().Monotonic() + timeout)) return false;
  if (fds[0].revents == 0) return false;
  if (PQconsumeInput(handle_) != 1) return Lost();
  return take();
}

Status Connection::WaitSocket(Direction direction, MonotonicTime deadline) {
  const int events =
      (direction != Direction::Write ? POLLIN : 0) | (direction != Direction::Read ? POLLOUT : 0);
  std::array<pollfd, 2> fds{pollfd{PQsocket(handle_), static_cast<short>(events), 0}};
  if (Poll(fds, 1, deadline)) return {};
  // What the server does meanwhile is unknown, and its answer would be taken for another one's.
  broken_ = true;
  return Fail(ErrorCode::Timeout, "database did not answer in time");
}

Status Connection::FlushOutput(MonotonicTime deadline) {
  while (true) {
    const int left = PQflush(handle_);
    if (left == 0) return {};
    if (left < 0) return Lost();
    // Reading too: a server that cannot get its answers out stops listening.
    if (Status waited = WaitSocket(Direction::ReadWrite, deadline); !waited) return waited;
    if (PQconsumeInput(handle_) != 1) return Lost();
  }
}

Result<pg_result*> Connection::NextResult(MonotonicTime deadline) {
  while (PQisBusy(handle_) != 0) {
    if (Status waited = WaitSocket(Direction::Read, deadline); !waited) {
      return tl::unexpected<Error>(waited.error());
    }
    if (PQconsumeInput(handle_) != 1) return Lost();
  }
  pg_result* result = PQgetResult(handle_);
  if (PQstatus(handle_) == CONNECTION_BAD) {
    const Rows rows(result);
    return Lost();
  }
  return result;
}

tl::unexpected<Error> Connection::Lost() {
  broken_ = true;
  return Fail(ErrorCode::Unreachable, "database connection was lost");
}

Error Connection::ErrorOf(const pg_result* result) {
  const char* state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
  const std::string_view known = state == nullptr ? "" : state;
  retryable_ = IsLostRace(known);
  if (known.starts_with("57P")) broken_ = true;
  return Error{CodeOf(known), "postgres: " + std::string(known)};
}

MonotonicTime Connection::Deadline() const {
  return SystemClock().Monotonic() + options_.statement_timeout + kGrace;
}

}  // namespace yizhan::store
