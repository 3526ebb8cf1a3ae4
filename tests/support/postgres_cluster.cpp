#include "tests/support/postgres_cluster.h"

#include <fcntl.h>
#include <grp.h>
#include <libpq-fe.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <vector>

#include "base/clock.h"

namespace yizhan::test {
namespace {

namespace fs = std::filesystem;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kPatience{120};
constexpr std::size_t kMostLog = 16'384;
constexpr const char* kReady = "database system is ready to accept connections";

/// The newest of Debian's servers; "" when there is none.
std::string BinaryFolder() {
  std::vector<std::pair<int, std::string>> found;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", error)) {
    const std::string folder = entry.path().string() + "/bin";
    const bool is_server = fs::exists(folder + "/initdb") && fs::exists(folder + "/postgres");
    if (is_server) found.emplace_back(std::atoi(entry.path().filename().c_str()), folder);
  }
  return found.empty() ? "" : std::ranges::max(found).second;
}

/// Whom PostgreSQL runs as; null: as ourselves.
const passwd* ServerUser() { return ::geteuid() == 0 ? ::getpwnam("nobody") : nullptr; }

/// Starts a program as the server's user; its output goes to `output`. Ends with this process.
pid_t Spawn(const std::vector<std::string>& command, const std::string& folder, int output) {
  std::vector<char*> argv;
  for (const std::string& word : command) argv.push_back(const_cast<char*>(word.c_str()));
  argv.push_back(nullptr);
  static char path[] = "PATH=/usr/bin:/bin";
  static char locale[] = "LC_ALL=C";
  static char zone[] = "TZ=UTC";
  char* environment[] = {path, locale, zone, nullptr};
  const passwd* user = ServerUser();
  const pid_t parent = ::getpid();
  const pid_t child = ::fork();
  if (child != 0) return child;
  // Between fork and exec: only calls that are safe there.
  ::setpgid(0, 0);
  if (user != nullptr && (::setgroups(0, nullptr) != 0 || ::setgid(user->pw_gid) != 0 ||
                          ::setuid(user->pw_uid) != 0)) {
    ::_exit(126);
  }
  // After the change of user, which would take it back.
  ::prctl(PR_SET_PDEATHSIG, SIGQUIT);
  if (::getppid() != parent || ::chdir(folder.c_str()) != 0) ::_exit(126);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  const int null = ::open("/dev/null", O_RDONLY);
  ::dup2(null, STDIN_FILENO);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(output, STDERR_FILENO);
  ::execve(argv[0], argv.data(), environment);
  ::_exit(127);
}

void GiveToServerUser(const fs::path& path) {
  const passwd* user = ServerUser();
  if (user == nullptr) return;
  std::vector<fs::path> all{path};
  for (const auto& entry : fs::recursive_directory_iterator(path)) all.push_back(entry.path());
  for (const fs::path& one : all) {
    if (::lchown(one.c_str(), user->pw_uid, user->pw_gid) != 0) return;
  }
}

/// An initialised data folder that each cluster copies: initdb takes a second, a copy does not.
/// Made by whoever comes first; two at once do no harm, because it appears by a rename.
std::string Template(const std::string& scratch) {
  const std::string made = std::string(YIZHAN_POSTGRES_TEMPLATE) + "-" +
                           fs::path(BinaryFolder()).parent_path().filename().string();
  if (fs::exists(made + "/PG_VERSION")) return made;
  const std::string fresh = scratch + "/template";
  const int null = ::open("/dev/null", O_WRONLY | O_CLOEXEC);
  const pid_t child =
      Spawn({BinaryFolder() + "/initdb", "-D", fresh, "-U", "yizhan", "-A", "trust", "-E", "UTF8",
             "--locale=C.UTF-8", "--no-sync", "--no-instructions", "--wal-segsize=4"},
            scratch, null);
  ::close(null);
  int status = 0;
  if (child < 0 || ::waitpid(child, &status, 0) != child || status != 0) return "";
  const std::string near = made + "." + std::to_string(::getpid());
  std::error_code error;
  fs::create_directories(fs::path(made).parent_path(), error);
  fs::copy(fresh, near, fs::copy_options::recursive, error);
  fs::remove_all(fresh);
  if (error) return "";
  fs::rename(near, made, error);
  if (error) fs::remove_all(near, error);
  return made;
}

}  // namespace

bool PostgresCluster::Installed() { return !BinaryFolder().empty(); }

const char* PostgresCluster::WhySkipped() {
  return "PostgreSQL's server is not installed (deploy/setup test installs it)";
}

