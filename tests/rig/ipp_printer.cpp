#include "tests/rig/ipp_printer.h"

#include <filesystem>

#include "tests/rig/files.h"

namespace yizhan::rig {
namespace {

using std::chrono::seconds;

constexpr seconds kStartTimeout{10};

/// What the printer says about itself. `-a FILE` instead of options: only here a roll of any
/// length can be described, and ippeveprinter takes one or the other.
constexpr std::string_view kAttributes = R"(ATTR boolean color-supported false
ATTR integer copies-default 1
ATTR rangeOfInteger copies-supported 1-9
ATTR mimeMediaType document-format-default application/pdf
ATTR mimeMediaType document-format-supported application/pdf,image/pwg-raster,image/jpeg
ATTR keyword ipp-features-supported ipp-everywhere
ATTR integer media-bottom-margin-supported 0,423
ATTR integer media-left-margin-supported 0,423
ATTR integer media-right-margin-supported 0,423
ATTR integer media-top-margin-supported 0,423
ATTR keyword media-default iso_a4_210x297mm
ATTR keyword media-ready iso_a4_210x297mm
ATTR keyword media-supported iso_a4_210x297mm,iso_a5_148x210mm,oe_label_50x30mm,custom_min_80x30mm,custom_max_80x2000mm
ATTR collection media-size-supported {
  MEMBER integer x-dimension 21000
  MEMBER integer y-dimension 29700
}, {
  MEMBER integer x-dimension 14800
  MEMBER integer y-dimension 21000
}, {
  MEMBER integer x-dimension 5000
  MEMBER integer y-dimension 3000
}, {
  MEMBER integer x-dimension 8000
  MEMBER rangeOfInteger y-dimension 3000-200000
}
ATTR collection media-col-default {
  MEMBER collection media-size {
    MEMBER integer x-dimension 21000
    MEMBER integer y-dimension 29700
  }
  MEMBER integer media-bottom-margin 423
  MEMBER integer media-left-margin 423
  MEMBER integer media-right-margin 423
  MEMBER integer media-top-margin 423
  MEMBER keyword media-source main
  MEMBER keyword media-type stationery
}
ATTR keyword media-source-supported auto,main,roll
ATTR keyword media-type-supported auto,stationery,continuous
ATTR enum orientation-requested-default 3
ATTR enum orientation-requested-supported 3
ATTR keyword output-bin-default face-up
ATTR keyword output-bin-supported face-up
ATTR integer pages-per-minute 30
ATTR keyword print-color-mode-default monochrome
ATTR keyword print-color-mode-supported auto,monochrome
ATTR enum print-quality-default 4
ATTR enum print-quality-supported 4
ATTR text printer-device-id "MFG:Yizhan;MDL:Rig;CMD:PDF,JPEG,PWG;"
ATTR text printer-make-and-model "Yizhan Rig"
ATTR resolution printer-resolution-default 300dpi
ATTR resolution printer-resolution-supported 203dpi,300dpi
ATTR resolution pwg-raster-document-resolution-supported 203dpi,300dpi
ATTR keyword pwg-raster-document-sheet-back normal
ATTR keyword pwg-raster-document-type-supported black_1,sgray_8
ATTR keyword sides-default one-sided
ATTR keyword sides-supported one-sided,two-sided-long-edge
)";

}  // namespace

Result<IppPrinter> IppPrinter::Start(IppPrinterOptions options) {
  IppPrinter printer(std::move(options));
  const std::string& dir = printer.options_.dir;
  std::error_code error;
  for (const char* folder : {"/spool", "/printed", "/keys"}) {
    std::filesystem::create_directories(dir + folder, error);
  }
  std::filesystem::remove(dir + "/print-job", error);
  std::filesystem::create_symlink(printer.options_.program, dir + "/print-job", error);
  if (error) return Fail(ErrorCode::Internal, error.message());
  auto ready = WriteFile(dir + "/printer.conf", kAttributes);
  if (ready) ready = printer.SetMode(PrinterMode::Ok);
  if (ready) ready = printer.StartBus();
  const bool any_port = printer.options_.port == 0;
  // Between asking for a free port and using it another program may take it: ask again.
  for (int attempt = 0; ready && attempt < 5; ++attempt) {
    if (any_port) {
      const auto port = FreePort();
      if (!port) return tl::unexpected(port.error());
      printer.options_.port = *port;
    }
    ready = printer.PowerOn();
    if (ready || !any_port || ready.error().code != ErrorCode::Timeout) break;
    if (attempt < 4) ready = Status{};
  }
  if (ready) ready = WriteFile(dir + "/printer.uri", printer.Uri() + "\n");
  if (!ready) return tl::unexpected(ready.error());
  return printer;
}

std::string IppPrinter::Uri() const {
  return "ipp://localhost:" + std::to_string(options_.port) + "/ipp/print";
}

Status IppPrinter::SetMode(PrinterMode mode) { return WritePrinterMode(options_.dir, mode); }

Status IppPrinter::StartBus() {
  // ippeveprinter insists on a message bus even when it announces nothing (-r off).
  std::error_code error;
  std::filesystem::remove(options_.dir + "/bus", error);
  auto bus = ChildProcess::Start(
      {.arguments = {"dbus-daemon", "--session", "--address=unix:path=" + options_.dir + "/bus",
                     "--nofork", "--nopidfile"},
       .environment = {},
       .log_path = options_.dir + "/printer.log"});
  if (!bus) return tl::unexpected(bus.error());
  bus_ = std::move(*bus);
  if (!WaitForSocket(options_.dir + "/bus", kStartTimeout)) {
    return Fail(ErrorCode::Timeout, "the message bus does not answer (is the folder's path long?)");
  }
  return {};
}

void IppPrinter::PowerOff() { printer_.Kill(); }

Status IppPrinter::PowerOn() {
  if (printer_.Running()) return {};
  const std::string& dir = options_.dir;
  auto printer = ChildProcess::Start(
      {.arguments = {"ippeveprinter", "-r", "off", "-n", "localhost", "-p",
                     std::to_string(options_.port), "-d", dir + "/spool", "-K", dir + "/keys", "-k",
                     "-c", dir + "/print-job", "-a", dir + "/printer.conf", "Yizhan Rig"},
       .environment = {{"DBUS_SYSTEM_BUS_ADDRESS", "unix:path=" + dir + "/bus"},
                       {"HOME", dir},
                       {"YIZHAN_RIG_DIR", dir},
                       {"YIZHAN_RIG_PAGE_MS", std::to_string(options_.page.count())}},
       .log_path = dir + "/printer.log"});
  if (!printer) return tl::unexpected(printer.error());
  printer_ = std::move(*printer);
  const auto up = [&] { return WaitForPort(options_.port, std::chrono::milliseconds(100)); };
  for (int attempt = 0; attempt < 100 && printer_.Running(); ++attempt) {
    // The port may be another program's: it counts only while our own process lives.
    if (up() && printer_.Running()) return {};
  }
  printer_.Kill();
  return Fail(ErrorCode::Timeout, "ippeveprinter does not come up, see " + dir + "/printer.log");
}

}  // namespace yizhan::rig
