#include "offline-store/database.h"

#include <span>

#include "offline-store/connection.h"
#include "offline-store/migrations.h"

namespace yizhan::offline {
namespace {

Result<std::int64_t> SchemaVersion(Connection& connection) {
  Statement statement = connection.Prepare("PRAGMA user_version");
  const Result<bool> row = statement.Step();
  if (!row) return tl::unexpected<Error>(row.error());
  return statement.Integer(0);
}

/// Each step is one transaction together with its version number, so that a crash between two
/// steps goes on where it stopped.
Status Migrate(Connection& connection) {
  return connection.Read([](Connection& c) { return SchemaVersion(c); })
      .and_then([&](std::int64_t version) -> Status {
        const std::span<const char* const> steps = Migrations();
        if (version < 0 || version > static_cast<std::int64_t>(steps.size())) {
          return Fail(ErrorCode::BadData, "store was written by a newer program");
        }
        for (auto step = static_cast<std::size_t>(version); step < steps.size(); ++step) {
          const std::string next = "PRAGMA user_version = " + std::to_string(step + 1);
          Status done = connection.Write([&](Connection& c) -> Status {
            if (Status made = c.Execute(steps[step]); !made) return made;
            return c.Execute(next.c_str());
          });
          if (!done) return done;
        }
        return {};
      });
}

}  // namespace

Database::Database(std::unique_ptr<Connection> connection) : connection_(std::move(connection)) {}

Database::~Database() = default;

Result<std::unique_ptr<Database>> Database::Open(OpenOptions options) {
  auto connection = Connection::Open(options.path, std::move(options.key));
  if (!connection) return tl::unexpected<Error>(connection.error());
  if (Status migrated = Migrate(**connection); !migrated) {
    return tl::unexpected<Error>(migrated.error());
  }
  return std::unique_ptr<Database>(new Database(std::move(*connection)));
}

}  // namespace yizhan::offline