Result<std::unique_ptr<PostgresCluster>> PostgresCluster::Start(Durability durability) {
  if (!Installed()) return Fail(ErrorCode::NotFound, WhySkipped());
  std::string folder = (fs::temp_directory_path() / "yizhan-pg-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) return Fail(ErrorCode::StoreFull, "no temporary folder");
  std::unique_ptr<PostgresCluster> cluster(new PostgresCluster(folder, durability));
  GiveToServerUser(folder);
  const std::string initial = Template(folder);
  if (initial.empty()) return Fail(ErrorCode::Internal, "initdb failed");
  std::error_code error;
  fs::copy(initial, folder + "/data", fs::copy_options::recursive, error);
  if (error) return Fail(ErrorCode::Internal, "data folder: " + error.message());
  fs::permissions(folder + "/data", fs::perms::owner_all);
  GiveToServerUser(folder);
  if (Status launched = cluster->Launch(); !launched) {
    return tl::unexpected<Error>(launched.error());
  }
  return cluster;
}

PostgresCluster::~PostgresCluster() {
  EndProcess(SIGQUIT);  // Nobody wants its data any more.
  std::error_code ignored;
  fs::remove_all(folder_, ignored);
}

Status PostgresCluster::Launch() {
  int pipe[2];
  if (::pipe2(pipe, O_CLOEXEC) != 0) return Fail(ErrorCode::Internal, "no pipe");
  std::vector<std::string> command = {
      BinaryFolder() + "/postgres", "-D", folder_ + "/data", "-k", folder_, "-h", ""};
  std::vector<std::string> settings = {"max_connections=60", "shared_buffers=64MB", "autovacuum=on",
                                       "log_min_messages=log", "max_wal_size=256MB"};
  if (durability_ == Durability::Off) {
    settings.insert(settings.end(), {"fsync=off", "full_page_writes=off"});
  }
  for (std::string& setting : settings) {
    command.emplace_back("-c");
    command.push_back(std::move(setting));
  }
  server_ = Spawn(command, folder_, pipe[1]);
  ::close(pipe[1]);
  log_ = pipe[0];
  const bool ready = server_ > 0 && WaitUntilReady();
  // A full pipe would stop the server: somebody reads on.
  drain_ = std::thread([this] {
    char buffer[4096];
    ssize_t count = 0;
    while ((count = ::read(log_, buffer, sizeof(buffer))) > 0) {
      const std::lock_guard lock(mutex_);
      log_text_.append(buffer, static_cast<std::size_t>(count));
      if (log_text_.size() > kMostLog) log_text_.erase(0, log_text_.size() - kMostLog);
    }
  });
  if (ready) return {};
  EndProcess(SIGQUIT);
  const std::lock_guard lock(mutex_);
  return Fail(ErrorCode::Internal, "PostgreSQL did not start: " + log_text_);
}

bool PostgresCluster::WaitUntilReady() {
  const MonotonicTime deadline = SystemClock().Monotonic() + kPatience;
  while (SystemClock().Monotonic() < deadline) {
    pollfd fd{log_, POLLIN, 0};
    if (::poll(&fd, 1, 1000) <= 0) continue;
    char buffer[4096];
    const ssize_t count = ::read(log_, buffer, sizeof(buffer));
    if (count <= 0) return false;
    const std::lock_guard lock(mutex_);
    log_text_.append(buffer, static_cast<std::size_t>(count));
    if (log_text_.find(kReady) != std::string::npos) return true;
  }
  return false;
}

void PostgresCluster::EndProcess(int signal) {
  if (server_ > 0) {
    ::kill(server_, signal);
    const MonotonicTime deadline = SystemClock().Monotonic() + seconds(20);
    // The log ends when the last of its processes is gone.
    pollfd fd{log_, 0, 0};
    while (SystemClock().Monotonic() < deadline) {
      fd.revents = 0;
      if (::poll(&fd, 1, 200) > 0 && (fd.revents & POLLHUP) != 0) break;
      if (::waitpid(server_, nullptr, WNOHANG) == server_) {
        server_ = -1;
        break;
      }
    }
    if (server_ > 0) {
      ::kill(server_, SIGKILL);
      ::waitpid(server_, nullptr, 0);
    }
    server_ = -1;
  }
  if (drain_.joinable()) drain_.join();
  if (log_ >= 0) ::close(log_);
  log_ = -1;
}

void PostgresCluster::Kill() { EndProcess(SIGKILL); }

Status PostgresCluster::Restart() {
  {
    const std::lock_guard lock(mutex_);
    log_text_.clear();
  }
  return Launch();
}

Result<std::string> PostgresCluster::CreateDatabase() {
  const std::string server = "host=" + folder_ + " user=yizhan dbname=";
  // The first one is there already; making another takes a while.
  if (databases_++ == 0) return server + "postgres";
  const std::string name = "hospital" + std::to_string(databases_);
  const Result<std::string> made = Query(server + "postgres", "CREATE DATABASE " + name);
  if (!made) return tl::unexpected<Error>(made.error());
  return server + name;
}

Result<std::string> PostgresCluster::Query(const std::string& address, const std::string& sql) {
  const std::unique_ptr<PGconn, void (*)(PGconn*)> connection(PQconnectdb(address.c_str()),
                                                              PQfinish);
  const std::unique_ptr<PGresult, void (*)(PGresult*)> result(PQexec(connection.get(), sql.c_str()),
                                                              PQclear);
  const ExecStatusType status = PQresultStatus(result.get());
  if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
    return Fail(ErrorCode::Internal, PQerrorMessage(connection.get()));
  }
  std::string text;
  for (int row = 0; row < PQntuples(result.get()); ++row) {
    if (row > 0) text += '\n';
    text += PQgetvalue(result.get(), row, 0);
  }
  return text;
}

}  // namespace yizhan::test
