#include <CLI/CLI.hpp>
#include <cstdio>
#include <sstream>

#include "backend/server/commands/command.h"
#include "backend/server/commands/line_file.h"
#include "backend/server/commands/place.h"

namespace yizhan::server {
namespace {

struct VerifyOptions {
  PlaceOptions place;
  std::string heads;
  std::string save_heads;
};

/// Lines of "lane number hash".
Result<std::vector<store::AuditHead>> ReadHeads(const std::string& path) {
  std::vector<store::AuditHead> heads;
  if (path.empty()) return heads;
  Result<LineFile> file = LineFile::Open(path);
  if (!file) return tl::unexpected<Error>(file.error());
  const store::LineSource source = file->Source();
  for (;;) {
    const auto line = source();
    if (!line) return tl::unexpected<Error>(line.error());
    if (!*line) return heads;
    store::AuditHead head;
    std::istringstream words(**line);
    if (!(words >> head.lane >> head.number >> head.hash) || head.hash.size() != 64) {
      return Fail(ErrorCode::BadData, path + ": is no file of heads");
    }
    heads.push_back(head);
  }
}

Status SaveHeads(const std::vector<store::AuditHead>& heads, const std::string& path) {
  Result<LineFile> file = LineFile::Create(path);
  if (!file) return tl::unexpected<Error>(file.error());
  const store::LineSink sink = file->Sink();
  for (const store::AuditHead& head : heads) {
    Status written =
        sink(std::to_string(head.lane) + ' ' + std::to_string(head.number) + ' ' + head.hash);
    if (!written) return written;
  }
  return file->Finish();
}

void Print(const store::AuditReport& report) {
  for (const store::AuditFinding& finding : report.findings) {
    std::printf("%s:", Name(finding.fault));
    if (finding.number > 0) {
      std::printf(" lane %lld, number %lld", static_cast<long long>(finding.lane),
                  static_cast<long long>(finding.number));
    }
    if (!finding.id.empty()) std::printf(" AuditEvent/%s", finding.id.c_str());
    std::printf("\n");
  }
  std::printf("%lld links checked, %zu findings\n", static_cast<long long>(report.checked),
              report.findings.size());
}

int VerifyAudit(const VerifyOptions& options) {
  const Result<Configuration> configuration = ConfigurationAt(options.place);
  if (!configuration) return Complain(configuration.error());
  const auto store = OpenStoreForReading(*configuration, SystemClock());
  if (!store) return Complain(store.error());
  const auto known = ReadHeads(options.heads);
  if (!known) return Complain(known.error());
  const auto report = (*store)->VerifyAudit(*known);
  if (!report) return Complain(report.error());
  Print(*report);
  if (!report->findings.empty()) return kExitFound;
  return options.save_heads.empty() ? kExitDone
                                    : ExitCode(SaveHeads(report->heads, options.save_heads));
}

}  // namespace

Command AddVerifyAudit(CLI::App& program) {
  CLI::App* command =
      program.add_subcommand("verify-audit", "Check that nobody changed the audit trail");
  const auto options = std::make_shared<VerifyOptions>();
  AddPlaceOptions(*command, options->place);
  command->add_option("--heads", options->heads, "Heads saved earlier: shows a cut-off end, too");
  command->add_option("--save-heads", options->save_heads,
                      "New file for the chain's heads; keep it away from this server");
  command->footer(
      "Names every changed, missing or additional row. Exit code 0: nothing is wrong; 3: "
      "something\n"
      "is; 1: the check could not be made. The server may go on serving.");
  return {command, [options] { return VerifyAudit(*options); }};
}

}  // namespace yizhan::server
